/**
 * Internet checksums as tcpdump verifies them (RFC 1071): VRRP version 2 over the message, version 3 with the pseudo-header
 * of its IP version. The destination in a pseudo-header is the last one of a source route.
 */
import { foldSum, sumWords } from '../net/checksum.ts'
import { IPPROTO_VRRP } from '../net/ip.ts'
import { sumPseudoHeader } from '../net/pseudo-header.ts'
import { CUT, type PacketText } from './packet-text.ts'

/** Whether bytes with a checksum in them, and a sum of other words, sum up right. */
function fits(text: PacketText, at: number, length: number, sum: number): boolean {
  return foldSum(sumWords(text.bytes, at, length, sum)) === 0xffff
}

/** Whether a version 2 message sums up right. */
export function messageChecksumFits(text: PacketText, at: number, length: number): boolean {
  return fits(text, at, length, 0)
}

/** Whether a version 3 message sums up right with the IPv4 pseudo-header of the header at `ipAt`. @throws CUT */
export function ipv4ChecksumFits(text: PacketText, ipAt: number, at: number, length: number): boolean {
  const optionless = text.uint8(ipAt) === 0x45
  const destination = optionless ? ipAt + 16 : finalIpv4Destination(text, ipAt)
  const sum = sumPseudoHeader(text.bytes, ipAt + 12, destination, 4, IPPROTO_VRRP)
  return fits(text, at, length, sum + (length & 0xffff))
}

/** Whether a version 3 message sums up right with the IPv6 pseudo-header of the header at `ipAt`. @throws CUT */
export function ipv6ChecksumFits(text: PacketText, ipAt: number, at: number, length: number): boolean {
  const sum = sumPseudoHeader(text.bytes, ipAt + 8, finalIpv6Destination(text, ipAt), 16, IPPROTO_VRRP)
  return fits(text, at, length, sum + length)
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
