/**
 * The IPv4 header around an advert: written for sending, read on receipt. RFC 791 §3.1; RFC 9568 §5.1.1 for the TTL.
 */
import { blob, type Layout, struct, u8, u16be } from 'buffer-layout'
import { formatIp, IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope, requireIp } from '../net/index.ts'

//  0               1               2               3
// +-------+-------+---------------+-------------------------------+
// |Version|  IHL  |      TOS      |          Total Length         |
// +-------+-------+---------------+-----+-------------------------+
// |         Identification        |Flags|     Fragment Offset     |
// +---------------+---------------+-----+-------------------------+
// |  Time to Live |    Protocol   |        Header Checksum        |
// +---------------+---------------+-------------------------------+
// |                         Source Address                        |
// |                      Destination Address                      |
// +---------------------------------------------------------------+
const HEADER = struct([
  u8('versionIhl'),
  u8('tos'),
  u16be('totalLength'),
  u16be('identification'),
  u16be('fragment'),
  u8('ttl'),
  u8('protocol'),
  u16be('checksum'),
  blob(4, 'source') as Layout,
  blob(4, 'destination') as Layout,
])

function offset(field: string): number {
  const at = HEADER.offsetOf(field)
  if (at === undefined) throw new RangeError(`field: the IPv4 header has no ${field}`)
  return at
}

const TOTAL_LENGTH = offset('totalLength')
const IDENTIFICATION = offset('identification')
const TTL = offset('ttl')
const PROTOCOL = offset('protocol')
const SOURCE = offset('source')
const DESTINATION = offset('destination')

/** Bytes of a header without options. */
export const IPV4_HEADER_LENGTH = HEADER.span
/** Internetwork control: what routing protocols use, and keepalived. */
const TOS_CONTROL = 0xc0

/** A header for packets from `source` to `destination`: TTL 255, TOS 0xc0. Length, protocol and checksum are still 0. */
export function makeIpv4Header(source: string, destination: string): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_LENGTH)
  header[0] = 0x45
  header[1] = TOS_CONTROL
  header[TTL] = 255
  header.set(requireIp(source, 'source'), SOURCE)
  header.set(requireIp(destination, 'destination'), DESTINATION)
  return header
}

/** True for a message that begins with an IP authentication header: its first octet is the next protocol, 112. */
export function beginsWithAh(message: Uint8Array): boolean {
  return message[0] === IPPROTO_VRRP
}

/**
 * Puts header and message into `packet` and returns the length of both. The kernel fills in the checksum, and the identification
 * where it is 0; in front of an AH it is the low half of the sequence number, because the integrity value covers it.
 */
export function writeIpv4Packet(packet: Uint8Array, header: Uint8Array, message: Uint8Array): number {
  const length = IPV4_HEADER_LENGTH + message.length
  packet.set(header)
  packet.set(message, IPV4_HEADER_LENGTH)
  packet[TOTAL_LENGTH] = length >> 8
  packet[TOTAL_LENGTH + 1] = length & 0xff
  const ah = beginsWithAh(message)
  packet[PROTOCOL] = ah ? IPPROTO_AH : IPPROTO_VRRP
  packet[IDENTIFICATION] = ah ? (message[10] ?? 0) : 0
  packet[IDENTIFICATION + 1] = ah ? (message[11] ?? 0) : 0
  return length
}

/** A received packet, taken apart. */
export interface Ipv4Packet {
  readonly ip: IpEnvelope
  /** What is behind the IP header, AH included. A view of the packet. */
  readonly message: Uint8Array
  /** The VRID octet; 0 when the message is too short to have one. */
  readonly vrid: number
}

/** Most senders that are remembered: more than a network segment has routers. */
const CACHE_SIZE = 1024

/** Reads IPv4 packets. Remembers the envelope of each sender, so that a steady advert costs no new strings. */
export class Ipv4Reader {
  readonly #envelopes = new Map<number, { readonly key: number; readonly ip: IpEnvelope }>()

  /** Undefined for what is no whole IPv4 packet. */
  read(packet: Uint8Array): Ipv4Packet | undefined {
    const headerLength = ((packet[0] ?? 0) & 0x0f) * 4
    const total = word16(packet, TOTAL_LENGTH)
    if ((packet[0] ?? 0) >> 4 !== 4 || headerLength < IPV4_HEADER_LENGTH) return undefined
    if (total < headerLength || total > packet.length) return undefined
    const message = packet.subarray(headerLength, total)
    const protocol = packet[PROTOCOL] ?? 0
    if (protocol === IPPROTO_AH) {
      // RFC 4302 §2.2: the length field counts words less 2.
      const vrid = message[((message[1] ?? 0) + 2) * 4 + 1] ?? 0
      return { ip: { ...this.#envelope(packet), header: packet.subarray(0, headerLength) }, message, vrid }
    }
    return { ip: this.#envelope(packet), message, vrid: message[1] ?? 0 }
  }

  #envelope(packet: Uint8Array): IpEnvelope {
    const source = word16(packet, SOURCE) * 0x10000 + word16(packet, SOURCE + 2)
    const key =
      (word16(packet, DESTINATION) * 0x10000 + word16(packet, DESTINATION + 2)) * 0x10000 +
      (packet[TTL] ?? 0) * 0x100 +
      (packet[PROTOCOL] ?? 0)
    const known = this.#envelopes.get(source)
    if (known !== undefined && known.key === key) return known.ip
    const ip: IpEnvelope = {
      family: 4,
      source: formatIp(packet, SOURCE, 4),
      destination: formatIp(packet, DESTINATION, 4),
      hopLimit: packet[TTL] ?? 0,
      protocol: packet[PROTOCOL] ?? 0,
    }
    if (this.#envelopes.size >= CACHE_SIZE) this.#envelopes.clear()
    this.#envelopes.set(source, { key, ip })
    return ip
  }
}

function word16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
