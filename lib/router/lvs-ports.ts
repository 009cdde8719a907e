/**
 * What LVS stands on: the kernel's table, sockets and programs of checks. On Linux `IpvsClient` and `standardLookers`.
 */
import type { CommandPorts, Lookers, SocketOpener } from '../health/index.ts'
import type { IpvsClient } from '../ipvs/index.ts'
import type { SyncDaemonClient } from './sync-daemon-keeper.ts'
import type { TableClient } from './table-keeper.ts'

/** The part of an {@link IpvsClient} that a router uses. */
export type LvsClient = TableClient & SyncDaemonClient & Pick<IpvsClient, 'table' | 'flush' | 'setTimeouts' | 'close'>

/** What virtual servers stand on. */
export interface LvsPorts {
  /** Opens the kernel's table; rejects where there is no IPVS. */
  readonly openIpvs: () => Promise<LvsClient>
  /** How checks are done. Default: {@link LvsPorts.sockets} and this machine's own programs. */
  readonly lookers?: Lookers
  /** For checks with marks, interfaces and ICMP. */
  readonly sockets?: SocketOpener
  readonly startCommand?: CommandPorts['start']
  /** Looks that are under way at once. Default 1000. */
  readonly concurrency?: number
  /** False: services stay in the kernel at the end (keepalived's `--dont-release-ipvs`). Default true. */
  readonly release?: boolean
}
