/**
 * The keywords that tell the outside of a change of state, the same in vrrp_instance and vrrp_sync_group.
 */
import { boolean } from './arguments.ts'
import { keyword } from './declaration.ts'
import { scriptCommand } from './script-command.ts'

/** Notification keywords. */
export const NOTIFY_KEYWORDS = {
  notify: keyword(scriptCommand(), 'Called at every change with INSTANCE|GROUP, name, state, priority.'),
  notify_master: keyword(scriptCommand(), 'Called on becoming master.'),
  notify_backup: keyword(scriptCommand(), 'Called on becoming backup.'),
  notify_fault: keyword(scriptCommand(), 'Called on a fault.'),
  notify_stop: keyword(scriptCommand(), 'Called at the end.'),
  notify_priority_changes: keyword(boolean(), 'Tell the FIFO of changed priorities.'),
  smtp_alert: keyword(boolean(), 'Send a mail at a change of state.'),
}
