/**
 * keepalived's statistics (USR2, /tmp/keepalived.stats), to the letter as 2.2.7 writes them: exporters read this.
 */
import { type DumpSource, dumpedInstances, releases } from './dump-source.ts'

/** The whole file. */
export function formatStatistics(source: DumpSource): string {
  return dumpedInstances(source)
    .map(({ now }) => {
      const counters = now.statistics
      return `VRRP Instance: ${now.name}
  Advertisements:
    Received: ${counters['advertisement-rcvd']}
    Sent: ${counters['advertisement-sent']}
  Became master: ${counters['master-transitions']}
  Released master: ${releases(now)}
  Packet Errors:
    Length: ${counters['packet-length-errors']}
    TTL: ${counters['ip-ttl-errors']}
    Invalid Type: ${counters['invalid-type-pkts-rcvd']}
    Advertisement Interval: ${counters['interval-errors']}
    Address List: ${counters['address-list-errors']}
  Authentication Errors:
    Invalid Type: ${counters['invalid-auth-type']}
    Type Mismatch: ${counters['auth-type-mismatch']}
    Failure: ${counters['auth-failures']}
  Priority Zero:
    Received: ${counters['priority-zero-pkts-rcvd']}
    Sent: ${counters['priority-zero-pkts-sent']}
`
    })
    .join('')
}
