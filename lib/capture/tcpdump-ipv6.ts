/**
 * tcpdump's text of an IPv6 packet that carries VRRP, extension headers included.
 */
import { IPPROTO_VRRP } from '../net/ip.ts'
import { ascii, CUT, type PacketText } from './packet-text.ts'
import type { RepeatedTexts } from './repeated-texts.ts'
import { type Ipv6Walk, writeFragment, writeOptions, writeRouting } from './tcpdump-ipv6-headers.ts'
import { protocolName } from './tcpdump-protocols.ts'
import { type IpContext, writePayload } from './tcpdump-vrrp.ts'

const HEADER = 40
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION_OPTIONS = 60

const IP6 = ascii('IP6 ')
const TO = ascii(' > ')
const COLON = ascii(': ')
const HOP_LIMIT = ascii('hlim ')
const NEXT_HEADER = ascii(', next-header ')
const PAYLOAD_LENGTH = ascii(') payload length: ')
/** Writes the packet at `at`, of `length` bytes on the wire. @throws CUT */
export function writeIpv6(
  text: PacketText,
  at: number,
  length: number,
  verbose: boolean,
  repeated: RepeatedTexts | undefined,
): void {
  text.protocol = 'ip6'
  if (at + HEADER > text.limit) throw CUT
  if (length < HEADER) {
    text.text('truncated-ip6 ')
    text.decimal(length)
    return
  }
  text.raw(IP6)
  const version = text.uint8(at) >> 4
  if (version !== 6) {
    text.text('version error: ')
    text.decimal(version)
    text.text(' != 6')
    return
  }
  const payload = text.uint16(at + 4)
  const total = HEADER + payload
  if (payload !== 0) writeMissing(text, total - length)
  if (verbose) writeHeader(text, at, payload)
  // A payload length of 0 may be that of a jumbogram: its options tell.
  const whole = text.limit
  text.limit = Math.min(whole, at + (payload === 0 ? HEADER + length : total))
  if (payload !== 0 && text.uint8(at + 6) === IPPROTO_VRRP && at + total === text.limit) {
    const from = text.used
    const hopLimit = text.uint8(at + 7)
    if (repeated?.write(text, at + 8, at + HEADER, text.limit, hopLimit)) return
    writeAddresses(text, at)
    writePayload(text, IPPROTO_VRRP, at + HEADER, payload, { family: 6, ipAt: at, hopLimit, verbose })
    repeated?.keep(text, from, at + 8, at + HEADER, text.limit, hopLimit)
    return
  }
  writeAddresses(text, at)
  const walk: Ipv6Walk = { verbose, payload, jumbo: 0 }
  const header = writeHeaders(text, at, length, walk)
  if (header === undefined) return
  let end = at + total
  if (walk.jumbo !== 0) {
    end = at + HEADER + walk.jumbo
    writeMissing(text, HEADER + walk.jumbo - length)
  } else if (payload === 0 && header.at > at + HEADER) throw CUT
  text.limit = Math.min(whole, end)
  const context: IpContext = { family: 6, ipAt: at, hopLimit: text.uint8(at + 7), verbose }
  // Unsigned, as tcpdump counts.
  writePayload(text, header.next, header.at, (end - header.at) >>> 0, context)
}

function writeAddresses(text: PacketText, at: number): void {
  text.ipv6(at + 8)
  text.raw(TO)
  text.ipv6(at + 24)
  text.raw(COLON)
}

function writeMissing(text: PacketText, bytes: number): void {
  if (bytes <= 0) return
  text.text('truncated-ip6 - ')
  text.decimal(bytes)
  text.text(' bytes missing!')
}

/** What the extension headers lead to. */
interface UpperHeader {
  readonly next: number
  readonly at: number
}

/** Writes the extension headers; undefined where the text ends with them. @throws CUT */
function writeHeaders(text: PacketText, ipAt: number, length: number, walk: Ipv6Walk): UpperHeader | undefined {
  let next = text.uint8(ipAt + 6)
  let at = ipAt + HEADER
  let left = walk.payload === 0 ? length : walk.payload
  let hopByHop = false
  while (isExtensionHeader(next)) {
    let size: number
    if (next === HOP_BY_HOP) {
      if (at !== ipAt + HEADER) {
        text.text('[The Hop-by-Hop Options header ')
        text.text(hopByHop ? 'was already found' : "don't follow the IPv6 header")
        text.text('] (invalid)')
        return undefined
      }
      size = writeOptions(text, at, true, walk)
      hopByHop = true
      if (walk.payload === 0 && walk.jumbo === 0) {
        text.text('[No valid Jumbo Payload Hop-by-Hop option found] (invalid)')
        return undefined
      }
    } else if (next === DESTINATION_OPTIONS) size = writeOptions(text, at, false, walk)
    else if (next === ROUTING) size = writeRouting(text, at, walk.verbose)
    else size = writeFragment(text, at, walk.payload - (at - ipAt - HEADER), walk.verbose)
    if (size < 0 || (next === FRAGMENT && at + size >= text.limit)) return undefined
    next = text.uint8(at)
    // Where the next header would start at the end or beyond, tcpdump prints no more.
    if (at >= text.limit) return undefined
    at += size
    left -= size
    text.protocol = 'ip6'
    if (left < 0) throw CUT
  }
  return { next, at }
}

function isExtensionHeader(protocol: number): boolean {
  return protocol === HOP_BY_HOP || protocol === ROUTING || protocol === FRAGMENT || protocol === DESTINATION_OPTIONS
}

function writeHeader(text: PacketText, at: number, payload: number): void {
  const flow = text.uint32(at)
  text.text('(')
  if ((flow & 0x0ff00000) !== 0) {
    text.text('class 0x')
    text.hex((flow >>> 20) & 0xff, 2)
    text.text(', ')
  }
  if ((flow & 0x000fffff) !== 0) {
    text.text('flowlabel 0x')
    text.hex(flow & 0xfffff, 5)
    text.text(', ')
  }
  const next = text.uint8(at + 6)
  text.raw(HOP_LIMIT)
  text.decimal(text.uint8(at + 7))
  text.raw(NEXT_HEADER)
  text.text(protocolName(next))
  text.text(' (')
  text.decimal(next)
  text.raw(PAYLOAD_LENGTH)
  text.decimal(payload)
  text.text(') ')
}
