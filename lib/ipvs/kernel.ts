/**
 * What the client needs of the machine: the port that `lib/linux` implements.
 */
import type { NetlinkSocket } from '../netlink/index.ts'

/** The IPVS of one network namespace. */
export interface IpvsKernel {
  /** Opens a socket of generic netlink. @throws SystemError */
  openSocket(): NetlinkSocket
  /** The text of /proc/net/ip_vs_conn, in pieces. @throws SystemError when there is none: the kernel has no IPVS */
  readConnections(): AsyncIterable<string>
}
