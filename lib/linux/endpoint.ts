/**
 * The sockets of one interface and family, as a transport uses them. What is common to all transports is in
 * {@link ChannelTransport}; an endpoint is what differs.
 */

import type { LinkState } from '../instance/ports.ts'
import type { IpEnvelope, IpFamily } from '../net/index.ts'
import type { Milliseconds } from '../time/units.ts'
import type { MessageBatch } from './message-batch.ts'
import type { Reactor } from './reactor.ts'
import type { Refused, SendBatch } from './send-batch.ts'

/** Where a message goes from and to, prepared once and used for every send. */
export interface Route {
  readonly source: string
  readonly destination: string
  /** The IP header before its length. */
  readonly header: Uint8Array
  /** The socket address of the destination, where the endpoint needs one. */
  readonly name: Uint8Array
}

/**
 * Takes a received message to the channels. `vrid` is 0 when the message is too short to have one; `age` as for
 * {@link PacketListener}.
 */
export type Deliver = (message: Uint8Array, ip: IpEnvelope, vrid: number, age?: Milliseconds) => void

/** A socket that sends from one interface. */
export interface Sender {
  /** Prepares sending with a TTL or hop limit. @throws RangeError when an address is none of the family. */
  route(source: string, destination: string, ttl: number): Route
  /** @throws SystemError */
  send(message: Uint8Array, route: Route): void
  /** Puts a message among those that leave together, with the next flush of the transport. */
  post?(message: Uint8Array, route: Route, refused: Refused): void
  close(): void
}

/** Open sockets on one interface. */
export interface Endpoint extends Sender {
  /** Hears a multicast group. @throws SystemError */
  join(group: string): void
  leave(group: string): void
  /**
   * Hears what is sent to one of our own addresses. Absent where a socket tells the destination of what it hears, and so
   * hears all of them. @throws SystemError
   */
  hear?(address: string): void
  /** Hears protocol 51 besides 112. @throws SystemError */
  hearAh(): void
}

/** What the endpoints of one thread share. */
export interface EndpointContext {
  readonly reactor: Reactor
  readonly inbox: MessageBatch
  readonly outbox: SendBatch
}

/** Opens the sockets. @throws SystemError, VrrpError */
export type OpenEndpoint = (family: IpFamily, link: LinkState, deliver: Deliver) => Endpoint

/** Opens a socket that sends from an interface and hears nothing. @throws SystemError */
export type OpenSender = (family: IpFamily, link: LinkState) => Sender

/** Hears adverts to groups from some MAC addresses, on the interface below virtual ones. */
export interface Tap {
  add(mac: string): void
  remove(mac: string): void
  close(): void
}

/** Opens a tap. @throws SystemError */
export type OpenTap = (family: IpFamily, link: LinkState, deliver: Deliver) => Tap
