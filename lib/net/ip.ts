/**
 * IP addresses as values: canonical text outside (`192.0.2.1`, `fe80::1`, RFC 5952), bytes on the wire.
 */
import { writeU32 } from './big-endian.ts'
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-text.ts'

/** The address family by its version number. */
export type IpFamily = 4 | 6

/** An address with its prefix length. */
export interface IpPrefix {
  readonly address: string
  /** 0-32, or 0-128 for IPv6. */
  readonly prefixLength: number
}

/** What the IP header around a VRRP message said; a decoder never needs more of it than this. */
export interface IpEnvelope {
  readonly family: IpFamily
  /** Canonical text of the sender's address. */
  readonly source: string
  /** Canonical text of the destination's address. */
  readonly destination: string
  /** TTL (IPv4) or hop limit (IPv6), 0-255. */
  readonly hopLimit: number
  /** What follows the IP header: 112 VRRP, 51 IP authentication header. */
  readonly protocol: number
  /** The IPv4 header as received, options included. Only AH needs it. */
  readonly header?: Uint8Array
}

/** IP protocol number of VRRP (RFC 9568 §5.1.1.4). */
export const IPPROTO_VRRP = 112
/** IP protocol number of the IP authentication header (RFC 4302). */
export const IPPROTO_AH = 51

/**
 * Four or sixteen bytes to canonical text.
 * @throws RangeError when fewer bytes are there.
 */
export function formatIp(
  bytes: Uint8Array,
  offset = 0,
  family: IpFamily = bytes.length - offset === 4 ? 4 : 6,
): string {
  if (bytes.length - offset < addressLength(family)) {
    throw new RangeError(`bytes: an IPv${family} address needs ${addressLength(family)} bytes`)
  }
  return family === 4 ? formatIpv4(bytes, offset) : formatIpv6(bytes, offset)
}

/** Bytes of an address: 4 or 16. */
export function addressLength(family: IpFamily): 4 | 16 {
  return family === 4 ? 4 : 16
}

/** Text to bytes, or undefined when it is no address. IPv4 must be four decimal parts; zone ids are not taken. */
export function parseIp(text: string): Uint8Array | undefined {
  const v4 = parseIpv4(text)
  if (v4 === -1) return parseIpv6(text)
  const bytes = new Uint8Array(4)
  writeU32(bytes, 0, v4)
  return bytes
}

/** Whether an address is a multicast group: 224.0.0.0/4 or ff00::/8. */
export function isMulticast(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0
  return bytes.length === 4 ? first >> 4 === 14 : first === 0xff
}

/** The family of an address in text, or undefined when it is no address. */
export function familyOf(text: string): IpFamily | undefined {
  return parseIpv4(text) !== -1 ? 4 : parseIpv6(text) !== undefined ? 6 : undefined
}

/** Bytes of an address. @throws RangeError naming `option` when the text is no address. */
export function requireIp(text: string, option: string): Uint8Array {
  const bytes = parseIp(text)
  if (bytes === undefined) throw new RangeError(`${option}: '${text}' is not an IPv4 or IPv6 address`)
  return bytes
}

/** Orders two addresses of one family as unsigned integers in network order (RFC 9568 §6.4.3). Negative, 0 or positive. */
export function compareIp(a: string, b: string): number {
  if (a === b) return 0
  const left = requireIp(a, 'a')
  const right = requireIp(b, 'b')
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** The address in canonical text (RFC 5952), so that equal addresses are equal strings. @throws RangeError */
export function canonicalIp(text: string, option = 'address'): string {
  return formatIp(requireIp(text, option))
}
