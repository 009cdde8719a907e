/**
 * What is told of virtual and real servers: keepalived's words for FIFO and mail, the environment of scripts.
 */
import type { CommandDescription } from '../process/index.ts'
import type { MailText } from './message.ts'

/** A virtual or real server that is notified about. */
export interface ServerSubject {
  /** For a real server that of its virtual server is part of it: unique. */
  readonly key: string
  /** quorum_up, notify_up. */
  readonly up?: CommandDescription
  /** quorum_down, notify_down. */
  readonly down?: CommandDescription
  /** Send mail about it (`smtp_alert`). */
  readonly mail: boolean
}

/** One change of a server. */
export interface ServerNotification {
  /** Of a {@link ServerSubject}. */
  readonly key: string
  readonly virtualServer: string
  /** Absent: it is about the quorum of the virtual server. */
  readonly realServer?: string
  readonly state: 'UP' | 'DOWN'
  /** Why, for mail and scripts. Absent: no mail. */
  readonly cause?: string
  /** One check of several changed its mind, and the server did not: mail at most. */
  readonly checkOnly?: boolean
}

/** A line of a FIFO with its end: `VS [192.0.2.1]:tcp:80 UP`, `RS [192.0.2.8]:tcp:80 [192.0.2.1]:tcp:80 DOWN`. */
export function serverFifoLine({ virtualServer, realServer, state }: ServerNotification): string {
  return realServer === undefined ? `VS ${virtualServer} ${state}\n` : `RS ${realServer} ${virtualServer} ${state}\n`
}

/** The mail about a change. @param routerName - `router_id` */
export function serverMail(
  { virtualServer, realServer, state }: ServerNotification,
  cause: string,
  routerName: string,
): MailText {
  const subject =
    realServer === undefined
      ? `Virtualserver ${virtualServer}`
      : `Realserver ${realServer} of virtual server ${virtualServer}`
  return { subject: `[${routerName}] ${subject} - ${state}`, text: `=> ${cause} <=\n` }
}

/** LVS_VIRTUAL_SERVER, LVS_REAL_SERVER (of a real server), LVS_STATE, LVS_REASON. keepalived gives none. */
export function serverEnvironment({
  virtualServer,
  realServer,
  state,
  cause,
}: ServerNotification): Readonly<Record<string, string>> {
  return {
    LVS_VIRTUAL_SERVER: virtualServer,
    ...(realServer !== undefined && { LVS_REAL_SERVER: realServer }),
    LVS_STATE: state,
    ...(cause !== undefined && { LVS_REASON: cause }),
  }
}
