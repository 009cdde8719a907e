/**
 * The virtual servers of a node in their states: health events in, wishes for the table, log lines and notifications out.
 */
import type { CheckSpecification, HealthEvent } from '../health/index.ts'
import type { DesiredService, IpvsTable } from '../ipvs/index.ts'
import {
  desiredServices,
  endVirtualServer,
  startVirtualServer,
  stepVirtualServer,
  type VirtualServer,
  type VirtualServerEffect,
  type VirtualServerState,
} from '../lvs/index.ts'
import type { ServerNotification } from '../notify/index.ts'
import { checkCause, checkLine } from './check-lines.ts'
import { foundServers } from './found-servers.ts'
import type { LogLevel } from './keepalived-log.ts'
import type { PlannedVirtualServer } from './lvs-plan.ts'
import { serverKey } from './server-subjects.ts'

/** What a {@link VirtualServerSet} does. */
export interface VirtualServerOutput {
  /** The services that a virtual server should have in the kernel; none: it is gone. */
  want(virtualServer: string, services: readonly DesiredService[]): void
  log(level: LogLevel, line: string): void
  tell(notification: ServerNotification): void
}

interface Owner {
  readonly virtualServer: string
  readonly server: string
  readonly type: CheckSpecification['type']
}

/** Virtual servers with their states. */
export class VirtualServerSet {
  readonly #output: VirtualServerOutput
  readonly #states = new Map<string, VirtualServerState>()
  /** Of checks, by id. */
  readonly #owners = new Map<string, Owner>()
  #checkMails = true

  constructor(output: VirtualServerOutput) {
    this.#output = output
  }

  /**
   * Makes these the virtual servers; what is known of those that stay is kept.
   * @param found - the table that an earlier run left: a server in it is taken for well until a check says otherwise
   * @returns the checks to run
   */
  apply(
    planned: readonly PlannedVirtualServer[],
    { checkMails, found = [] }: { readonly checkMails: boolean; readonly found?: IpvsTable },
  ): readonly CheckSpecification[] {
    this.#checkMails = checkMails
    const gone = new Map(this.#states)
    this.#owners.clear()
    const checks: CheckSpecification[] = []
    for (const plan of planned) {
      const { name } = plan.virtualServer
      const before = gone.get(name)
      gone.delete(name)
      const trusted = before === undefined ? foundServers(plan.virtualServer, found) : namesOf(before)
      const virtualServer = trustServers(plan.virtualServer, trusted)
      const alpha = new Map(virtualServer.servers.flatMap(server => server.checks.map(each => [each.id, each.alpha])))
      checks.push(...plan.checks.map(check => ({ ...check, alpha: alpha.get(check.id) ?? check.alpha })))
      this.#own(plan)
      const { state, effects } = startVirtualServer(virtualServer, before)
      this.#take(state, effects)
    }
    for (const [name, state] of gone) {
      this.#states.delete(name)
      this.#emit(name, endVirtualServer(state))
      this.#output.want(name, [])
    }
    return checks
  }

  /** Takes an event of the health monitor. */
  hear(event: HealthEvent): void {
    const owner = this.#owners.get(event.id)
    const state = owner && this.#states.get(owner.virtualServer)
    if (owner === undefined || state === undefined) return
    const line = checkLine(event, owner.type, owner.server)
    if (line !== undefined) this.#output.log(...line)
    // What could not be tried, or is forgiven, says nothing of the server.
    if (event.type === 'failure' || event.type === 'untried') return
    const { id } = event
    const told =
      event.type === 'weight'
        ? ({ type: 'weight', id, advice: event.advice } as const)
        : ({ type: 'check', id, up: event.type === 'up', cause: checkCause(event, owner.type) } as const)
    const step = stepVirtualServer(state, told)
    if (step.state !== state) this.#take(step.state, step.effects)
  }

  /** The end: everything is told down that has to be. The table is for the caller to clear. */
  stop(): void {
    for (const [name, state] of this.#states) this.#emit(name, stepVirtualServer(state, { type: 'stop' }).effects)
    this.#states.clear()
    this.#owners.clear()
  }

  /** What is known, in the order of the configuration. */
  states(): readonly VirtualServerState[] {
    return [...this.#states.values()]
  }

  #own({ configuration, virtualServer, checks }: PlannedVirtualServer): void {
    const types = new Map(checks.map(({ id, type }) => [id, type]))
    for (const server of virtualServer.servers) {
      for (const { id } of server.checks) {
        const type = types.get(id)
        if (type !== undefined) this.#owners.set(id, { virtualServer: configuration.name, server: server.name, type })
      }
    }
  }

  #take(state: VirtualServerState, effects: readonly VirtualServerEffect[]): void {
    const { name } = state.virtualServer
    this.#states.set(name, state)
    this.#emit(name, effects)
    this.#output.want(name, desiredServices(state))
  }

  #emit(virtualServer: string, effects: readonly VirtualServerEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'log') {
        this.#output.log(effect.level, effect.text)
        continue
      }
      if (effect.type === 'check' && !this.#checkMails) continue
      const { state, cause } = effect
      const realServer = effect.type === 'quorum' ? undefined : effect.server
      this.#output.tell({
        key: serverKey(virtualServer, realServer),
        virtualServer,
        ...(realServer !== undefined && { realServer }),
        state,
        ...(cause !== undefined && { cause }),
        ...(effect.type === 'check' && { checkOnly: true }),
      })
    }
  }
}

function namesOf({ virtualServer }: VirtualServerState): ReadonlySet<string> {
  return new Set(virtualServer.servers.map(({ name }) => name))
}

/** `alpha` is for servers that nobody knows yet. */
function trustServers(virtualServer: VirtualServer, trusted: ReadonlySet<string>): VirtualServer {
  if (trusted.size === 0) return virtualServer
  return {
    ...virtualServer,
    servers: virtualServer.servers.map(server =>
      trusted.has(server.name) ? { ...server, checks: server.checks.map(({ id }) => ({ id, alpha: false })) } : server,
    ),
  }
}
