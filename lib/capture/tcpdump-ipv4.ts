/**
 * tcpdump's text of an IPv4 packet that carries VRRP: with `-v` the header in parentheses on a line of its own.
 */
import { CUT, type PacketText } from './packet-text.ts'
import { sumWords } from './tcpdump-checksum.ts'
import { protocolName } from './tcpdump-protocols.ts'
import { writeIpv4Options } from './tcpdump-ipv4-options.ts'
import { type IpContext, writePayload } from './tcpdump-vrrp.ts'

const HEADER = 20
const MORE_FRAGMENTS = 0x2000
const DONT_FRAGMENT = 0x4000
const RESERVED = 0x8000
const OFFSET_MASK = 0x1fff

/** Writes the packet at `at`, of `length` bytes on the wire. @throws CUT */
export function writeIpv4(text: PacketText, at: number, length: number, verbose: boolean): void {
  text.protocol = 'ip'
  const first = text.uint8(at)
  if (first >> 4 !== 4) {
    text.text('IP')
    text.decimal(first >> 4)
    text.text(first >> 4 === 6 ? ', wrong link-layer encapsulation (invalid)' : ' (invalid)')
    return
  }
  text.text('IP ')
  if (at + HEADER > text.limit) throw CUT
  if (length < HEADER) return writeNumbered(text, 'truncated-ip ', length)
  const headerLength = (first & 0x0f) * 4
  if (headerLength < HEADER) return writeNumbered(text, 'bad-hlen ', headerLength)
  const total = text.uint16(at + 2)
  if (length < total) {
    text.text('truncated-ip - ')
    text.decimal(total - length)
    text.text(' bytes missing! ')
  }
  if (total < headerLength) return writeNumbered(text, 'bad-len ', total)
  if (at + total < text.limit) text.limit = at + total
  const fragment = text.uint16(at + 6)
  const protocol = text.uint8(at + 9)
  if (verbose && !writeHeader(text, at, headerLength, fragment, protocol)) {
    writeAddresses(text, at)
    text.text(' [|ip]')
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
  text.text(' > ')
  text.ipv4(at + 16)
  text.text(': ')
}

/** Writes the parenthesis of `-v`; false when the options are cut off. @throws CUT */
function writeHeader(
  text: PacketText,
  at: number,
  headerLength: number,
  fragment: number,
  protocol: number,
): boolean {
  const tos = text.uint8(at + 1)
  const ttl = text.uint8(at + 8)
  text.text('(tos 0x')
  text.hex(tos)
  if ((tos & 3) !== 0) text.text((tos & 3) === 1 ? ',ECT(1)' : (tos & 3) === 2 ? ',ECT(0)' : ',CE')
  if (ttl !== 0) writeNumbered(text, ', ttl ', ttl)
  writeNumbered(text, ', id ', text.uint16(at + 4))
  writeNumbered(text, ', offset ', (fragment & OFFSET_MASK) * 8)
  text.text(', flags [')
  writeFlags(text, fragment)
  text.text('], proto ')
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
    const sum = sumWords(text.bytes, at, at + headerLength)
    if (sum !== 0xffff) writeBadChecksum(text, text.uint16(at + 10), sum)
  }
  text.text(')\n    ')
  return whole
}

function writeFlags(text: PacketText, fragment: number): void {
  const start = text.used
  const separate = () => {
    if (text.used > start) text.text(', ')
  }
  if ((fragment & MORE_FRAGMENTS) !== 0) text.text('+')
  if ((fragment & DONT_FRAGMENT) !== 0) {
    separate()
    text.text('DF')
  }
  if ((fragment & RESERVED) !== 0) {
    separate()
    text.text('rsvd')
  }
  if (text.used === start) text.text('none')
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
