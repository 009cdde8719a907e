/**
 * The difference between a table and the one that is wanted, as commands in the order in which they do no harm.
 */
import type { IpvsCommand } from './command.ts'
import type { DestinationKey } from './destination.ts'
import type { ServiceKey } from './service-key.ts'

/** A command with what it does, in one line. */
export interface PlanStep {
  readonly command: IpvsCommand
  /** `destination 192.0.2.10:80 of tcp 192.0.2.1:80: weight 1 -> 5` */
  readonly text: string
}

/** A destination that is to go, and still has connections. */
export interface DrainingDestination {
  readonly service: ServiceKey
  readonly destination: DestinationKey
  /** Connections that it has: active and inactive. */
  readonly connections: number
  /** Sets its weight to 0; undefined when it is 0 already. */
  readonly command?: IpvsCommand
  readonly text: string
}

/** What is to be done to a table. */
export interface TablePlan {
  /** New services, each followed by its destinations, and new destinations of others. */
  readonly added: readonly PlanStep[]
  readonly changed: readonly PlanStep[]
  /** Destinations get no new connections any more, and stay until they have none. */
  readonly draining: readonly DrainingDestination[]
  /** Destinations, then services. */
  readonly removed: readonly PlanStep[]
}

/** The commands of a plan in their order: what is new before what goes, so that a service is never without servers. */
export function planCommands({ added, changed, draining, removed }: TablePlan): readonly IpvsCommand[] {
  const drains = draining.flatMap(({ command }) => (command === undefined ? [] : [command]))
  return [...added, ...changed]
    .map(({ command }) => command)
    .concat(
      drains,
      removed.map(({ command }) => command),
    )
}

/** A plan as text, a line a step: `+` is added, `~` changed, `>` drained, `-` removed. */
export function formatPlan({ added, changed, draining, removed }: TablePlan): string {
  const lines = (sign: string, steps: readonly { readonly text: string }[]) =>
    steps.map(({ text }) => `${sign} ${text}\n`).join('')
  return lines('+', added) + lines('~', changed) + lines('>', draining) + lines('-', removed)
}
