/**
 * A raw IPv6 socket that sends from one interface and hears nothing. Its header is our own: the kernel would choose the
 * source otherwise, and prefers a virtual link-local address once it is there. RFC 9568 §5.1.2.
 */
import type { LinkState } from '../instance/ports.ts'
import { requireIp } from '../net/index.ts'
import { check } from '../netlink/system-error.ts'
import { AF_INET6, IPPROTO_IPV6, IPPROTO_RAW, IPV6_MULTICAST_LOOP, SOCK_RAW } from './constants.ts'
import type { Route, Sender } from './endpoint.ts'
import { IPV6_PACKET_SIZE, makeIpv6Header, writeIpv6Packet } from './ipv6-header.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Refused, SendBatch } from './send-batch.ts'
import { syscalls } from './syscalls.ts'

/** struct sockaddr_in6: family, port, flow, address, scope. */
const NAME_LENGTH = 28

/** A {@link Sender} over a raw IPv6 socket. */
export class Ipv6Sender implements Sender {
  readonly #calls = syscalls()
  readonly #link: LinkState
  readonly #descriptor: RawDescriptor
  readonly #packet = new Uint8Array(IPV6_PACKET_SIZE)
  readonly #outbox: SendBatch

  /** @throws SystemError */
  constructor(link: LinkState, outbox: SendBatch) {
    this.#link = link
    this.#outbox = outbox
    this.#descriptor = openDescriptor(`raw IPv6 ${link.name}`, [AF_INET6, SOCK_RAW, IPPROTO_RAW], socket => {
      socket.bindToDevice(link.name)
      socket.set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, 'IPV6_MULTICAST_LOOP')
      socket.prioritize()
    })
  }

  route(source: string, destination: string, hopLimit: number): Route {
    const name = Buffer.alloc(NAME_LENGTH)
    name.writeUInt16LE(AF_INET6)
    name.set(requireIp(destination, 'destination'), 8)
    // A link-local destination is only an address together with its interface.
    name.writeUInt32LE(this.#link.index, 24)
    return { source, destination, header: makeIpv6Header(source, destination, hopLimit), name }
  }

  send(message: Uint8Array, { header, name, destination }: Route): void {
    const length = writeIpv6Packet(this.#packet, header, message)
    const result = this.#calls.sendto(this.#descriptor.fd, this.#packet, length, 0, name, name.length)
    if (result < 0) check(`send ${destination} ${this.#link.name}`, result)
  }

  post(message: Uint8Array, { header, name }: Route, refused: Refused): void {
    const length = writeIpv6Packet(this.#outbox.next(), header, message)
    this.#outbox.add(this.#descriptor.fd, length, name, refused)
  }

  close(): void {
    this.#descriptor.close()
  }
}
