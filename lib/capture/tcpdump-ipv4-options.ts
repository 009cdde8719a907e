/**
 * tcpdump's text of IPv4 options (RFC 791 §3.1), as `-v` prints them.
 */
import type { PacketText } from './packet-text.ts'

const END = 0
const NO_OPERATION = 1
const RECORD_ROUTE = 7
const TIMESTAMP = 68
const LOOSE_SOURCE_ROUTE = 131
const STRICT_SOURCE_ROUTE = 137
const ROUTER_ALERT = 148

const NAMES: ReadonlyMap<number, string> = new Map([
  [END, 'EOL'],
  [NO_OPERATION, 'NOP'],
  [RECORD_ROUTE, 'RR'],
  [TIMESTAMP, 'timestamp'],
  [82, 'traceroute'],
  [130, 'security'],
  [LOOSE_SOURCE_ROUTE, 'LSRR'],
  [STRICT_SOURCE_ROUTE, 'SSRR'],
  [ROUTER_ALERT, 'RA'],
])

/** Writes `length` bytes of options at `start`; false when one of them is cut off. @throws CUT */
export function writeIpv4Options(text: PacketText, start: number, length: number): boolean {
  let at = start
  let left = length
  while (left > 0) {
    if (at > start) text.text(',')
    const option = text.uint8(at)
    const name = NAMES.get(option)
    text.text(name ?? 'unknown ')
    if (name === undefined) text.decimal(option)
    let size = 1
    if (option !== NO_OPERATION && option !== END) {
      size = text.uint8(at + 1)
      if (size < 2) return writeBad(text, ' [bad length ', size)
    }
    if (size > left) return writeBad(text, ' [bad length ', size)
    if (at + size > text.limit) return false
    if (option === END) return true
    let whole = true
    if (option === TIMESTAMP) whole = writeTimestamps(text, at, size)
    else if (option === RECORD_ROUTE || option === STRICT_SOURCE_ROUTE || option === LOOSE_SOURCE_ROUTE) {
      whole = writeRoute(text, at, size)
    } else if (option === ROUTER_ALERT) writeRouterAlert(text, at, size)
    if (!whole) return false
    at += size
    left -= size
  }
  return true
}

function writeBad(text: PacketText, label: string, value: number): true {
  text.text(label)
  text.decimal(value)
  text.text(']')
  return true
}

function writeRouterAlert(text: PacketText, at: number, size: number): void {
  if (size < 4) {
    writeBad(text, ' [bad length ', size)
    return
  }
  const value = text.uint16(at + 2)
  if (value === 0) return
  text.text(' value ')
  text.decimal(value)
}

function writeRoute(text: PacketText, at: number, size: number): boolean {
  if (size < 3) return writeBad(text, ' [bad length ', size)
  if (((size + 1) & 3) !== 0) writeBad(text, ' [bad length ', size)
  const pointer = text.uint8(at + 2)
  // tcpdump counts the pointer from 0, in unsigned arithmetic.
  const next = (pointer - 1) >>> 0
  if (next < 3 || ((next + 1) & 3) !== 0 || next > size + 1) writeBad(text, ' [bad ptr ', pointer)
  for (let i = 3; i < size; i += 4) {
    if (at + i + 4 > text.limit) return false
    text.text(' ')
    text.ipv4(at + i)
    if (next > i) text.text(',')
  }
  return true
}

function writeTimestamps(text: PacketText, at: number, size: number): boolean {
  if (size < 4) return writeBad(text, '[bad length ', size)
  text.text(' TS{')
  const flags = text.uint8(at + 3)
  const kind = flags & 0x0f
  const hop = kind === 0 ? 4 : 8
  if (((size - 4) & (hop - 1)) !== 0) writeBad(text, '[bad length ', size)
  const pointer = text.uint8(at + 2)
  const next = (pointer - 1) >>> 0
  if (next < 4 || ((next - 4) & (hop - 1)) !== 0 || next > size + 1) writeBad(text, '[bad ptr ', pointer)
  let last = 0
  if (kind === 0 || kind === 1 || kind === 3) {
    text.text(kind === 0 ? 'TSONLY' : kind === 1 ? 'TS+ADDR' : 'PRESPEC')
    let separator = ' '
    for (last = 4; last < size; last += hop) {
      if (next === last) separator = ' ^ '
      if (at + last + hop > text.limit) return false
      text.text(separator)
      text.decimal(text.uint32(at + last + hop - 4))
      text.text('@')
      if (hop === 8) text.ipv4(at + last)
      separator = ' '
    }
  } else writeBad(text, '[bad ts type ', kind)
  if (next === last) text.text(' ^ ')
  const missed = flags >> 4
  if (missed === 0) text.text('}')
  else {
    text.text(' [')
    text.decimal(missed)
    text.text(' hops not recorded]} ')
  }
  return true
}
