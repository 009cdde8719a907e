/**
 * What the request layer needs of the machine: the port that `lib/linux` implements.
 */

/** A netlink socket towards the kernel. */
export interface NetlinkSocket {
  /** Sends one datagram. The kernel has done what it asks when this returns. @throws SystemError */
  send(datagram: Uint8Array): void
  /**
   * The next datagram, whole; it is overwritten by the next call. Undefined when none came within `timeout`
   * milliseconds (0: none is there now).
   * @throws SystemError; errno 105 (ENOBUFS) when messages were lost because they were not fetched in time.
   */
  receive(timeout: number): Uint8Array | undefined
  close(): void
}
