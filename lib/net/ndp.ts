/**
 * ICMPv6 Neighbor Advertisement, RFC 4861 §4.4, with its options, §4.6.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |   Type = 136  |   Code = 0    |          Checksum             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |R|S|O|                     Reserved                            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |               target address, 16 bytes                        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |   Type = 2    |   Length = 1  |   target's Ethernet address   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { blob, struct, u8, u16be, u32be } from 'buffer-layout'
import { DecodeError } from '../errors.ts'
import { readU16, readU32, writeU16, writeU32 } from './big-endian.ts'
import { foldSum, internetChecksum, sumWords } from './checksum.ts'
import { fieldOffset } from './field-offset.ts'
import { formatIpv6, parseIpv6Into } from './ip-text.ts'
import { formatMac, parseMac } from './mac.ts'
import { pseudoHeaderSum } from './pseudo-header.ts'

interface AdvertisementFields {
  readonly type: number
  readonly code: number
  readonly checksum: number
  readonly flags: number
  readonly target: Uint8Array
}
interface LinkLayerFields {
  readonly type: number
  readonly length: number
  readonly mac: Uint8Array
}

const NEIGHBOR_ADVERTISEMENT = struct<AdvertisementFields>([
  u8('type'),
  u8('code'),
  u16be('checksum'),
  u32be('flags'),
  blob(16, 'target'),
])
const LINK_LAYER_OPTION = struct<LinkLayerFields>([u8('type'), u8('length'), blob(6, 'mac')])

const CODE = fieldOffset(NEIGHBOR_ADVERTISEMENT, 'code')
const CHECKSUM = fieldOffset(NEIGHBOR_ADVERTISEMENT, 'checksum')
const FLAGS = fieldOffset(NEIGHBOR_ADVERTISEMENT, 'flags')
const TARGET = fieldOffset(NEIGHBOR_ADVERTISEMENT, 'target')
const OPTION_LENGTH = fieldOffset(LINK_LAYER_OPTION, 'length')
const OPTION_MAC = fieldOffset(LINK_LAYER_OPTION, 'mac')

const TYPE_NEIGHBOR_ADVERTISEMENT = 136
const OPTION_TARGET_LINK_LAYER = 2
const ROUTER = 0x80000000
const SOLICITED = 0x40000000
const OVERRIDE = 0x20000000

/** IP protocol number of ICMPv6. */
export const IPPROTO_ICMPV6 = 58

/** A Neighbor Advertisement. */
export interface NeighborAdvertisement {
  /** Canonical text of the address that is advertised. */
  readonly target: string
  readonly router: boolean
  readonly solicited: boolean
  readonly override: boolean
  /** Ethernet address in the target link-layer address option. */
  readonly targetMac?: string
}

/**
 * The ICMPv6 message in bytes `offset` to `end`, checksum verified against the addresses of the IPv6 header.
 * Options other than the target's link-layer address are passed over, as RFC 4861 §4.6 asks.
 * @throws DecodeError `ERR_FRAME_MALFORMED` when it is another message, cut short, or its checksum or an option's length is wrong.
 * @throws RangeError when an address of `ip` is not an IPv6 address.
 */
export function decodeNeighborAdvertisement(
  bytes: Uint8Array,
  ip: { readonly source: string; readonly destination: string },
  offset = 0,
  end = bytes.length,
): NeighborAdvertisement {
  const length = end - offset
  if (length < NEIGHBOR_ADVERTISEMENT.span) {
    throw malformed(`a Neighbor Advertisement needs ${NEIGHBOR_ADVERTISEMENT.span} bytes`, end)
  }
  if (bytes[offset] !== TYPE_NEIGHBOR_ADVERTISEMENT) throw malformed(`ICMPv6 type ${bytes[offset]} is not 136`, offset)
  if (bytes[offset + CODE] !== 0) throw malformed(`ICMPv6 code ${bytes[offset + CODE]} is not 0`, offset + CODE)
  const initial = pseudoHeaderSum(ip.source, ip.destination, IPPROTO_ICMPV6, 6) + length
  if (foldSum(sumWords(bytes, offset, length, initial)) !== 0xffff) {
    throw malformed('the ICMPv6 checksum is wrong', offset + CHECKSUM)
  }
  const flags = readU32(bytes, offset + FLAGS)
  const targetMac = findTargetMac(bytes, offset + NEIGHBOR_ADVERTISEMENT.span, end)
  return {
    target: formatIpv6(bytes, offset + TARGET),
    router: (flags & ROUTER) !== 0,
    solicited: (flags & SOLICITED) !== 0,
    override: (flags & OVERRIDE) !== 0,
    ...(targetMac === undefined ? {} : { targetMac }),
  }
}

function findTargetMac(bytes: Uint8Array, offset: number, end: number): string | undefined {
  let mac: string | undefined
  for (let at = offset; at < end; ) {
    // Lengths count units of 8 bytes; 0 would go round for ever, and RFC 4861 §4.6 makes it an error.
    const length = end - at < 2 ? 0 : (bytes[at + OPTION_LENGTH] as number) * 8
    if (length === 0 || length > end - at) throw malformed('an option has a wrong length', at)
    const isOurs = readU16(bytes, at) === ((OPTION_TARGET_LINK_LAYER << 8) | 1)
    if (isOurs && mac === undefined) mac = formatMac(bytes, at + OPTION_MAC)
    at += length
  }
  return mac
}

/**
 * The ICMPv6 message, checksum included.
 * @param ip - addresses of the IPv6 packet that will carry it
 * @throws RangeError naming the field.
 */
export function encodeNeighborAdvertisement(
  advertisement: NeighborAdvertisement,
  ip: { readonly source: string; readonly destination: string },
): Uint8Array {
  const { targetMac } = advertisement
  const fixed = NEIGHBOR_ADVERTISEMENT.span
  const bytes = new Uint8Array(fixed + (targetMac === undefined ? 0 : LINK_LAYER_OPTION.span))
  bytes[0] = TYPE_NEIGHBOR_ADVERTISEMENT
  writeU32(
    bytes,
    FLAGS,
    (advertisement.router ? ROUTER : 0) |
      (advertisement.solicited ? SOLICITED : 0) |
      (advertisement.override ? OVERRIDE : 0),
  )
  if (!parseIpv6Into(bytes, TARGET, advertisement.target)) {
    throw new RangeError(`target: '${advertisement.target}' is not an IPv6 address`)
  }
  if (targetMac !== undefined) {
    bytes[fixed] = OPTION_TARGET_LINK_LAYER
    bytes[fixed + OPTION_LENGTH] = LINK_LAYER_OPTION.span / 8
    bytes.set(parseMac(targetMac, 'targetMac'), fixed + OPTION_MAC)
  }
  const initial = pseudoHeaderSum(ip.source, ip.destination, IPPROTO_ICMPV6, 6) + bytes.length
  writeU16(bytes, CHECKSUM, internetChecksum(bytes, 0, bytes.length, initial))
  return bytes
}

function malformed(message: string, offset: number): DecodeError {
  return new DecodeError('ERR_FRAME_MALFORMED', message, offset)
}
