/**
 * tcpdump's text of an IPv4 packet that carries VRRP: with `-v` the header in parentheses on a line of its own.
 */
import { foldSum, sumWords } from '../net/checksum.ts'
import { IPPROTO_VRRP } from '../net/ip.ts'
import { ascii, CUT, type PacketText } from './packet-text.ts'
import type { RepeatedTexts } from './repeated-texts.ts'
import { writeIpv4Options } from './tcpdump-ipv4-options.ts'
import { protocolName } from './tcpdump-protocols.ts'
import { type IpContext, writePayload } from './tcpdump-vrrp.ts'

const HEADER = 20
const OFFSET_MASK = 0x1fff

const IP = ascii('IP ')
const TO = ascii(' > ')
const COLON = ascii(': ')
const TOS = ascii('(tos 0x')
const FLAGS = ascii(', flags [')
const PROTOCOL = ascii('], proto ')
const END_OF_HEADER = ascii(')\n    ')
/** Writes the packet at `at`, of `length` bytes on the wire. @throws CUT */
export function writeIpv4(
  text: PacketText,
  at: number,
  length: number,
  verbose: boolean,
  repeated: RepeatedTexts | undefined,
): void {
  text.protocol = 'ip'
  const first = text.uint8(at)
  if (first >> 4 !== 4) {
    text.text('IP')
    text.decimal(first >> 4)
    text.text(first >> 4 === 6 ? ', wrong link-layer encapsulation (invalid)' : ' (invalid)')
    return
  }
  text.raw(IP)
  if (at + HEADER > text.limit) throw CUT
  if (length < HEADER) {
    writeNumbered(text, 'truncated-ip ', length)
    return
  }
  const headerLength = (first & 0x0f) * 4
  if (headerLength < HEADER) {
    writeNumbered(text, 'bad-hlen ', headerLength)
    return
  }
  const total = text.uint16(at + 2)
  if (length < total) {
    text.text('truncated-ip - ')
    text.decimal(total - length)
    text.text(' bytes missing! ')
  }
  if (total < headerLength) {
    writeNumbered(text, 'bad-len ', total)
    return
  }
  if (at + total < text.limit) text.limit = at + total
  const fragment = text.uint16(at + 6)
  const protocol = text.uint8(at + 9)
  if (verbose && !writeHeader(text, at, headerLength, fragment, protocol)) {
    writeAddresses(text, at)
    text.text(' [|ip]')
    return
  }
  const whole = headerLength === HEADER && protocol === IPPROTO_VRRP && at + total === text.limit
  if (whole && (fragment & OFFSET_MASK) === 0) {
    const from = text.used
    const hopLimit = text.uint8(at + 8)
    if (repeated?.write(text, at + 12, at + HEADER, text.limit, hopLimit)) return
    writeAddresses(text, at)
    const context: IpContext = { family: 4, ipAt: at, hopLimit, verbose }
    writePayload(text, protocol, at + headerLength, total - headerLength, context)
    repeated?.keep(text, from, at + 12, at + HEADER, text.limit, hopLimit)
    return
  }
  writeAddresses(text, at)
  if ((fragment & OFFSET_MASK) !== 0) {
    // A later fragment has no header of the protocol in it.
    text.used--
    text.text(' ip-proto-')
    text.decimal(protocol)
    return
  }
  if (at + headerLength > text.limit) {
    text.text(' [remaining caplen(')
    text.decimal(text.limit - at)
    text.text(') < header length(')
    text.decimal(headerLength)
    text.text(')]')
    throw CUT
  }
  const context: IpContext = { family: 4, ipAt: at, hopLimit: text.uint8(at + 8), verbose }
  writePayload(text, protocol, at + headerLength, total - headerLength, context)
}

function writeNumbered(text: PacketText, label: string, value: number): void {
  text.text(label)
  text.decimal(value)
}

function writeAddresses(text: PacketText, at: number): void {
  text.ipv4(at + 12)
  text.raw(TO)
  text.ipv4(at + 16)
  text.raw(COLON)
}

/** Writes the parenthesis of `-v`; false when the options are cut off. @throws CUT */
function writeHeader(text: PacketText, at: number, headerLength: number, fragment: number, protocol: number): boolean {
  const tos = text.uint8(at + 1)
  const ttl = text.uint8(at + 8)
  text.raw(TOS)
  text.hex(tos)
  if ((tos & 3) !== 0) text.text((tos & 3) === 1 ? ',ECT(1)' : (tos & 3) === 2 ? ',ECT(0)' : ',CE')
  if (ttl !== 0) writeNumbered(text, ', ttl ', ttl)
  writeNumbered(text, ', id ', text.uint16(at + 4))
  writeNumbered(text, ', offset ', (fragment & OFFSET_MASK) * 8)
  text.raw(FLAGS)
  writeFlags(text, fragment)
  text.raw(PROTOCOL)
  text.text(protocolName(protocol))
  text.text(' (')
  text.decimal(protocol)
  writeNumbered(text, '), length ', text.uint16(at + 2))
  let whole = true
  if (headerLength > HEADER) {
    text.text(', options (')
    whole = writeIpv4Options(text, at + HEADER, headerLength - HEADER)
    if (!whole) text.text(' [truncated-option]')
    text.text(')')
  }
  if (at + headerLength <= text.limit) {
    const sum = foldSum(sumWords(text.bytes, at, headerLength))
    if (sum !== 0xffff) writeBadChecksum(text, text.uint16(at + 10), sum)
  }
  text.raw(END_OF_HEADER)
  return whole
}

/** The names of the three flags, by the number that their bits make. */
const FLAG_NAMES = ['none', '+', 'DF', '+, DF', 'rsvd', '+, rsvd', 'DF, rsvd', '+, DF, rsvd'].map(ascii)

function writeFlags(text: PacketText, fragment: number): void {
  text.raw(FLAG_NAMES[fragment >> 13] as Uint8Array)
}

/** `sum` is that of the header with the wrong checksum in it; the right one makes it 0xffff. */
function writeBadChecksum(text: PacketText, checksum: number, sum: number): void {
  let right = checksum + (0xffff - sum)
  if (right > 0xffff) right = (right & 0xffff) + 1
  text.text(', bad cksum ')
  text.hex(checksum)
  text.text(' (->')
  text.hex(right)
  text.text(')!')
}
