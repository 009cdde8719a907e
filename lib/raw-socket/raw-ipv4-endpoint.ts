/**
 * The IPv4 sockets of one interface over the package raw-socket: a receiving one for protocol 112 (and 51), and a sending one
 * whose IP header is our own. RFC 9568 §5.1.1.
 */

import { VrrpError } from '../errors.ts'
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_HDRINCL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IPPROTO_IP,
  IPPROTO_RAW,
} from '../linux/constants.ts'
import type { Deliver, Endpoint, Route } from '../linux/endpoint.ts'
import { Ipv4Reader, makeIpv4Header, writeIpv4Packet } from '../linux/ipv4-header.ts'
import { ahFilter } from '../linux/packet-filter.ts'
import type { SocketFilter } from '../linux/socket-filter.ts'
import { IPPROTO_AH, IPPROTO_VRRP, requireIp } from '../net/index.ts'
import { OpenSocket, type RawSocketPackage } from './open-socket.ts'

const PACKET_SIZE = 2048

/** An {@link Endpoint} over raw-socket. */
export class RawIpv4Endpoint implements Endpoint {
  readonly #raw: RawSocketPackage
  readonly #interfaceName: string
  readonly #deliver: Deliver
  readonly #reader = new Ipv4Reader()
  readonly #sender: OpenSocket
  /** Held here, because the package closes a socket that nothing refers to. */
  readonly #receivers = new Map<number, OpenSocket>()
  readonly #groups = new Set<string>()
  readonly #packet = Buffer.alloc(PACKET_SIZE)

  /** @throws SystemError */
  constructor(raw: RawSocketPackage, interfaceName: string, deliver: Deliver) {
    this.#raw = raw
    this.#interfaceName = interfaceName
    this.#deliver = deliver
    this.#sender = new OpenSocket(raw, 4, IPPROTO_RAW, interfaceName)
    try {
      this.#sender.pause()
      this.#sender.set(IPPROTO_IP, IP_HDRINCL, 1, 'setsockopt IP_HDRINCL')
      this.#sender.set(IPPROTO_IP, IP_MULTICAST_LOOP, 0, 'setsockopt IP_MULTICAST_LOOP')
      this.#listen(IPPROTO_VRRP)
    } catch (error) {
      this.close()
      throw error
    }
  }

  join(group: string): void {
    if (this.#groups.has(group)) return
    this.#groups.add(group)
    for (const socket of this.#receivers.values()) this.#member(socket, IP_ADD_MEMBERSHIP, group)
  }

  leave(group: string): void {
    if (!this.#groups.delete(group)) return
    for (const socket of this.#receivers.values()) {
      try {
        this.#member(socket, IP_DROP_MEMBERSHIP, group)
      } catch {
        // The kernel left it already, with the interface.
      }
    }
  }

  hearAh(): void {
    if (!this.#receivers.has(IPPROTO_AH)) this.#listen(IPPROTO_AH)
  }

  route(source: string, destination: string, ttl: number): Route {
    // The package takes a text of the wrong family and sends to a random address: the header checks both.
    return { source, destination, header: makeIpv4Header(source, destination, ttl), name: new Uint8Array(0) }
  }

  send(message: Uint8Array, route: Route): void {
    const length = writeIpv4Packet(this.#packet, route.header, message)
    this.#sender.send(this.#packet, length, route.destination)
  }

  close(): void {
    for (const socket of this.#receivers.values()) socket.close()
    this.#sender.close()
  }

  #listen(protocol: number): void {
    const socket = new OpenSocket(this.#raw, 4, protocol, this.#interfaceName)
    try {
      socket.set(IPPROTO_IP, IP_MULTICAST_ALL, 0, 'setsockopt IP_MULTICAST_ALL')
      socket.enlargeReceiveBuffer()
      if (protocol === IPPROTO_AH) spareIpsec(socket)
      socket.discardWaiting()
      for (const group of this.#groups) this.#member(socket, IP_ADD_MEMBERSHIP, group)
    } catch (error) {
      socket.close()
      throw error
    }
    socket.onPacket(bytes => {
      const packet = this.#reader.read(bytes)
      if (packet !== undefined) this.#deliver(packet.message, packet.ip, packet.vrid)
    })
    this.#receivers.set(protocol, socket)
  }

  /** struct ip_mreqn: group, address (none: the index says it all), index. @throws SystemError */
  #member(socket: OpenSocket, option: number, group: string): void {
    const request = Buffer.alloc(12)
    request.set(requireIp(group, 'group'))
    request.writeInt32LE(socket.interfaceIndex, 8)
    socket.set(IPPROTO_IP, option, request, `setsockopt membership of ${group}`)
  }
}

/** The kernel keeps all other IPsec traffic from a socket of protocol 51; without koffi we pass it over. */
function spareIpsec(socket: OpenSocket): void {
  let filter: SocketFilter
  try {
    filter = ahFilter()
  } catch (error) {
    if (error instanceof VrrpError && error.code === 'ERR_TRANSPORT_UNAVAILABLE') return
    throw error
  }
  socket.filter(filter)
}
