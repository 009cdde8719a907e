/**
 * Notifications at a change of state: scripts, FIFOs, mail.
 * @module
 */
export { Fifo, type FifoSettings } from './fifo.ts'
export type { NotifyLog } from './log.ts'
export { MailQueue, type MailQueueOptions, type MailSettings } from './mail-queue.ts'
export { fifoLine, type MailText, mailText, scriptEnvironment, scriptWords } from './message.ts'
export {
  isNotifyState,
  type Notification,
  type NotifyOccurrence,
  type NotifyState,
  type NotifySubject,
} from './notification.ts'
export { Notifier, type NotifierOptions } from './notifier.ts'
export type { NotifyScripts, NotifySettings, SubjectSettings } from './notify-settings.ts'
export { type ScriptCall, ScriptQueue, type ScriptQueueOptions } from './script-queue.ts'
export { type ServerNotification, type ServerSubject, serverFifoLine, serverMail } from './server-notification.ts'
