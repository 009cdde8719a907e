/** A lossless wire with two routers on it, run on a virtual clock: the smallest network there is. */
import {
  initialState,
  type MachineEvent,
  type MachineState,
  nextDeadline,
  step,
  type VirtualRouter,
} from '../../lib/machine/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'

/** A router on the wire. */
export interface Station {
  readonly router: VirtualRouter
  readonly address: string
  state: MachineState
}

/** Something that happens to one station from outside. */
export interface Occurrence {
  readonly at: number
  readonly station: number
  readonly event: MachineEvent
}

/** A station that was not started. */
export function station(router: VirtualRouter, address: string): Station {
  return { router, address, state: initialState(router) }
}

/**
 * Runs until `end`; every advertisement arrives at the others `latency` ms later.
 * @throws Error when one instant takes more than 1000 steps: a loop
 */
export function run(stations: readonly Station[], script: readonly Occurrence[], latency: number, end: number): void {
  let queue: readonly Occurrence[] = [...script]
  let last = -1
  let sameInstant = 0
  for (;;) {
    const next = earliest(stations, queue)
    if (next === undefined || next.at > end) return
    sameInstant = next.at === last ? sameInstant + 1 : 0
    last = next.at
    if (sameInstant > 1000) throw new Error(`endless at ${next.at}`)
    queue = queue.filter(other => other !== next)
    const here = stations[next.station]
    if (here === undefined) continue
    const result = step(here.router, here.state, next.event, milliseconds(next.at))
    here.state = result.state
    for (const action of result.actions) {
      if (action.type !== 'send-advertisement') continue
      const sent = { priority: action.priority, interval: here.router.interval, source: here.address }
      const arrivals = stations.flatMap((other, i): Occurrence[] =>
        other === here ? [] : [{ at: next.at + latency, station: i, event: advertisement(sent, other.address) }],
      )
      queue = [...queue, ...arrivals]
    }
  }
}

function advertisement(
  sent: { readonly priority: number; readonly interval: Milliseconds; readonly source: string },
  localAddress: string,
): MachineEvent {
  return { type: 'advertisement', ...sent, localAddress }
}

function earliest(stations: readonly Station[], queue: readonly Occurrence[]): Occurrence | undefined {
  let next: Occurrence | undefined
  for (const occurrence of queue) if (next === undefined || occurrence.at < next.at) next = occurrence
  for (const [i, { state }] of stations.entries()) {
    const at = nextDeadline(state)
    if (at !== undefined && (next === undefined || at < next.at)) next = { at, station: i, event: { type: 'timer' } }
  }
  return next
}
