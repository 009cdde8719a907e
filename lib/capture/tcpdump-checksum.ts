/**
 * Internet checksums as tcpdump verifies them (RFC 1071): VRRP version 2 over the message, version 3 with the pseudo-header
 * of its IP version. The destination in a pseudo-header is the last one of a source route.
 */
import { IPPROTO_VRRP } from '../net/ip.ts'
import { CUT, type PacketText } from './packet-text.ts'

/** The folded sum of `bytes[at, end)` added to `sum`: 0xffff when a checksum in it is right and nothing else was added. */
export function sumWords(bytes: Uint8Array, at: number, end: number, sum = 0): number {
  let total = sum
  let i = at
  for (; i + 1 < end; i += 2) total += ((bytes[i] as number) << 8) | (bytes[i + 1] as number)
  if (i < end) total += (bytes[i] as number) << 8
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16)
  return total
}

/** Whether a version 2 message at `[at, end)` sums up right. */
export function messageChecksumFits(text: PacketText, at: number, end: number): boolean {
  return sumWords(text.bytes, at, end) === 0xffff
}

/** Whether a version 3 message sums up right with the IPv4 pseudo-header of the header at `ipAt`. @throws CUT */
export function ipv4ChecksumFits(text: PacketText, ipAt: number, at: number, length: number): boolean {
  let sum = sumWords(text.bytes, ipAt + 12, ipAt + 16, IPPROTO_VRRP + (length & 0xffff))
  const destination = finalIpv4Destination(text, ipAt)
  sum = sumWords(text.bytes, destination, destination + 4, sum)
  return sumWords(text.bytes, at, at + length, sum) === 0xffff
}

/** Whether a version 3 message sums up right with the IPv6 pseudo-header of the header at `ipAt`. @throws CUT */
export function ipv6ChecksumFits(text: PacketText, ipAt: number, at: number, length: number): boolean {
  let sum = sumWords(text.bytes, ipAt + 8, ipAt + 24, IPPROTO_VRRP + length)
  const destination = finalIpv6Destination(text, ipAt)
  sum = sumWords(text.bytes, destination, destination + 16, sum)
  return sumWords(text.bytes, at, at + length, sum) === 0xffff
}

const LOOSE_SOURCE_ROUTE = 131
const STRICT_SOURCE_ROUTE = 137

function finalIpv4Destination(text: PacketText, ipAt: number): number {
  const end = ipAt + (text.uint8(ipAt) & 0x0f) * 4
  for (let at = ipAt + 20; at < end; ) {
    const option = text.uint8(at)
    if (option === 0) break
    if (option === 1) {
      at++
      continue
    }
    const length = text.uint8(at + 1)
    if (length < 2 || at + length > end || at + length > text.limit) break
    if ((option === LOOSE_SOURCE_ROUTE || option === STRICT_SOURCE_ROUTE) && length >= 7) return at + length - 4
    at += length
  }
  return ipAt + 16
}

function finalIpv6Destination(text: PacketText, ipAt: number): number {
  const destination = ipAt + 24
  let next = text.uint8(ipAt + 6)
  let at = ipAt + 40
  while (at < text.limit && (next === 0 || next === 60 || next === 44)) {
    const length = next === 44 ? 8 : (text.uint8(at + 1) + 1) * 8
    next = text.uint8(at)
    at += length
  }
  if (next !== 43 || at + 4 > text.limit) return destination
  const length = text.uint8(at + 1)
  const type = text.uint8(at + 2)
  if (length % 2 === 1) return destination
  if (type === 4) return at + 24 > text.limit ? destination : at + 8
  if (type !== 0 && type !== 2) return destination
  let last = destination
  for (let i = 0; i < length / 2; i++) {
    if (at + 8 + 16 * (i + 1) > text.limit) break
    last = at + 8 + 16 * i
  }
  if (last + 16 > text.limit) throw CUT
  return last
}
