/**
 * The keywords that tell the outside of a change of state, the same in vrrp_instance and vrrp_sync_group.
 */
import { boolean } from './arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { parsedKeyword } from './declaration.ts'
import { scriptCommand } from './script-command.ts'

const { notify, fifo, mail } = CONSEQUENCES

/** Notification keywords. */
export const NOTIFY_KEYWORDS = {
  notify: parsedKeyword(scriptCommand(), 'Called at every change with INSTANCE|GROUP, name, state, priority.', notify),
  notify_master: parsedKeyword(scriptCommand(), 'Called on becoming master.', notify),
  notify_backup: parsedKeyword(scriptCommand(), 'Called on becoming backup.', notify),
  notify_fault: parsedKeyword(scriptCommand(), 'Called on a fault.', notify),
  notify_stop: parsedKeyword(scriptCommand(), 'Called at the end.', notify),
  notify_priority_changes: parsedKeyword(boolean(), 'Tell the FIFO of changed priorities.', fifo),
  smtp_alert: parsedKeyword(boolean(), 'Send a mail at a change of state.', mail),
}
