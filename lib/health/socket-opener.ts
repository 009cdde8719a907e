/**
 * The port for sockets that node cannot make itself: with a firewall mark, bound to an interface, for ICMP, or for datagrams
 * that hear of every ICMP error (IP_RECVERR; otherwise only of closed ports). The Linux implementation is `LinuxSocketOpener` of `vrrp-ts/linux`.
 */

/** What is asked of a socket. */
export interface SocketRequest {
  /** `icmp`: echo requests as datagrams, answered to this socket alone (icmp(7), ping_group_range). */
  readonly type: 'tcp' | 'udp' | 'icmp'
  readonly family: 4 | 6
  /** SO_MARK */
  readonly mark?: number
  /** SO_BINDTODEVICE */
  readonly interface?: string
  /** Of `udp` and `icmp`: bound to this address, and for `udp` this port. */
  readonly source?: { readonly address: string; readonly port: number }
}

/** Opens sockets. */
export interface SocketOpener {
  /**
   * A descriptor that is not connected, does not block and is closed on exec; the caller closes it.
   * @throws Error saying what the system refused
   */
  open(request: SocketRequest): number
}
