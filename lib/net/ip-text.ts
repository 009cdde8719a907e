/**
 * IP addresses between bytes and text: dotted decimal, RFC 4291 §2.2, RFC 5952.
 *
 * A VRRP router sees the same few addresses over and over, so text is kept in two small direct-mapped tables: an address
 * seen lately costs a look-up and no string. A collision or a flood of random addresses only costs the formatting again.
 */
import { readI32 } from './big-endian.ts'

const SLOTS = 1024
const DOT = 0x2e
const COLON = 0x3a

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet))

// All slots begin with the address of zeros, which is what the keys say then.
const keys4 = new Int32Array(SLOTS)
const texts4 = new Array<string>(SLOTS).fill('0.0.0.0')
const keys6 = new Int32Array(SLOTS * 4)
const texts6 = new Array<string>(SLOTS).fill('::')

/** Four bytes at `offset` to dotted decimal. */
export function formatIpv4(bytes: Uint8Array, offset: number): string {
  const key = readI32(bytes, offset)
  const slot = (key ^ (key >>> 10) ^ (key >>> 20)) & (SLOTS - 1)
  if (keys4[slot] === key) return texts4[slot] as string
  const text = `${OCTETS[key >>> 24]}.${OCTETS[(key >>> 16) & 255]}.${OCTETS[(key >>> 8) & 255]}.${OCTETS[key & 255]}`
  keys4[slot] = key
  texts4[slot] = text
  return text
}

/** Sixteen bytes at `offset` to RFC 5952 text. */
export function formatIpv6(bytes: Uint8Array, offset: number): string {
  const a = readI32(bytes, offset)
  const b = readI32(bytes, offset + 4)
  const c = readI32(bytes, offset + 8)
  const d = readI32(bytes, offset + 12)
  const mixed = a ^ b ^ c ^ d
  const slot = (mixed ^ (mixed >>> 10) ^ (mixed >>> 20)) & (SLOTS - 1)
  const at = slot * 4
  if (keys6[at] === a && keys6[at + 1] === b && keys6[at + 2] === c && keys6[at + 3] === d)
    return texts6[slot] as string
  const text = spellIpv6(bytes, offset)
  keys6[at] = a
  keys6[at + 1] = b
  keys6[at + 2] = c
  keys6[at + 3] = d
  texts6[slot] = text
  return text
}

/** Lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. RFC 5952 §4. */
function spellIpv6(bytes: Uint8Array, offset: number): string {
  const group = (i: number) => ((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0)
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let j = i
    while (j < 8 && group(j) === 0) j++
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
    if (text !== '' && i !== best + bestLength) text += ':'
    text += group(i).toString(16)
  }
  return text
}

/** Dotted decimal to an unsigned 32-bit integer, or -1 when it is no IPv4 address. Four parts of one to three digits. */
export function parseIpv4(text: string): number {
  let address = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return -1
      address = (address << 8) | part
      part = 0
      digits = 0
      continue
    }
    const digit = code - 0x30
    if (digit < 0 || digit > 9 || ++digits > 3) return -1
    part = part * 10 + digit
    if (part > 255) return -1
  }
  return digits === 0 || dots !== 3 ? -1 : ((address << 8) | part) >>> 0
}

/** IPv6 text to sixteen bytes, or undefined. Zone ids are not taken. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16)
  return parseIpv6Into(bytes, 0, text) ? bytes : undefined
}

/** {@link parseIpv6} into sixteen bytes at `offset`, which must be there; false (and rubbish there) when it is no address. */
export function parseIpv6Into(bytes: Uint8Array, offset: number, text: string): boolean {
  const startsWithColon = text.charCodeAt(0) === COLON
  if (text.length < 2 || text.length > 45 || (startsWithColon && text.charCodeAt(1) !== COLON)) return false
  const end = offset + 16
  let at = offset
  let gap = -1
  let value = 0
  let digits = 0
  for (let i = startsWithColon ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === COLON) {
      if (digits === 0) {
        if (gap !== -1) return false
        gap = at
        continue
      }
      if (at === end || i === text.length - 1) return false
      bytes[at++] = value >>> 8
      bytes[at++] = value
      value = 0
      digits = 0
      continue
    }
    // An embedded IPv4 address (::ffff:192.0.2.1) is rare enough for a slower parser.
    if (code === DOT) return parseMixed(bytes, offset, text)
    const digit = hexDigit(code)
    if (digit < 0 || ++digits > 4) return false
    value = (value << 4) | digit
  }
  if (digits > 0) {
    if (at === end) return false
    bytes[at++] = value >>> 8
    bytes[at++] = value
  }
  if (gap === -1) return at === end
  // `::` stands for at least one group.
  if (at === end) return false
  const tail = end - (at - gap)
  bytes.copyWithin(tail, gap, at)
  bytes.fill(0, gap, tail)
  return true
}

/** The last two groups in dotted form: spelt out as groups and read again. RFC 4291 §2.2, form 3. */
function parseMixed(bytes: Uint8Array, offset: number, text: string): boolean {
  const tail = text.lastIndexOf(':') + 1
  const address = parseIpv4(text.slice(tail))
  if (tail === 0 || address < 0) return false
  const groups = `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`
  return parseIpv6Into(bytes, offset, text.slice(0, tail) + groups)
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
