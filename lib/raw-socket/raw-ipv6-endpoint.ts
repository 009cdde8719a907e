/**
 * The IPv6 sockets of one interface over the package raw-socket. RFC 9568 §5.1.2.
 *
 * The package hands out what is behind the IPv6 header and the sender's address: neither where a message was sent to nor
 * its hop limit. So the kernel sorts: each group and each own address has two sockets, with filters that let through what
 * has a hop limit of 255, and what has another.
 */
import {
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPV6_ADD_MEMBERSHIP,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_LOOP,
} from '../linux/constants.ts'
import type { Deliver, Endpoint, Route } from '../linux/endpoint.ts'
import { IPV6_PACKET_SIZE, makeIpv6Header, writeIpv6Packet } from '../linux/ipv6-header.ts'
import { canonicalIp, IPPROTO_VRRP, type IpEnvelope, isMulticast, requireIp } from '../net/index.ts'
import { hopFilter } from './hop-filter.ts'
import { OpenSocket, type RawSocketPackage } from './open-socket.ts'

/** Most senders that are remembered for each socket. */
const CACHE_SIZE = 1024
/** What is told of a hop limit that is not 255: that it is none of those that a router next door sends with. */
const OTHER_HOP_LIMIT = 0

/** An {@link Endpoint} over raw-socket. Hop limits below 255 are all told as 0, which no lower limit of a peer accepts. */
export class RawIpv6Endpoint implements Endpoint {
  readonly #raw: RawSocketPackage
  readonly #interfaceName: string
  readonly #deliver: Deliver
  readonly #sender: OpenSocket
  /** By destination. Held here, because the package closes a socket that nothing refers to. */
  readonly #receivers = new Map<string, readonly OpenSocket[]>()
  readonly #packet = Buffer.alloc(IPV6_PACKET_SIZE)

  /** @throws SystemError */
  constructor(raw: RawSocketPackage, interfaceName: string, deliver: Deliver) {
    this.#raw = raw
    this.#interfaceName = interfaceName
    this.#deliver = deliver
    // The kernel takes the header from us on a socket of this protocol, and so the source, which it would choose otherwise.
    this.#sender = new OpenSocket(raw, 6, IPPROTO_RAW, interfaceName)
    this.#sender.pause()
    try {
      this.#sender.set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, 'setsockopt IPV6_MULTICAST_LOOP')
    } catch (error) {
      this.close()
      throw error
    }
  }

  join(group: string): void {
    this.hear(group)
  }

  leave(group: string): void {
    for (const socket of this.#receivers.get(group) ?? []) socket.close()
    this.#receivers.delete(group)
  }

  hear(address: string): void {
    if (this.#receivers.has(address)) return
    const near = this.#listen(address, true)
    try {
      this.#receivers.set(address, [near, this.#listen(address, false)])
    } catch (error) {
      near.close()
      throw error
    }
  }

  hearAh(): void {
    // Only version 2 has the authentication header, and version 2 has no IPv6.
  }

  route(source: string, destination: string, hopLimit: number): Route {
    // The package takes a text of the wrong family and sends to a random address: the header checks both.
    return { source, destination, header: makeIpv6Header(source, destination, hopLimit), name: new Uint8Array(0) }
  }

  send(message: Uint8Array, { header, destination }: Route): void {
    this.#sender.send(this.#packet, writeIpv6Packet(this.#packet, header, message), destination)
  }

  close(): void {
    for (const sockets of this.#receivers.values()) for (const socket of sockets) socket.close()
    this.#receivers.clear()
    this.#sender.close()
  }

  #listen(destination: string, near: boolean): OpenSocket {
    const bytes = requireIp(destination, 'destination')
    const socket = new OpenSocket(this.#raw, 6, IPPROTO_VRRP, this.#interfaceName)
    try {
      socket.filter(hopFilter(bytes, near))
      socket.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, 'setsockopt IPV6_MULTICAST_ALL')
      socket.enlargeReceiveBuffer()
      socket.discardWaiting()
      if (isMulticast(bytes)) this.#join(socket, bytes)
    } catch (error) {
      socket.close()
      throw error
    }
    const envelopes = new Map<string, IpEnvelope>()
    socket.onPacket((message, source) => {
      let ip = envelopes.get(source)
      if (ip === undefined) {
        if (envelopes.size >= CACHE_SIZE) envelopes.clear()
        const hopLimit = near ? 255 : OTHER_HOP_LIMIT
        ip = { family: 6, source: canonicalIp(source), destination, hopLimit, protocol: IPPROTO_VRRP }
        envelopes.set(source, ip)
      }
      this.#deliver(message, ip, message[1] ?? 0)
    })
    return socket
  }

  /** struct ipv6_mreq: group, index. @throws SystemError */
  #join(socket: OpenSocket, group: Uint8Array): void {
    const request = Buffer.alloc(20)
    request.set(group)
    request.writeInt32LE(socket.interfaceIndex, 16)
    socket.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request, 'setsockopt IPV6_ADD_MEMBERSHIP')
  }
}
