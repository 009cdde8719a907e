/**
 * The sockets of one interface and family, as a transport uses them. What is common to all transports is in
 * {@link ChannelTransport}; an endpoint is what differs.
 */

import type { LinkState } from '../instance/ports.ts'
import type { IpEnvelope, IpFamily } from '../net/index.ts'

/** Where a message goes from and to, prepared once and used for every send. */
export interface Route {
  readonly source: string
  readonly destination: string
  /** IPv4: the header. IPv6: the control message with the source. */
  readonly prepared: Uint8Array
}

/** Takes a received message to the channels. `vrid` is 0 when the message is too short to have one. */
export type Deliver = (message: Uint8Array, ip: IpEnvelope, vrid: number) => void

/** Open sockets on one interface. */
export interface Endpoint {
  /** Hears a multicast group. @throws SystemError */
  join(group: string): void
  leave(group: string): void
  /** Hears protocol 51 besides 112. @throws SystemError */
  hearAh(): void
  /** Prepares sending with a TTL or hop limit. @throws RangeError when an address is none of the family. */
  route(source: string, destination: string, ttl: number): Route
  /** @throws SystemError */
  send(message: Uint8Array, route: Route): void
  close(): void
}

/** Opens the sockets. @throws SystemError, VrrpError */
export type OpenEndpoint = (family: IpFamily, link: LinkState, deliver: Deliver) => Endpoint
