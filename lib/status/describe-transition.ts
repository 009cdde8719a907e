/**
 * A change of state as status tells it: what happened and why, in plain words.
 */
import type { TransitionEvent } from '../instance/index.ts'
import type { RouterState } from '../machine/index.ts'
import type { StatusState, TransitionStatus } from './node-status.ts'

/** RFC 8347's word for a state. */
export function statusState(state: RouterState): StatusState {
  return state === 'active' ? 'master' : state
}

/**
 * Describes a transition.
 * @param time - wall clock, ms since the epoch
 * @param fault - the fault behind a transition to initialize, in words
 */
export function describeTransition(event: TransitionEvent, time: number, fault?: string): TransitionStatus {
  const { from, to, reason, priority, peer } = event
  return {
    time: new Date(time).toISOString(),
    from: statusState(from),
    to: statusState(to),
    reason,
    text: explain(event, fault),
    priority,
    ...(peer !== undefined && { peer }),
  }
}

/** A sentence without its full stop, such as `no advert from 192.0.2.3 (priority 100) for the whole down interval`. */
function explain({ reason, priority, peer }: TransitionEvent, fault: string | undefined): string {
  const who = peer?.address ?? 'the master'
  const theirs = peer === undefined ? '' : ` ${peer.priority}`
  switch (reason) {
    case 'startup':
      return 'started, and listens for a master'
    case 'owner-startup':
      return 'started as the owner of the addresses'
    case 'master-timeout':
      return peer === undefined
        ? 'no master was heard for the whole down interval'
        : `no advert from ${who} (priority${theirs}) for the whole down interval`
    case 'master-resigned':
      return `${who} resigned`
    case 'preempted-lower-priority':
      return `took over from ${who}: its priority${theirs} is lower than ours, ${priority}`
    case 'preempt-delay-expired':
      return `took over from ${who} after the preempt delay: its priority${theirs} is lower than ours, ${priority}`
    case 'higher-priority':
      return `${who} has the higher priority${theirs}, ours is ${priority}`
    case 'higher-address':
      return `${who} has the same priority${theirs} and the higher address`
    case 'late-timer':
      return 'woke so late that another router must have taken over'
    case 'sync-group':
      return 'the sync group asked for it'
    case 'shutdown':
      return 'stopped'
    case 'fault':
      return fault === undefined ? 'a fault' : `fault: ${fault}`
  }
}
