/**
 * What a notifier is told: whom to notify of what, and by which ways. Plain data, made from a configuration file.
 */
import type { CommandDescription, CommandPolicy } from '../process/index.ts'
import type { FifoSettings } from './fifo.ts'
import type { MailSettings } from './mail-queue.ts'
import type { NotifySubject } from './notification.ts'
import type { ServerSubject } from './server-notification.ts'

/** The scripts of an instance or group. */
export interface NotifyScripts {
  /** Called at every change with type, name, state and priority, after the one for the state. */
  readonly any?: CommandDescription
  readonly master?: CommandDescription
  readonly backup?: CommandDescription
  readonly fault?: CommandDescription
  readonly stop?: CommandDescription
  /** Called when a new configuration does away with it, if `tellsDeletion` is set. */
  readonly deleted?: CommandDescription
  /** Called when, as master, an advert of lower priority came. */
  readonly masterRxLowerPriority?: CommandDescription
}

/** An instance or group that is notified about. */
export interface SubjectSettings extends NotifySubject {
  readonly scripts: NotifyScripts
  /** Send mail about it (`smtp_alert`). */
  readonly mail: boolean
  /** A new configuration that does away with it is told as DELETED. Default false: as FAULT, unless that was the state. */
  readonly tellsDeletion?: boolean
  /** Tell the FIFOs of changed priorities. */
  readonly priorityChanges: boolean
}

/** Everything a notifier is told. */
export interface NotifySettings {
  /** Who executes scripts, and which may not be executed. */
  readonly policy: CommandPolicy
  readonly subjects: readonly SubjectSettings[]
  /** Virtual and real servers. Default: none. */
  readonly servers?: readonly ServerSubject[]
  readonly fifos: readonly FifoSettings[]
  /** Absent: no mail. */
  readonly mail?: MailSettings
  /** Name of this node in mails. Default: the host name. */
  readonly routerName?: string
}
