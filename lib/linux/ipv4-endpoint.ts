/**
 * Raw IPv4 sockets of one interface: a receiving one for protocol 112 (and 51), and a sending one whose header is our own, so
 * that source, TTL, TOS and identification are exactly as wanted. RFC 9568 §5.1.1.
 */
import type { LinkState } from '../instance/ports.ts'
import { IPPROTO_AH, IPPROTO_VRRP, requireIp } from '../net/index.ts'
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IPPROTO_IP,
  SO_ATTACH_FILTER,
  SOCK_RAW,
  SOL_SOCKET,
} from './constants.ts'
import type { Deliver, Endpoint, EndpointContext, Route } from './endpoint.ts'
import { Ipv4Reader } from './ipv4-header.ts'
import { Ipv4Sender } from './ipv4-sender.ts'
import type { MessageBatch } from './message-batch.ts'
import { ahFilter } from './packet-filter.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Reactor, Watch } from './reactor.ts'
import type { Refused } from './send-batch.ts'
import { TurnReader } from './turn-reader.ts'

/** A receiving socket. */
interface Ear {
  readonly descriptor: RawDescriptor
  readonly watch: Watch
  readonly reader: TurnReader
}

/** An {@link Endpoint} over raw IPv4 sockets. */
export class Ipv4Endpoint implements Endpoint {
  readonly #link: LinkState
  readonly #deliver: Deliver
  readonly #reactor: Reactor
  readonly #batch: MessageBatch
  readonly #reader = new Ipv4Reader()
  readonly #sender: Ipv4Sender
  readonly #receivers = new Map<number, Ear>()
  readonly #groups = new Set<string>()
  #closed = false

  /** @throws SystemError */
  constructor(link: LinkState, deliver: Deliver, { reactor, inbox, outbox }: EndpointContext) {
    this.#link = link
    this.#deliver = deliver
    this.#reactor = reactor
    this.#batch = inbox
    this.#sender = new Ipv4Sender(link, outbox)
    try {
      this.#listen(IPPROTO_VRRP)
    } catch (error) {
      this.#sender.close()
      throw error
    }
  }

  join(group: string): void {
    if (this.#groups.has(group)) return
    this.#groups.add(group)
    for (const { descriptor } of this.#receivers.values()) this.#member(descriptor, IP_ADD_MEMBERSHIP, group)
  }

  leave(group: string): void {
    if (!this.#groups.delete(group)) return
    for (const { descriptor } of this.#receivers.values()) this.#member(descriptor, IP_DROP_MEMBERSHIP, group)
  }

  hearAh(): void {
    if (!this.#receivers.has(IPPROTO_AH)) this.#listen(IPPROTO_AH)
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
    for (const { descriptor, watch, reader } of this.#receivers.values()) {
      reader.close()
      watch.close()
      descriptor.close()
    }
    this.#sender.close()
  }

  #listen(protocol: number): void {
    const name = `raw IPv4 protocol ${protocol} ${this.#link.name}`
    const descriptor = openDescriptor(name, [AF_INET, SOCK_RAW, protocol], socket => {
      socket.bindToDevice(this.#link.name)
      socket.set(IPPROTO_IP, IP_MULTICAST_ALL, 0, 'IP_MULTICAST_ALL')
      socket.enlargeReceiveBuffer()
      socket.tellArrivals()
      // Else the socket would hear all IPsec traffic of the host. Of protocol 112 everything is ours to count.
      if (protocol === IPPROTO_AH) {
        socket.set(SOL_SOCKET, SO_ATTACH_FILTER, ahFilter().program, 'SO_ATTACH_FILTER')
      }
      for (const group of this.#groups) this.#member(socket, IP_ADD_MEMBERSHIP, group)
    })
    try {
      const reader = new TurnReader(this.#batch, index => this.#take(index))
      const watch = this.#reactor.watch(descriptor.fd, () => reader.read(descriptor.fd))
      this.#receivers.set(protocol, { descriptor, watch, reader })
    } catch (error) {
      descriptor.close()
      throw error
    }
  }

  /** struct ip_mreqn: group, address (none: the index says it all), index. */
  #member(descriptor: RawDescriptor, option: number, group: string): void {
    const request = Buffer.alloc(12)
    request.set(requireIp(group, 'group'))
    request.writeInt32LE(this.#link.index, 8)
    try {
      const what = option === IP_ADD_MEMBERSHIP ? 'IP_ADD_MEMBERSHIP' : 'IP_DROP_MEMBERSHIP'
      descriptor.set(IPPROTO_IP, option, request, `${what} ${group}`)
    } catch (error) {
      // The kernel leaves the groups itself when it takes the address configuration of an interface away.
      if (option === IP_ADD_MEMBERSHIP) throw error
    }
  }

  #take(index: number): void {
    const packet = this.#reader.read(this.#batch.message(index))
    if (packet === undefined) return
    this.#deliver(packet.message, packet.ip, packet.vrid, this.#batch.age(index))
  }
}
