/**
 * What is told to the outside: one change of one instance or sync group, in keepalived's words.
 */

/** keepalived's word for a state that is told. */
export type NotifyState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED'

/** What else is told: a losing advert as master, a changed priority. The words of a FIFO. */
export type NotifyOccurrence = 'MASTER_RX_LOWER_PRI' | 'MASTER_PRIORITY' | 'BACKUP_PRIORITY'

/** Whom a notification is about. */
export interface NotifySubject {
  readonly type: 'INSTANCE' | 'GROUP'
  readonly name: string
}

/** One notification. What is not known is absent. */
export interface Notification {
  readonly subject: NotifySubject
  readonly state: NotifyState | NotifyOccurrence
  /** Effective priority; 0 for groups. */
  readonly priority: number
  /** The state before; `INIT` at start. */
  readonly previous?: NotifyState | 'INIT'
  /** Why: `master-timeout`, `higher-priority`, `fault`, `shutdown` … */
  readonly reason?: string
  /** What is wrong, in words, when the state is FAULT. */
  readonly faults?: readonly string[]
  /** The sync group of the instance. */
  readonly group?: string
  readonly interface?: string
  /** Virtual addresses with their prefix lengths. */
  readonly addresses?: readonly string[]
  /** Address of the other router that this is about. */
  readonly peer?: string
}

/** This is about a state, and not about something that happened in one. */
export function isNotifyState(state: Notification['state']): state is NotifyState {
  return state !== 'MASTER_RX_LOWER_PRI' && state !== 'MASTER_PRIORITY' && state !== 'BACKUP_PRIORITY'
}
