/**
 * tcpdump's text of IPv6 extension headers (RFC 8200 §4; segment routing: RFC 8754 §2).
 */
import type { PacketText } from './packet-text.ts'

const PAD_1 = 0
const PAD_N = 1
const ROUTER_ALERT = 5
const JUMBO = 0xc2
const HOME_ADDRESS = 0xc9

/** What is known of the packet while its headers are written. */
export interface Ipv6Walk {
  readonly verbose: boolean
  /** Payload length of the IPv6 header, 0 for a jumbogram. */
  readonly payload: number
  /** Payload length of a valid jumbo payload option (RFC 2675 §2), 0 without one. */
  jumbo: number
}

/** Writes a hop-by-hop or destination options header; its size, or -1 when it is cut off or wrong. @throws CUT */
export function writeOptions(text: PacketText, at: number, hopByHop: boolean, walk: Ipv6Walk): number {
  text.protocol = hopByHop ? 'hbhopt' : 'dstopt'
  const size = (text.uint8(at + 1) + 1) * 8
  let whole = at + size <= text.limit
  if (whole) {
    text.text(hopByHop ? 'HBH ' : 'DSTOPT ')
    // Hop-by-hop options matter to the length of the packet, so tcpdump always reads them.
    if (hopByHop || walk.verbose) whole = writeOptionList(text, at + 2, at + size, hopByHop, walk)
  }
  if (whole) return size
  text.text(hopByHop ? ' [|hbhopt]' : ' [|dstopt]')
  return -1
}

function writeOptionList(text: PacketText, start: number, end: number, hopByHop: boolean, walk: Ipv6Walk): boolean {
  let jumboSeen = false
  for (let at = start; at < end; ) {
    const type = text.uint8(at)
    if (type === PAD_1) {
      if (walk.verbose) text.text('(pad1)')
      at++
      continue
    }
    if (at + 1 >= end) return false
    const length = text.uint8(at + 1)
    if (at + 2 + length > end || !writeFlaws(text, type, length, end - at)) return false
    if (type === JUMBO) {
      writeJumbo(text, text.uint32(at + 2), hopByHop, jumboSeen, walk)
      jumboSeen = true
    } else if (walk.verbose && !writeOption(text, at, type, length)) return false
    at += 2 + length
  }
  if (walk.verbose) text.text(' ')
  return true
}

/** Options of a fixed size that have another; false after one. */
function writeFlaws(text: PacketText, type: number, length: number, left: number): boolean {
  let name: string
  let right: number
  if (type === ROUTER_ALERT) [name, right] = ['rtalert', 2]
  else if (type === JUMBO) [name, right] = ['jumbo', 4]
  else if (type === HOME_ADDRESS) [name, right] = ['homeaddr', 16]
  else return true
  if (left >= 2 + right && (length === right || (type === HOME_ADDRESS && length > right))) return true
  text.text('(')
  text.text(name)
  if (left < 2 + right) text.text(': trunc)')
  else {
    text.text(': invalid len ')
    text.decimal(length)
    text.text(')')
  }
  return false
}

function writeOption(text: PacketText, at: number, type: number, length: number): boolean {
  if (type === PAD_N) text.text('(padn)')
  else if (type === ROUTER_ALERT) {
    text.text('(rtalert: 0x')
    text.hex(text.uint16(at + 2), 4)
    text.text(') ')
  } else if (type === HOME_ADDRESS) {
    text.text('(homeaddr: ')
    text.ipv6(at + 2)
    if (length > 16 && !writeSubOptions(text, at + 18, at + 2 + length)) return false
    text.text(')')
  } else {
    text.text('(opt_type 0x')
    text.hex(type, 2)
    text.text(': len=')
    text.decimal(length)
    text.text(')')
  }
  return true
}

/** A jumbo payload option counts once, hop by hop, in a packet whose own length is 0 (RFC 2675 §3). */
function writeJumbo(text: PacketText, size: number, hopByHop: boolean, seen: boolean, walk: Ipv6Walk): void {
  let flaw = ''
  if (seen) flaw = ' - already seen'
  else if (!hopByHop) flaw = ' - not a hop-by-hop option'
  else if (walk.payload !== 0) flaw = ' - payload len != 0'
  else if (size < 65536) flaw = ' - < 65536'
  else walk.jumbo = size
  if (!walk.verbose) return
  text.text('(jumbo: ')
  text.decimal(size)
  text.text(flaw)
  text.text(') ')
}

function writeSubOptions(text: PacketText, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const type = text.uint8(at)
    if (type !== PAD_1 && at + 1 >= end) return false
    const size = type === PAD_1 ? 1 : text.uint8(at + 1) + 2
    if (at + size > end) return false
    if (type === PAD_1) text.text(', pad1')
    else if (type === PAD_N) text.text(', padn')
    else {
      text.text(', sopt_type 0x')
      text.hex(type, 2)
      text.text(': len=')
      text.decimal(size - 2)
    }
    at += size
  }
  return true
}

/** Writes a fragment header; its size, or -1 for a later fragment, which holds no header of the protocol. @throws CUT */
export function writeFragment(text: PacketText, at: number, left: number, verbose: boolean): number {
  text.protocol = 'frag6'
  const offset = text.uint16(at + 2) & 0xfff8
  const identification = verbose ? text.uint32(at + 4) : 0
  text.text('frag (')
  if (verbose) {
    text.text('0x')
    text.hex(identification, 8)
    text.text(':')
  }
  text.decimal(offset)
  text.text('|')
  text.text(String(BigInt.asUintN(64, BigInt(left - 8))))
  text.text(')')
  if (offset !== 0) return -1
  text.text(' ')
  return 8
}

/** Writes a routing header; its size, or -1 when it is invalid. @throws CUT */
export function writeRouting(text: PacketText, at: number, verbose: boolean): number {
  text.uint8(at)
  text.protocol = 'rt6'
  text.text('RT6')
  const length = text.uint8(at + 1)
  text.text(' (len=')
  text.decimal(length)
  const type = text.uint8(at + 2)
  text.text(', type=')
  text.decimal(type)
  if (type === 0) text.text(' [Deprecated]')
  const left = text.uint8(at + 3)
  text.text(', segleft=')
  text.decimal(left)
  if (type === 0 || type === 2) {
    const reserved = text.uint32(at + 4)
    if (reserved !== 0 || verbose) {
      text.text(', rsv=0x')
      text.hex(reserved)
    }
  } else if (type === 4) writeSegmentRouting(text, at, verbose)
  else {
    text.text(' (unknown type) (invalid)')
    return -1
  }
  if (length % 2 === 1) {
    text.text(' (invalid length ')
    text.decimal(length)
    text.text(') (invalid)')
    return -1
  }
  for (let i = 0; i < length / 2; i++) {
    if (at + 24 + 16 * i > text.limit) {
      text.text(' [|rt6]')
      return -1
    }
    text.text(', [')
    text.decimal(i)
    text.text(']')
    text.ipv6(at + 8 + 16 * i)
  }
  text.text(') ')
  return (length + 1) * 8
}

function writeSegmentRouting(text: PacketText, at: number, verbose: boolean): void {
  const lastEntry = text.uint8(at + 4)
  text.text(', last-entry=')
  text.decimal(lastEntry)
  const flags = text.uint8(at + 5)
  if (flags !== 0 || verbose) {
    text.text(', flags=0x')
    text.hex(flags)
  }
  const tag = text.uint16(at + 6)
  text.text(', tag=')
  text.hex(tag)
}
