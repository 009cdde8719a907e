/**
 * Is a captured packet VRRP, and where are its parts: IPv4 with options, IPv6 with extension headers (RFC 8200 §4), the
 * IP authentication header (RFC 4302) in front of the message.
 */
import { IPPROTO_AH, IPPROTO_VRRP } from '../net/ip.ts'
import type { CapturedPacket } from './captured-packet.ts'
import { LinkHeader } from './link-header.ts'

const IPV4_HEADER = 20
const IPV6_HEADER = 40
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION_OPTIONS = 60

/** The parts of a VRRP packet, as offsets into the packet's buffer. Reused from packet to packet. */
export class VrrpFrame {
  /** What is below IP. */
  readonly link = new LinkHeader()
  /** Version that the link layer announced. */
  family: 4 | 6 = 4
  /** Start of the IP header. */
  ipAt = 0
  /** Whether the IP header was captured whole and makes sense. When false, only the protocol number was seen. */
  complete = false
  /** Start of the IP authentication header, -1 without one. */
  authenticationAt = -1
  /** Start of the VRRP message, -1 when it is not in this packet: a later fragment, or cut off before it. */
  messageAt = -1
  /** End of what was captured of the message; what follows the IP packet does not count. */
  messageEnd = 0
  /** Length of the message according to the IP header. */
  messageLength = 0
  /** TTL or hop limit. */
  hopLimit = 0

  /** Looks at a packet; true when its protocol is VRRP. */
  locate(packet: CapturedPacket): boolean {
    this.complete = false
    this.authenticationAt = -1
    this.messageAt = -1
    this.messageLength = 0
    const { link } = this
    if (!link.read(packet)) return false
    this.ipAt = link.networkAt
    if (link.family === 4) return this.locateIpv4(packet.bytes, packet.end)
    return this.locateIpv6(packet.bytes, packet.end)
  }

  private locateIpv4(bytes: Uint8Array, end: number): boolean {
    const at = this.ipAt
    this.family = 4
    if (end - at < 10) return false
    const protocol = bytes[at + 9] as number
    if (protocol !== IPPROTO_VRRP && protocol !== IPPROTO_AH) return false
    const first = bytes[at] as number
    const headerLength = (first & 0x0f) * 4
    const total = uint16(bytes, at + 2)
    const sound = first >> 4 === 4 && headerLength >= IPV4_HEADER && total >= headerLength && end - at >= headerLength
    if (!sound) return protocol === IPPROTO_VRRP
    this.complete = true
    this.hopLimit = bytes[at + 8] as number
    const later = (uint16(bytes, at + 6) & 0x1fff) !== 0
    if (later) return protocol === IPPROTO_VRRP
    return this.locateMessage(bytes, protocol, at + headerLength, at + total, end)
  }

  private locateIpv6(bytes: Uint8Array, end: number): boolean {
    const at = this.ipAt
    this.family = 6
    if (end - at < 7) return false
    let next = bytes[at + 6] as number
    if (end - at < IPV6_HEADER || (bytes[at] as number) >> 4 !== 6) return next === IPPROTO_VRRP
    this.complete = true
    this.hopLimit = bytes[at + 7] as number
    const ipEnd = at + IPV6_HEADER + uint16(bytes, at + 4)
    let header = at + IPV6_HEADER
    while (next === HOP_BY_HOP || next === DESTINATION_OPTIONS || next === ROUTING || next === FRAGMENT) {
      if (end - header < 8) return false
      const fragment = next === FRAGMENT
      const later = fragment && (uint16(bytes, header + 2) & 0xfff8) !== 0
      next = bytes[header] as number
      if (later) return next === IPPROTO_VRRP
      header += fragment ? 8 : ((bytes[header + 1] as number) + 1) * 8
    }
    return this.locateMessage(bytes, next, header, ipEnd, end)
  }

  /** Passes over authentication headers and sets the bounds of the message. */
  private locateMessage(bytes: Uint8Array, first: number, start: number, ipEnd: number, end: number): boolean {
    let protocol = first
    let at = start
    const limit = ipEnd < end ? ipEnd : end
    while (protocol === IPPROTO_AH) {
      if (limit - at < 2) return false
      this.authenticationAt = at
      protocol = bytes[at] as number
      at += ((bytes[at + 1] as number) + 2) * 4
    }
    if (protocol !== IPPROTO_VRRP) return false
    if (at <= limit) {
      this.messageAt = at
      this.messageEnd = limit
    }
    this.messageLength = ipEnd > at ? ipEnd - at : 0
    return true
  }
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}
