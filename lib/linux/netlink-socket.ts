/**
 * The NetlinkSocket port over AF_NETLINK. netlink(7).
 */
import { ERRNO, NETLINK_ROUTE, type NetlinkSocket } from '../netlink/index.ts'
import { check } from '../netlink/system-error.ts'
import {
  AF_NETLINK,
  MSG_DONTWAIT,
  MSG_TRUNC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  POLLIN,
  SOCK_RAW,
  SOL_NETLINK,
} from './constants.ts'
import { inNetworkNamespace } from './network-namespace.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import { syscalls } from './syscalls.ts'

/** The kernel makes no datagram larger than this, whatever the buffer. */
const DATAGRAM_SIZE = 65536

/** struct sockaddr_nl of the kernel; as an own address, that the kernel chooses the port id. */
const KERNEL = Uint8Array.of(AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

/** Options of {@link LinuxNetlinkSocket}. */
export interface NetlinkSocketOptions {
  /** Default NETLINK_ROUTE. */
  readonly protocol?: number
  /** Groups of events to hear (RTNLGRP_LINK …). */
  readonly groups?: readonly number[]
  /** Name or path of the network namespace, as for {@link inNetworkNamespace}. Default: the thread's. */
  readonly namespace?: string
}

/** A netlink socket of the kernel. */
export class LinuxNetlinkSocket implements NetlinkSocket {
  readonly #calls = syscalls()
  readonly #descriptor: RawDescriptor
  // No Buffer: its views are dearer, and there is one for each message.
  readonly #buffer = new Uint8Array(DATAGRAM_SIZE)

  /** @throws SystemError */
  constructor({ protocol = NETLINK_ROUTE, groups = [], namespace }: NetlinkSocketOptions = {}) {
    this.#descriptor = inNetworkNamespace(namespace, () => LinuxNetlinkSocket.#open(protocol, groups))
  }

  static #open(protocol: number, groups: readonly number[]): RawDescriptor {
    return openDescriptor('netlink', [AF_NETLINK, SOCK_RAW, protocol], socket => {
      socket.bind(KERNEL)
      // A connected socket hears the kernel alone: other processes cannot send to it.
      socket.connect(KERNEL)
      socket.set(SOL_NETLINK, NETLINK_EXT_ACK, 1, 'NETLINK_EXT_ACK')
      socket.set(SOL_NETLINK, NETLINK_CAP_ACK, 1, 'NETLINK_CAP_ACK')
      socket.enlargeReceiveBuffer()
      for (const group of groups) socket.set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group, 'NETLINK_ADD_MEMBERSHIP')
    })
  }

  /** For the reactor. */
  get fd(): number {
    return this.#descriptor.fd
  }

  /** Begins to hear the events of these groups, or ends that. @throws SystemError */
  hear(groups: readonly number[], hears: boolean): void {
    const [option, name] = hears
      ? ([NETLINK_ADD_MEMBERSHIP, 'NETLINK_ADD_MEMBERSHIP'] as const)
      : ([NETLINK_DROP_MEMBERSHIP, 'NETLINK_DROP_MEMBERSHIP'] as const)
    for (const group of groups) this.#descriptor.set(SOL_NETLINK, option, group, name)
  }

  send(datagram: Uint8Array): void {
    check('send netlink', this.#calls.sendto(this.fd, datagram, datagram.length, 0, null, 0))
  }

  receive(timeout: number): Uint8Array | undefined {
    for (;;) {
      const length = this.#calls.recv(this.fd, this.#buffer, DATAGRAM_SIZE, MSG_DONTWAIT | MSG_TRUNC)
      if (length >= 0) return this.#buffer.subarray(0, Math.min(length, DATAGRAM_SIZE))
      if (length === -ERRNO.EAGAIN) {
        if (timeout <= 0 || !this.#wait(timeout)) return undefined
      } else if (length !== -ERRNO.EINTR) {
        check('receive netlink', length)
      }
    }
  }

  close(): void {
    this.#descriptor.close()
  }

  #wait(timeout: number): boolean {
    // struct pollfd: descriptor, events, returned events.
    const descriptor = Buffer.alloc(8)
    descriptor.writeInt32LE(this.fd)
    descriptor.writeInt16LE(POLLIN, 4)
    return this.#calls.poll(descriptor, 1, timeout) !== 0
  }
}
