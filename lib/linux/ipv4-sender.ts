/**
 * A raw IPv4 socket that sends from one interface and hears nothing. Its header is our own, so that source, TTL, TOS and
 * identification are exactly as wanted. RFC 9568 §5.1.1.
 */
import type { LinkState } from '../instance/ports.ts'
import { requireIp } from '../net/index.ts'
import { check } from '../netlink/system-error.ts'
import { AF_INET, IP_MULTICAST_LOOP, IPPROTO_IP, IPPROTO_RAW, SOCK_RAW } from './constants.ts'
import type { Route, Sender } from './endpoint.ts'
import { makeIpv4Header, writeIpv4Packet } from './ipv4-header.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Refused, SendBatch } from './send-batch.ts'
import { syscalls } from './syscalls.ts'

/** Largest packet that is sent. */
const PACKET_SIZE = 2048

/** A {@link Sender} over a raw IPv4 socket. */
export class Ipv4Sender implements Sender {
  readonly #calls = syscalls()
  readonly #link: LinkState
  readonly #descriptor: RawDescriptor
  readonly #packet = new Uint8Array(PACKET_SIZE)
  readonly #outbox: SendBatch

  /** @throws SystemError */
  constructor(link: LinkState, outbox: SendBatch) {
    this.#link = link
    this.#outbox = outbox
    this.#descriptor = openDescriptor(`raw IPv4 ${link.name}`, [AF_INET, SOCK_RAW, IPPROTO_RAW], socket => {
      socket.bindToDevice(link.name)
      socket.set(IPPROTO_IP, IP_MULTICAST_LOOP, 0, 'IP_MULTICAST_LOOP')
      socket.prioritize()
    })
  }

  route(source: string, destination: string, ttl: number): Route {
    const header = makeIpv4Header(source, destination, ttl)
    // struct sockaddr_in: family, port, address, padding.
    const name = new Uint8Array(16)
    name[0] = AF_INET
    name.set(requireIp(destination, 'destination'), 4)
    return { source, destination, header, name }
  }

  send(message: Uint8Array, { header, name, destination }: Route): void {
    const length = writeIpv4Packet(this.#packet, header, message)
    const result = this.#calls.sendto(this.#descriptor.fd, this.#packet, length, 0, name, name.length)
    if (result < 0) check(`send ${destination} ${this.#link.name}`, result)
  }

  post(message: Uint8Array, { header, name }: Route, refused: Refused): void {
    const length = writeIpv4Packet(this.#outbox.next(), header, message)
    this.#outbox.add(this.#descriptor.fd, length, name, refused)
  }

  close(): void {
    this.#descriptor.close()
  }
}
