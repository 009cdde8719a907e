/**
 * The protocol machine: a pure reducer over one virtual router. RFC 9568 §6.4 (version 3), RFC 3768 §6.4 (version 2),
 * and what keepalived does where they leave room. No clock, no timer, no socket: deadlines are in the state, and
 * whoever runs the machine calls it with a `timer` event when {@link nextDeadline} has come.
 */
import type { Milliseconds } from '../time/units.ts'
import { isSucceeded, stepActive } from './active.ts'
import { backupDeadline, stepBackup } from './backup.ts'
import type { MachineEvent } from './event.ts'
import { stepInitialize } from './initialize.ts'
import { isLate, tellLate } from './late.ts'
import type { VirtualRouter } from './router.ts'
import type { InitializeState, MachineState } from './state.ts'
import type { Step } from './transition.ts'

/** The state of a router that was not started yet. */
export function initialState(router: VirtualRouter): InitializeState {
  return { state: 'initialize', priority: router.priority }
}

/**
 * What one event leads to. Same arguments, same result; nothing is mutated; an event that means nothing in this state
 * (a stale timer, a second startup) returns the same state and no actions.
 *
 * @param now - the instant of the event, on the clock that the deadlines in the state were made with
 * @example
 * ```ts
 * let { state, actions } = step(router, initialState(router), { type: 'startup' }, clock.now())
 * ```
 */
export function step(router: VirtualRouter, state: MachineState, event: MachineEvent, now: Milliseconds): Step {
  switch (state.state) {
    case 'initialize':
      return stepInitialize(router, state, event, now)
    case 'backup':
      return overtake(stepBackup(router, state, event, now), backupDeadline(state), state.activeInterval, event, now)
    case 'active':
      // The adverts of a successor may have lower priority: what it won must not be fought over with them.
      if (event.type === 'advertisement' && isSucceeded(router, state, now)) {
        return stepActive(router, state, { type: 'timer' }, now)
      }
      return overtake(stepActive(router, state, event, now), state.advertiseAt, router.interval, event, now)
  }
}

/**
 * A machine that was paused hears what its sockets kept before its timers: an advert that moves a deadline which was missed
 * tells of that instead of the timer.
 */
function overtake(done: Step, due: Milliseconds, interval: Milliseconds, event: MachineEvent, now: Milliseconds): Step {
  if (event.type !== 'advertisement' || !isLate(due, interval, now) || nextDeadline(done.state) === due) return done
  return tellLate(done, now - due, false)
}

/** When to call {@link step} with a `timer` event; undefined when no time will change anything. */
export function nextDeadline(state: MachineState): Milliseconds | undefined {
  switch (state.state) {
    case 'initialize':
      return undefined
    case 'backup':
      return backupDeadline(state)
    case 'active':
      return state.advertiseAt
  }
}
