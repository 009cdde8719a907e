/**
 * IPv6 headers and the extension headers before the payload, RFC 8200 §3, §4.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version| Traffic Class |           Flow Label                  |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |         Payload Length        |  Next Header  |   Hop Limit   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                 source, destination: 16 bytes each            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { blob, struct, u8, u16be, u32be } from 'buffer-layout'
import { DecodeError } from '../errors.ts'
import { readU16, readU32, writeU16, writeU32 } from './big-endian.ts'
import { fieldOffset } from './field-offset.ts'
import type { IpEnvelope } from './ip.ts'
import { formatIpv6, parseIpv6Into } from './ip-text.ts'
import { requireInteger } from './require-integer.ts'

interface Ipv6Fields {
  readonly versionClassFlow: number
  readonly payloadLength: number
  readonly nextHeader: number
  readonly hopLimit: number
  readonly source: Uint8Array
  readonly destination: Uint8Array
}
interface FragmentFields {
  readonly nextHeader: number
  readonly reserved: number
  readonly offsetAndFlags: number
  readonly identification: number
}

const IPV6_HEADER = struct<Ipv6Fields>([
  u32be('versionClassFlow'),
  u16be('payloadLength'),
  u8('nextHeader'),
  u8('hopLimit'),
  blob(16, 'source'),
  blob(16, 'destination'),
])
const FRAGMENT_HEADER = struct<FragmentFields>([
  u8('nextHeader'),
  u8('reserved'),
  u16be('offsetAndFlags'),
  u32be('identification'),
])

const PAYLOAD_LENGTH = fieldOffset(IPV6_HEADER, 'payloadLength')
const NEXT_HEADER = fieldOffset(IPV6_HEADER, 'nextHeader')
const HOP_LIMIT = fieldOffset(IPV6_HEADER, 'hopLimit')
const SOURCE = fieldOffset(IPV6_HEADER, 'source')
const DESTINATION = fieldOffset(IPV6_HEADER, 'destination')
const FRAGMENT_OFFSET = fieldOffset(FRAGMENT_HEADER, 'offsetAndFlags')

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION_OPTIONS = 60

/** What an IPv6 header says; what {@link encodeIpv6} needs to know. */
export interface Ipv6Header {
  readonly source: string
  readonly destination: string
  /** What the payload is, behind all extension headers. */
  readonly protocol: number
  /** 0-255 */
  readonly hopLimit: number
  /** Default 0; VRRP sends 0xc0. */
  readonly trafficClass?: number
  /** 20 bits, default 0. */
  readonly flowLabel?: number
}

/** A decoded IPv6 packet; as an {@link IpEnvelope} it goes straight to `decode`. */
export interface Ipv6Packet extends Required<Ipv6Header>, IpEnvelope {
  readonly family: 6
  /** Types of the extension headers that were passed, in order. */
  readonly extensions: readonly number[]
  readonly moreFragments: boolean
  /** In bytes; not 0 in every fragment but the first, whose payload is no message then. */
  readonly fragmentOffset: number
  /** In the given bytes, behind the extension headers. */
  readonly payloadOffset: number
  /** Bytes of payload that are there. */
  readonly payloadLength: number
  /** Whether fewer bytes are there than the header says. */
  readonly truncated: boolean
}

/**
 * Bytes from `offset` to `end` to a packet. Hop-by-hop, routing, destination and fragment headers are passed over.
 * @throws DecodeError `ERR_FRAME_MALFORMED` when it is not version 6, or ends inside a header.
 */
export function decodeIpv6(bytes: Uint8Array, offset = 0, end = bytes.length): Ipv6Packet {
  if (end - offset < IPV6_HEADER.span) throw malformed(`an IPv6 header needs ${IPV6_HEADER.span} bytes`, end)
  const first = readU32(bytes, offset)
  if (first >>> 28 !== 6) throw malformed(`IP version ${first >>> 28} is not 6`, offset)
  const claimed = offset + IPV6_HEADER.span + readU16(bytes, offset + PAYLOAD_LENGTH)
  const stop = Math.min(claimed, end)
  const extensions: number[] = []
  let protocol = bytes[offset + NEXT_HEADER] as number
  let at = offset + IPV6_HEADER.span
  let fragment = 0
  // Behind a fragment header with an offset there is the middle of something: nothing to walk.
  while (isExtension(protocol) && fragment >>> 3 === 0) {
    const length = protocol === FRAGMENT || stop - at < 2 ? FRAGMENT_HEADER.span : ((bytes[at + 1] as number) + 1) * 8
    if (stop - at < length) throw malformed('the packet ends inside an extension header', stop)
    if (protocol === FRAGMENT) fragment = readU16(bytes, at + FRAGMENT_OFFSET)
    extensions.push(protocol)
    protocol = bytes[at] as number
    at += length
  }
  return {
    family: 6,
    source: formatIpv6(bytes, offset + SOURCE),
    destination: formatIpv6(bytes, offset + DESTINATION),
    protocol,
    hopLimit: bytes[offset + HOP_LIMIT] as number,
    trafficClass: (first >>> 20) & 255,
    flowLabel: first & 0xfffff,
    extensions,
    moreFragments: (fragment & 1) !== 0,
    fragmentOffset: fragment & 0xfff8,
    payloadOffset: at,
    payloadLength: stop - at,
    truncated: claimed > end,
  }
}

function isExtension(protocol: number): boolean {
  return protocol === HOP_BY_HOP || protocol === ROUTING || protocol === FRAGMENT || protocol === DESTINATION_OPTIONS
}

/**
 * A packet around a payload, without extension headers.
 * @throws RangeError naming the field.
 */
export function encodeIpv6(header: Ipv6Header, payload: Uint8Array): Uint8Array {
  const { trafficClass = 0, flowLabel = 0 } = header
  if (payload.length > 0xffff) throw new RangeError(`payload: ${payload.length} bytes do not fit into an IPv6 packet`)
  requireInteger(trafficClass, 'trafficClass', 0, 255)
  requireInteger(flowLabel, 'flowLabel', 0, 0xfffff)
  const bytes = new Uint8Array(IPV6_HEADER.span + payload.length)
  writeU32(bytes, 0, (6 << 28) | (trafficClass << 20) | flowLabel)
  writeU16(bytes, PAYLOAD_LENGTH, payload.length)
  bytes[NEXT_HEADER] = requireInteger(header.protocol, 'protocol', 0, 255)
  bytes[HOP_LIMIT] = requireInteger(header.hopLimit, 'hopLimit', 0, 255)
  for (const [field, at] of [['source', SOURCE] as const, ['destination', DESTINATION] as const]) {
    if (!parseIpv6Into(bytes, at, header[field])) {
      throw new RangeError(`${field}: '${header[field]}' is not an IPv6 address`)
    }
  }
  bytes.set(payload, IPV6_HEADER.span)
  return bytes
}

function malformed(message: string, offset: number): DecodeError {
  return new DecodeError('ERR_FRAME_MALFORMED', message, offset)
}
