/**
 * IP addresses as values: canonical text outside (`192.0.2.1`, `fe80::1`, RFC 5952), bytes on the wire.
 */
import ipaddr from 'ipaddr.js'

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

/** Four or sixteen bytes to canonical text. @throws RangeError for any other length. */
export function formatIp(
  bytes: Uint8Array,
  offset = 0,
  family: IpFamily = bytes.length - offset === 4 ? 4 : 6,
): string {
  if (family === 4) {
    if (bytes.length - offset < 4) throw new RangeError('bytes: an IPv4 address needs 4 bytes')
    return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`
  }
  if (bytes.length - offset < 16) throw new RangeError('bytes: an IPv6 address needs 16 bytes')
  return formatIpv6(bytes, offset)
}

/** RFC 5952 text: lower case, the longest run of two or more zero groups (the first of equals) as `::`. */
function formatIpv6(bytes: Uint8Array, offset: number): string {
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let j = i
    while (j < 8 && bytes[offset + 2 * j] === 0 && bytes[offset + 2 * j + 1] === 0) j++
    if (j - i > bestLength) {
      best = i
      bestLength = j - i
    }
    i = j === i ? i + 1 : j
  }
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === best) {
      text += '::'
      i += bestLength - 1
      continue
    }
    if (text !== '' && !text.endsWith(':')) text += ':'
    text += (((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0)).toString(16)
  }
  return text
}

/** Text to bytes, or undefined when it is no address. IPv4 must be four decimal parts; zone ids are not taken. */
export function parseIp(text: string): Uint8Array | undefined {
  const v4 = parseIpv4(text)
  if (v4 !== undefined) return v4
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray())
}

function parseIpv4(text: string): Uint8Array | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  const bytes = Uint8Array.from([Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])])
  for (let i = 0; i < 4; i++) if (Number(match[i + 1]) > 255) return undefined
  return bytes
}

/** The family of an address in text, or undefined when it is no address. */
export function familyOf(text: string): IpFamily | undefined {
  const bytes = parseIp(text)
  return bytes === undefined ? undefined : bytes.length === 4 ? 4 : 6
}

/** Bytes of an address. @throws RangeError naming `option` when the text is no address. */
export function requireIp(text: string, option: string): Uint8Array {
  const bytes = parseIp(text)
  if (bytes === undefined) throw new RangeError(`${option}: '${text}' is not an IPv4 or IPv6 address`)
  return bytes
}

/** Orders two addresses of one family as unsigned integers in network order (RFC 9568 §6.4.3). Negative, 0 or positive. */
export function compareIp(a: string, b: string): number {
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
