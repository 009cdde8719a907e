/**
 * Raw IPv6 sockets of one interface: a receiving one for protocol 112, and a sending one whose header is our own. The kernel
 * would choose the source otherwise, and prefers a virtual link-local address once it is there. RFC 9568 §5.1.2.
 */
import type { LinkState } from '../instance/ports.ts'
import { IPPROTO_VRRP, requireIp } from '../net/index.ts'
import { check } from '../netlink/system-error.ts'
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  SOCK_RAW,
} from './constants.ts'
import type { Deliver, Endpoint, EndpointContext, Route } from './endpoint.ts'
import { Ipv6EnvelopeReader } from './ipv6-control.ts'
import { IPV6_PACKET_SIZE, makeIpv6Header, writeIpv6Packet } from './ipv6-header.ts'
import type { MessageBatch } from './message-batch.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Watch } from './reactor.ts'
import type { Refused, SendBatch } from './send-batch.ts'
import { nativeSizes, syscalls } from './syscalls.ts'
import { TurnReader } from './turn-reader.ts'

/** struct sockaddr_in6: family, port, flow, address, scope. */
const NAME_LENGTH = 28

/** An {@link Endpoint} over raw IPv6 sockets. */
export class Ipv6Endpoint implements Endpoint {
  readonly #calls = syscalls()
  readonly #link: LinkState
  readonly #deliver: Deliver
  readonly #batch: MessageBatch
  readonly #reader = new Ipv6EnvelopeReader(nativeSizes().word)
  readonly #turn: TurnReader
  readonly #sender: RawDescriptor
  readonly #receiver: RawDescriptor
  readonly #watch: Watch
  readonly #groups = new Set<string>()
  readonly #packet = new Uint8Array(IPV6_PACKET_SIZE)
  readonly #outbox: SendBatch
  #closed = false

  /**
   * @param context with an inbox that takes control messages
   * @throws SystemError
   */
  constructor(link: LinkState, deliver: Deliver, { reactor, inbox, outbox }: EndpointContext) {
    this.#link = link
    this.#deliver = deliver
    this.#batch = inbox
    this.#outbox = outbox
    this.#turn = new TurnReader(inbox, index => this.#take(index))
    this.#sender = openDescriptor(`raw IPv6 ${link.name}`, [AF_INET6, SOCK_RAW, IPPROTO_RAW], socket => {
      socket.bindToDevice(link.name)
      socket.set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, 'IPV6_MULTICAST_LOOP')
      socket.prioritize()
    })
    let receiver: RawDescriptor | undefined
    try {
      receiver = openDescriptor(`raw IPv6 VRRP ${link.name}`, [AF_INET6, SOCK_RAW, IPPROTO_VRRP], socket => {
        socket.bindToDevice(link.name)
        socket.set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, 'IPV6_RECVPKTINFO')
        socket.set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, 'IPV6_RECVHOPLIMIT')
        socket.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, 'IPV6_MULTICAST_ALL')
        socket.enlargeReceiveBuffer()
      })
      const { fd } = receiver
      this.#watch = reactor.watch(fd, () => this.#turn.read(fd))
      this.#receiver = receiver
    } catch (error) {
      receiver?.close()
      this.#sender.close()
      throw error
    }
  }

  join(group: string): void {
    if (this.#groups.has(group)) return
    this.#receiver.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, this.#membership(group), `IPV6_ADD_MEMBERSHIP ${group}`)
    this.#groups.add(group)
  }

  leave(group: string): void {
    if (!this.#groups.delete(group)) return
    try {
      this.#receiver.set(IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, this.#membership(group), `IPV6_DROP_MEMBERSHIP ${group}`)
    } catch {
      // The kernel left it already, with the interface.
    }
  }

  hearAh(): void {
    // Only version 2 has the authentication header, and version 2 has no IPv6.
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
    const result = this.#calls.sendto(this.#sender.fd, this.#packet, length, 0, name, name.length)
    if (result < 0) check(`send ${destination} ${this.#link.name}`, result)
  }

  post(message: Uint8Array, { header, name }: Route, refused: Refused): void {
    const length = writeIpv6Packet(this.#outbox.next(), header, message)
    this.#outbox.add(this.#sender.fd, length, name, refused)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#turn.close()
    this.#watch.close()
    this.#receiver.close()
    this.#sender.close()
  }

  /** struct ipv6_mreq: group, index. */
  #membership(group: string): Uint8Array {
    const request = Buffer.alloc(20)
    request.set(requireIp(group, 'group'))
    request.writeInt32LE(this.#link.index, 16)
    return request
  }

  #take(index: number): void {
    const message = this.#batch.message(index)
    const ip = this.#reader.read(this.#batch.name(index), this.#batch.control(index))
    if (ip !== undefined) this.#deliver(message, ip, message[1] ?? 0)
  }
}
