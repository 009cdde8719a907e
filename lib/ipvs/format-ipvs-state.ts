/**
 * Time-outs and daemons as `ipvsadm -L --timeout` and `ipvsadm -L --daemon` print them.
 */
import type { SyncDaemon } from './sync-daemon.ts'
import type { Timeouts } from './timeouts.ts'

/** `Timeout (tcp tcpfin udp): 900 120 300` */
export function formatTimeouts({ tcp, tcpFin, udp }: Timeouts): string {
  return `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}`
}

/** `master sync daemon (mcast=eth0, syncid=1, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)` */
export function formatSyncDaemon({ state, interface: name, syncId, maxLength, group, port, ttl }: SyncDaemon): string {
  return `${state} sync daemon (mcast=${name}, syncid=${syncId}, maxlen=${maxLength}, group=${group}, port=${port}, ttl=${ttl})`
}
