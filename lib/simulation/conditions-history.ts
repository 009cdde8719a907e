/**
 * When the network could not keep the peace: what in a scenario explains that two nodes hold one address.
 */
import type { Milliseconds } from '../time/units.ts'
import type { NetworkConditions } from './memory-network.ts'
import type { ScenarioStep } from './scenario-step.ts'

/** What stood between some nodes in a span of time. */
export interface Trouble {
  /** Why they could not hear each other, or could not act; undefined when nothing was in the way. */
  readonly cause: 'partition' | 'crash' | 'loss' | undefined
  /** Trouble was there at the end of the span. */
  readonly lasting: boolean
  /** Where it ended last, if it did. */
  readonly endedAt: Milliseconds | undefined
  /** The longest that a frame could take in the span. */
  readonly latency: number
}

/** Looks a span of a scenario over for troubles between the nodes. `steps` are in order of time. */
export function troubleBetween(
  nodes: readonly string[],
  from: Milliseconds,
  to: Milliseconds,
  steps: readonly ScenarioStep[],
  initially: NetworkConditions,
): Trouble {
  let { delay, jitter, loss } = initially
  let sides: readonly (readonly string[])[] | undefined
  const crashed = new Set<string>()
  let cause: Trouble['cause']
  let endedAt: Milliseconds | undefined
  let latency = 0

  const now = (): Trouble['cause'] => {
    if (nodes.some(node => crashed.has(node))) return 'crash'
    if (sides !== undefined && new Set(nodes.map(node => sideOf(node, sides ?? []))).size > 1) return 'partition'
    return loss > 0 ? 'loss' : undefined
  }
  let current = now()
  const look = (): void => {
    latency = Math.max(latency, delay + jitter)
    cause = current ?? cause
  }
  for (const { at, action } of steps) {
    if (at > to) break
    if (at >= from) look()
    switch (action.type) {
      case 'crash':
        crashed.add(action.node)
        break
      case 'kill':
      case 'start':
      case 'restart':
        crashed.delete(action.node)
        break
      case 'partition':
        sides = action.sides
        break
      case 'heal':
        sides = undefined
        break
      case 'loss':
        loss = action.loss
        break
      case 'delay':
        delay = action.delay
        break
      case 'jitter':
        jitter = action.jitter
        break
    }
    const before = current
    current = now()
    if (at >= from && before !== undefined && current === undefined) endedAt = at
  }
  look()
  return { cause, lasting: current !== undefined, endedAt, latency }
}

function sideOf(node: string, sides: readonly (readonly string[])[]): number {
  return sides.findIndex(side => side.includes(node))
}
