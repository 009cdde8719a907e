/**
 * The reasons of transitions: what a router can say about why it switched. After RFC 8347's events, told apart further.
 */

/** Why a router changed its state. */
export type TransitionReason =
  /** Left initialize. */
  | 'startup'
  /** Left initialize as the owner of the addresses, straight to active. */
  | 'owner-startup'
  /** No advertisement for the whole Active_Down_Interval. */
  | 'master-timeout'
  /** The active router resigned with priority 0 and nobody better came forward within the skew time. */
  | 'master-resigned'
  /** The active router has lower priority; it was left unheard until the timer ran out. */
  | 'preempted-lower-priority'
  /** The same, after a preempt delay. */
  | 'preempt-delay-expired'
  /** As active, an advertisement of higher priority came. */
  | 'higher-priority'
  /** As active, an advertisement of equal priority came from a higher address. */
  | 'higher-address'
  /** As active, a timer was so late that another router must have taken over. */
  | 'late-timer'
  /** The sync group pulled. */
  | 'sync-group'
  /** Stopped. */
  | 'shutdown'
  /** A fault: interface down, no address, a tracker. */
  | 'fault'
