/**
 * The forms of a notification: arguments and environment of a script, a line of a FIFO, a mail. keepalived's to the letter,
 * the environment apart, which keepalived does not give.
 */
import type { Notification, NotifyState } from './notification.ts'

/** What keepalived passes to `notify` behind the configured arguments: type, name, state, priority. */
export function scriptWords({ subject, state, priority }: Notification): readonly string[] {
  return [subject.type, subject.name, state, String(priority)]
}

/**
 * The environment of every script: VRRP_STATE, VRRP_PREVIOUS_STATE, VRRP_REASON, VRRP_PRIORITY, and of an instance
 * VRRP_INSTANCE, VRRP_INTERFACE, VRRP_ADDRESSES (separated by blanks), VRRP_GROUP (its sync group), VRRP_PEER, VRRP_FAULTS
 * (separated by `; `); of a group VRRP_GROUP. What is not known is not set.
 */
export function scriptEnvironment(notification: Notification): Readonly<Record<string, string>> {
  const { subject, state, priority, previous, reason, faults, group, interface: device, addresses, peer } = notification
  const variables = {
    VRRP_INSTANCE: subject.type === 'INSTANCE' ? subject.name : undefined,
    VRRP_GROUP: subject.type === 'GROUP' ? subject.name : group,
    VRRP_STATE: state,
    VRRP_PREVIOUS_STATE: previous,
    VRRP_REASON: reason,
    VRRP_PRIORITY: String(priority),
    VRRP_INTERFACE: device,
    VRRP_ADDRESSES: addresses?.join(' '),
    VRRP_PEER: peer,
    VRRP_FAULTS: faults?.join('; '),
  }
  const known: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) known[name] = value
  return known
}

/** A line of a FIFO with its end: `INSTANCE "VI_1" MASTER 100`. */
export function fifoLine({ subject, state, priority }: Notification): string {
  return `${subject.type} "${subject.name}" ${state} ${priority}\n`
}

/** A mail, without its addresses. */
export interface MailText {
  readonly subject: string
  readonly text: string
}

/** The mail about a state. @param routerName - `router_id` */
export function mailText(subject: Notification['subject'], state: NotifyState, routerName: string): MailText {
  const event = state === 'STOP' ? 'Stopping' : state === 'DELETED' ? 'Deleting' : `Entering ${state} state`
  const kind = subject.type === 'INSTANCE' ? 'Instance' : 'Group'
  return {
    subject: `[${routerName}] VRRP ${kind} ${subject.name} - ${event}`,
    text: `=> ${subject.type === 'INSTANCE' ? instanceBody(state) : groupBody(state)} <=\n`,
  }
}

function instanceBody(state: NotifyState): string {
  if (state === 'STOP') return 'VRRP Instance stopping'
  if (state === 'DELETED') return 'VRRP Deleted at reload'
  return `VRRP Instance is ${state === 'MASTER' ? 'now' : 'no longer'} owning VRRP VIPs`
}

function groupBody(state: NotifyState): string {
  return `All VRRP group instances are now ${state === 'STOP' ? 'stopping' : `in ${state} state`}`
}
