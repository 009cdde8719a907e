/**
 * The IPv6 header around an advert that is sent. RFC 8200 §3; RFC 9568 §5.1.2 for the hop limit.
 */
import { encodeIpv6, IPPROTO_VRRP, writeU16 } from '../net/index.ts'

/** Bytes of the fixed header, and where it has the length of what follows. */
const HEADER_LENGTH = 40
const PAYLOAD_LENGTH = 4
/** Internetwork control: what routing protocols use, and keepalived. */
const TRAFFIC_CLASS = 0xc0

/** Largest packet that is sent: 255 addresses are 4.1 kB. */
export const IPV6_PACKET_SIZE = 4608

/** A header for packets from `source` to `destination`, traffic class 0xc0. Its length is still 0. @throws RangeError */
export function makeIpv6Header(source: string, destination: string, hopLimit: number): Uint8Array {
  const fields = { source, destination, protocol: IPPROTO_VRRP, hopLimit, trafficClass: TRAFFIC_CLASS }
  return encodeIpv6(fields, new Uint8Array(0))
}

/** Puts header and message into `packet` and returns the length of both. */
export function writeIpv6Packet(packet: Uint8Array, header: Uint8Array, message: Uint8Array): number {
  packet.set(header)
  packet.set(message, HEADER_LENGTH)
  writeU16(packet, PAYLOAD_LENGTH, message.length)
  return HEADER_LENGTH + message.length
}
