/**
 * What the machine wants done. The order in a list is a contract, and keepalived's: the advertisement first, then the
 * addresses, then their announcement, the transition last, so that nobody who listens can delay the wire.
 */
import type { Milliseconds } from '../time/units.ts'
import type { RouterState } from './state.ts'
import type { TransitionReason } from './transition-reason.ts'

/** What happened without a change of state, worth a line in a log. */
export type Notice =
  /** Active: a losing advertisement came: lower priority, or equal from a lower address. */
  | {
      readonly type: 'lower-priority-advertisement'
      readonly source: string
      readonly priority: number
      readonly ours: number
    }
  /** Backup: an advertisement of lower priority is left unheard (preemption under way). */
  | {
      readonly type: 'discarding-lower-priority'
      readonly source: string
      readonly priority: number
      readonly ours: number
    }
  /** Active: a priority 0 came. */
  | { readonly type: 'priority-zero'; readonly source: string }
  /** Backup: the active router resigned. */
  | { readonly type: 'master-resigned'; readonly source: string }
  /** Active: an advertisement with our own priority and our own address. */
  | { readonly type: 'own-address'; readonly source: string }
  /** Backup: another active router than before. */
  | { readonly type: 'master-changed'; readonly from: string | undefined; readonly to: string }
  /** Version 3: the active router uses another interval, now learnt. */
  | { readonly type: 'interval-learnt'; readonly source: string; readonly interval: Milliseconds }
  | { readonly type: 'preempt-delay-started'; readonly delay: Milliseconds }
  | { readonly type: 'preempt-delay-stopped' }
  /**
   * A timer was heard `late` after its time, more than an advert interval: this machine was paused or starved.
   * `heldOff`: a takeover waits for another Active_Down_Interval because of it.
   */
  | { readonly type: 'late-timer'; readonly late: Milliseconds; readonly heldOff: boolean }
  | { readonly type: 'priority-changed'; readonly from: number; readonly to: number }

/** An output of the machine. */
export type MachineAction =
  /** Send an advertisement of this priority (0 resigns) with our interval and addresses. */
  | { readonly type: 'send-advertisement'; readonly priority: number }
  /** Hold exactly our addresses, or none of them. Level-triggered. */
  | { readonly type: 'set-addresses'; readonly present: boolean }
  /** Announce our addresses to the segment (gratuitous ARP, unsolicited NA). */
  | { readonly type: 'announce'; readonly cause: 'takeover' | 'lower-priority-advertisement' }
  /** Forget announcements that are still to come. */
  | { readonly type: 'cancel-announcements' }
  /** Ask the sync group for leave to become active. Said again after each further Active_Down_Interval without it. */
  | { readonly type: 'want-active'; readonly reason: TransitionReason }
  /** Take an earlier `want-active` back: there is an active router to obey again. */
  | { readonly type: 'want-backup' }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** The state changed. Always last. */
  | {
      readonly type: 'transition'
      readonly from: RouterState
      readonly to: RouterState
      readonly reason: TransitionReason
    }
