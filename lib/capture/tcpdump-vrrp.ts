/**
 * tcpdump's text of a VRRP message and of the IP authentication header in front of it, in the wording of tcpdump 4.99.
 */
import { IPPROTO_AH, IPPROTO_VRRP } from '../net/ip.ts'
import { ascii, CUT, type PacketText } from './packet-text.ts'
import { ipv4ChecksumFits, ipv6ChecksumFits, messageChecksumFits } from './tcpdump-checksum.ts'

const VRRP_V = ascii('VRRP')
const ADVERTISEMENT = ascii(', Advertisement')
const VRID = ascii(', vrid ')
const PRIORITY = ascii(', prio ')
const INTERVAL = ascii(', intvl ')
const SECONDS = ascii('s, length ')
const CENTISECONDS = ascii('cs, length ')
const NO_AUTHENTICATION = ascii(', authtype none')
const PASSWORD = ascii(', authtype simple')
const ADDRESSES = ascii(', addrs')
/** What the message's text needs to know of the packet around it. */
export interface IpContext {
  readonly family: 4 | 6
  /** Start of the IP header. */
  readonly ipAt: number
  /** TTL or hop limit. */
  readonly hopLimit: number
  readonly verbose: boolean
}

/** Writes what follows the addresses: authentication headers and the VRRP message, `length` bytes by the IP header. @throws CUT */
export function writePayload(text: PacketText, first: number, start: number, length: number, ip: IpContext): void {
  let protocol = first
  let at = start
  let left = length
  while (protocol === IPPROTO_AH) {
    text.protocol = 'ah'
    protocol = text.uint8(at)
    const size = writeAuthenticationHeader(text, at, ip.verbose)
    at += size
    // Unsigned 32 bits, as tcpdump counts: a header longer than the packet wraps around.
    left = (left - size) >>> 0
  }
  if (protocol === IPPROTO_VRRP) writeMessage(text, at, left, ip)
}

function writeAuthenticationHeader(text: PacketText, at: number, verbose: boolean): number {
  text.text('AH')
  const words = text.uint8(at + 1)
  const size = (words + 2) * 4
  text.text('(')
  if (verbose) {
    text.text('length=')
    text.decimal(words)
    text.text('(')
    text.decimal(size)
    text.text('-bytes),')
  }
  const reserved = text.uint16(at + 2)
  if (reserved !== 0) {
    text.text('reserved=0x')
    text.hex(reserved)
    text.text('[MustBeZero],')
  }
  const spi = text.uint32(at + 4)
  text.text('spi=0x')
  text.hex(spi, 8)
  text.text(',')
  const sequence = text.uint32(at + 8)
  text.text('seq=0x')
  text.hex(sequence)
  text.text(',icv=0x')
  for (let i = 12; i < size; i++) text.hex(text.uint8(at + i), 2)
  text.text('): ')
  return size
}

function writeMessage(text: PacketText, at: number, length: number, ip: IpContext): void {
  text.protocol = 'vrrp'
  text.raw(VRRP_V)
  const versionAndType = text.uint8(at)
  const version = versionAndType >> 4
  const type = versionAndType & 0x0f
  text.text('v')
  text.decimal(version)
  if (type === 1) text.raw(ADVERTISEMENT)
  else {
    text.text(', unknown type (')
    text.decimal(type)
    text.text(')')
  }
  if (ip.hopLimit !== 255) {
    text.text(', (ttl ')
    text.decimal(ip.hopLimit)
    text.text(')')
  }
  if (type !== 1 || (version !== 2 && version !== 3)) return
  const priority = text.uint8(at + 2)
  text.raw(VRID)
  text.decimal(text.uint8(at + 1))
  text.raw(PRIORITY)
  text.decimal(priority)
  if (version === 2) {
    writeAuthenticationType(text, text.uint8(at + 4))
    const interval = text.uint8(at + 5)
    text.raw(INTERVAL)
    text.decimal(interval)
    text.raw(SECONDS)
  } else {
    const interval = text.uint16(at + 4) & 0x0fff
    text.raw(INTERVAL)
    text.decimal(interval)
    text.raw(CENTISECONDS)
  }
  text.decimal(length)
  if (ip.verbose) writeBody(text, at, length, version, ip)
}

function writeAuthenticationType(text: PacketText, type: number): void {
  if (type === 0) text.raw(NO_AUTHENTICATION)
  else if (type === 1) text.raw(PASSWORD)
  else if (type === 2) text.text(', authtype ah')
  else {
    text.text(', authtype #')
    text.decimal(type)
  }
}

function writeBody(text: PacketText, at: number, length: number, version: number, ip: IpContext): void {
  // A message that was not captured whole cannot be verified.
  if (at + length <= text.limit && !checksumFits(text, at, length, version, ip)) {
    const checksum = text.uint16(at + 6)
    text.text(', (bad vrrp cksum ')
    text.hex(checksum)
    text.text(')')
  }
  const count = text.uint8(at + 3)
  text.raw(ADDRESSES)
  if (count > 1) {
    text.text('(')
    text.decimal(count)
    text.text(')')
  }
  text.text(':')
  let address = at + 8
  for (let i = 0; i < count; i++) {
    const size = ip.family === 4 ? 4 : 16
    if (address + size > text.limit) throw CUT
    text.text(i === 0 ? ' ' : ',')
    if (ip.family === 4) text.ipv4(address)
    else text.ipv6(address)
    address += size
  }
  if (version === 2 && text.uint8(at + 4) === 1) {
    text.text(' auth "')
    for (let i = 0; i < 8; i++) {
      const character = text.uint8(address + i)
      if (character === 0) break
      writeCharacter(text, character)
    }
    text.text('"')
  }
}

function checksumFits(text: PacketText, at: number, length: number, version: number, ip: IpContext): boolean {
  if (version === 2) return messageChecksumFits(text, at, length)
  return ip.family === 4 ? ipv4ChecksumFits(text, ip.ipAt, at, length) : ipv6ChecksumFits(text, ip.ipAt, at, length)
}

/** As cat -v shows it: `M-` before a byte with the high bit, `^` before a control character. */
function writeCharacter(text: PacketText, byte: number): void {
  let code = byte
  if (code >= 0x80) {
    code &= 0x7f
    text.text('M-')
  }
  if (code < 0x20 || code === 0x7f) {
    code ^= 0x40
    text.text('^')
  }
  text.character(code)
}
