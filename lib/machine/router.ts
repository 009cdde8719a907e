/**
 * What a virtual router is told to be: the configuration the machine works from. RFC 9568 §6.1, RFC 3768 §6.1.2.
 * Never changed by the machine.
 */
import type { IpFamily } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'

/** Priority of the router that owns the addresses. RFC 9568 §5.2.4. */
export const OWNER_PRIORITY = 255

/** The parameters of one virtual router. */
export interface VirtualRouter {
  /** 2: RFC 3768 rules (skew in seconds, interval mismatch discards). 3: RFC 9568 rules (skew in intervals, interval learnt). */
  readonly version: 2 | 3
  readonly family: IpFamily
  /** 1-255 */
  readonly vrid: number
  /** The configured priority, 1-255; 255 owns the addresses. */
  readonly priority: number
  /** Advertisement_Interval: 1000-255000 ms in whole seconds (version 2), 10-40950 ms in tens (version 3). */
  readonly interval: Milliseconds
  /** Preempt_Mode. */
  readonly preempt: boolean
  /** How long a preemption waits after the first advert of lower priority was heard; 0 for none. Never delays a start. */
  readonly preemptDelay: Milliseconds
  /** Accept_Mode (version 3). */
  readonly acceptMode: boolean
  /** Adverts that may be missed before the active router counts as dead: 3 in every RFC, 1-100 in keepalived. */
  readonly downTimerAdverts: number
  /** Active: answer a losing advert with an advert of our own at once (RFC 9568 §6.4.3; keepalived's default for both versions). */
  readonly advertiseToLoser: boolean
  /** Active: send one last advert before giving way, so that the winner announces again (keepalived's higher_prio_send_advert). */
  readonly advertiseBeforeYield: boolean
  /**
   * Go to backup, or wait in it for another Active_Down_Interval, after a wake-up so late that another router may have taken over
   * (keepalived's timer_expired_backup). Nothing for a router that preempts. Default false.
   */
  readonly timerExpiredBackup?: boolean
  /** Member of a sync group: do not become active when the timer says so, ask with `want-active` and wait for `takeover`. */
  readonly grouped: boolean
}

/** Whether the router owns its addresses (priority 255): it is active from the start and always preempts. RFC 9568 §6.1. */
export function isOwner(router: Pick<VirtualRouter, 'priority'>): boolean {
  return router.priority === OWNER_PRIORITY
}
