/**
 * The IPv4 header around an advert: written for sending, read on receipt. RFC 791 §3.1; RFC 9568 §5.1.1 for the TTL.
 */
import { fieldOffset } from '../net/field-offset.ts'
import {
  formatIp,
  IPPROTO_AH,
  IPPROTO_VRRP,
  type IpEnvelope,
  readU16,
  readU32,
  requireIp,
  writeU16,
} from '../net/index.ts'
import { IPV4_HEADER } from '../net/ipv4-layout.ts'

const TOS = fieldOffset(IPV4_HEADER, 'tos')
const TOTAL_LENGTH = fieldOffset(IPV4_HEADER, 'totalLength')
const IDENTIFICATION = fieldOffset(IPV4_HEADER, 'identification')
const TTL = fieldOffset(IPV4_HEADER, 'ttl')
const PROTOCOL = fieldOffset(IPV4_HEADER, 'protocol')
const SOURCE = fieldOffset(IPV4_HEADER, 'source')
const DESTINATION = fieldOffset(IPV4_HEADER, 'destination')

/** Bytes of a header without options. */
export const IPV4_HEADER_LENGTH = IPV4_HEADER.span
/** Where an AH has the low half of its sequence number (RFC 4302 §2). */
const AH_SEQUENCE_LOW = 10
/** Internetwork control: what routing protocols use, and keepalived. */
const TOS_CONTROL = 0xc0

/** A header for packets from `source` to `destination`, TOS 0xc0. Length, protocol and checksum are still 0. */
export function makeIpv4Header(source: string, destination: string, ttl = 255): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_LENGTH)
  header[0] = 0x45
  header[TOS] = TOS_CONTROL
  header[TTL] = ttl
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
  writeU16(packet, TOTAL_LENGTH, length)
  const ah = beginsWithAh(message)
  packet[PROTOCOL] = ah ? IPPROTO_AH : IPPROTO_VRRP
  writeU16(packet, IDENTIFICATION, ah ? readU16(message, AH_SEQUENCE_LOW) : 0)
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

/** An envelope with what it was made of, as numbers. */
interface Known {
  readonly source: number
  readonly destination: number
  /** TTL and protocol, which are neighbours in the header. */
  readonly carriage: number
  readonly ip: IpEnvelope
}

/** Most senders that are remembered: more than a network segment has routers. */
const CACHE_SIZE = 1024

/** Reads IPv4 packets. Remembers the envelope of each sender, so that a steady advert costs no new strings. */
export class Ipv4Reader {
  readonly #envelopes = new Map<number, Known>()

  /** Undefined for what is no whole IPv4 packet. */
  read(packet: Uint8Array): Ipv4Packet | undefined {
    if (packet.length < IPV4_HEADER_LENGTH) return undefined
    const headerLength = ((packet[0] ?? 0) & 0x0f) * 4
    const total = readU16(packet, TOTAL_LENGTH)
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
    const source = readU32(packet, SOURCE)
    const destination = readU32(packet, DESTINATION)
    const carriage = readU16(packet, TTL)
    // A small integer, so that looking up allocates nothing. Forged TTLs must not drive out the envelope of the genuine ones.
    const key = source ^ (carriage << 16)
    const known = this.#envelopes.get(key)
    if (known?.source === source && known.destination === destination && known.carriage === carriage) return known.ip
    const ip: IpEnvelope = {
      family: 4,
      source: formatIp(packet, SOURCE, 4),
      destination: formatIp(packet, DESTINATION, 4),
      hopLimit: packet[TTL] ?? 0,
      protocol: packet[PROTOCOL] ?? 0,
    }
    if (this.#envelopes.size >= CACHE_SIZE) this.#envelopes.clear()
    this.#envelopes.set(key, { source, destination, carriage, ip })
    return ip
  }
}
