/**
 * Raw IPv6 sockets of one interface: a receiving one for protocol 112, and a sending one whose header is our own. The kernel
 * would choose the source otherwise, and prefers a virtual link-local address once it is there. RFC 9568 §5.1.2.
 */
import type { LinkState } from '../instance/ports.ts'
import { IPPROTO_VRRP, requireIp } from '../net/index.ts'
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
  IPV6_MULTICAST_ALL,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  SOCK_RAW,
} from './constants.ts'
import type { Deliver, Endpoint, EndpointContext, Route } from './endpoint.ts'
import { Ipv6EnvelopeReader } from './ipv6-control.ts'
import { Ipv6Sender } from './ipv6-sender.ts'
import type { MessageBatch } from './message-batch.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Watch } from './reactor.ts'
import type { Refused } from './send-batch.ts'
import { nativeSizes } from './syscalls.ts'
import { TurnReader } from './turn-reader.ts'

/** An {@link Endpoint} over raw IPv6 sockets. */
export class Ipv6Endpoint implements Endpoint {
  readonly #link: LinkState
  readonly #deliver: Deliver
  readonly #batch: MessageBatch
  readonly #reader = new Ipv6EnvelopeReader(nativeSizes().word)
  readonly #turn: TurnReader
  readonly #sender: Ipv6Sender
  readonly #receiver: RawDescriptor
  readonly #watch: Watch
  readonly #groups = new Set<string>()
  #closed = false

  /** @throws SystemError */
  constructor(link: LinkState, deliver: Deliver, { reactor, inbox, outbox }: EndpointContext) {
    this.#link = link
    this.#deliver = deliver
    this.#batch = inbox
    this.#turn = new TurnReader(inbox, index => this.#take(index))
    this.#sender = new Ipv6Sender(link, outbox)
    let receiver: RawDescriptor | undefined
    try {
      receiver = openDescriptor(`raw IPv6 VRRP ${link.name}`, [AF_INET6, SOCK_RAW, IPPROTO_VRRP], socket => {
        socket.bindToDevice(link.name)
        socket.set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, 'IPV6_RECVPKTINFO')
        socket.set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, 'IPV6_RECVHOPLIMIT')
        socket.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, 'IPV6_MULTICAST_ALL')
        socket.enlargeReceiveBuffer()
        socket.tellArrivals()
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

  route(source: string, destination: string, ttl: number): Route {
    return this.#sender.route(source, destination, ttl)
  }

  send(message: Uint8Array, route: Route): void {
    this.#sender.send(message, route)
  }

  post(message: Uint8Array, route: Route, refused: Refused): void {
    this.#sender.post(message, route, refused)
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
    if (ip !== undefined) this.#deliver(message, ip, message[1] ?? 0, this.#batch.age(index))
  }
}
