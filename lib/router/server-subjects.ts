/**
 * Virtual and real servers of a configuration as a notifier knows them.
 */
import type { LvsConfiguration } from '../keepalived/index.ts'
import type { ServerSubject } from '../notify/index.ts'

/** The key of a virtual server, or of a server behind it. */
export function serverKey(virtualServer: string, realServer?: string): string {
  return realServer === undefined ? `VS ${virtualServer}` : `RS ${realServer} of ${virtualServer}`
}

/** Who is notified about. */
export function serverSubjectsOf(lvs: LvsConfiguration | undefined): readonly ServerSubject[] {
  return (lvs?.virtualServers ?? []).flatMap(({ name, quorumUp, quorumDown, smtpAlert, servers }) => [
    {
      key: serverKey(name),
      ...(quorumUp !== undefined && { up: quorumUp }),
      ...(quorumDown !== undefined && { down: quorumDown }),
      mail: smtpAlert,
    },
    ...servers.map(({ name: server, notifyUp, notifyDown, smtpAlert: mail }) => ({
      key: serverKey(name, server),
      ...(notifyUp !== undefined && { up: notifyUp }),
      ...(notifyDown !== undefined && { down: notifyDown }),
      mail,
    })),
  ])
}
