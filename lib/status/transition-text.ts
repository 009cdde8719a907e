/**
 * Why a router changed its state, in plain words.
 */
import type { TransitionEvent } from '../instance/index.ts'

/** What the words are made of. `fault`: the fault behind a transition to initialize, if it is known. */
export type ExplainedTransition = Pick<TransitionEvent, 'from' | 'to' | 'reason' | 'priority' | 'peer'> & {
  readonly fault?: string
}

/** A sentence without its full stop, such as `no advert from 192.0.2.3 for the whole down interval`. */
export function explainTransition({ reason, priority, peer, fault }: ExplainedTransition): string {
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
    case 'sync-group':
      return 'the sync group asked for it'
    case 'shutdown':
      return 'stopped'
    case 'fault':
      return fault === undefined ? 'a fault' : `fault: ${fault}`
  }
}
