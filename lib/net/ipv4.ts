/**
 * IPv4 headers, RFC 791 §3.1.
 */
import { DecodeError } from '../errors.ts'
import { readU16, writeU16, writeU32 } from './big-endian.ts'
import { foldSum, internetChecksum, sumWords } from './checksum.ts'
import { fieldOffset } from './field-offset.ts'
import type { IpEnvelope } from './ip.ts'
import { formatIpv4, parseIpv4 } from './ip-text.ts'
import { IPV4_HEADER } from './ipv4-layout.ts'
import { requireInteger } from './require-integer.ts'

const TOS = fieldOffset(IPV4_HEADER, 'tos')
const TOTAL_LENGTH = fieldOffset(IPV4_HEADER, 'totalLength')
const IDENTIFICATION = fieldOffset(IPV4_HEADER, 'identification')
const FRAGMENT = fieldOffset(IPV4_HEADER, 'flagsAndFragment')
const TTL = fieldOffset(IPV4_HEADER, 'ttl')
const PROTOCOL = fieldOffset(IPV4_HEADER, 'protocol')
const CHECKSUM = fieldOffset(IPV4_HEADER, 'checksum')
const SOURCE = fieldOffset(IPV4_HEADER, 'source')
const DESTINATION = fieldOffset(IPV4_HEADER, 'destination')

/** What an IPv4 header says; what {@link encodeIpv4} needs to know. */
export interface Ipv4Header {
  readonly source: string
  readonly destination: string
  readonly protocol: number
  /** 0-255 */
  readonly hopLimit: number
  /** Type of service (DSCP and ECN), default 0; VRRP sends 0xc0. */
  readonly tos?: number
  /** Default 0. */
  readonly identification?: number
  /** Default false. */
  readonly dontFragment?: boolean
  /** At most 40 bytes, a multiple of 4; default none. */
  readonly options?: Uint8Array
}

/** A decoded IPv4 packet; as an {@link IpEnvelope} it goes straight to `decode`. */
export interface Ipv4Packet extends Required<Ipv4Header>, IpEnvelope {
  readonly family: 4
  readonly header: Uint8Array
  /** As the header says; 0 in captures of offloaded segments. */
  readonly totalLength: number
  readonly moreFragments: boolean
  /** In bytes; not 0 in every fragment but the first. */
  readonly fragmentOffset: number
  readonly checksumOk: boolean
  /** In the given bytes. */
  readonly payloadOffset: number
  /** Bytes of payload that are there. */
  readonly payloadLength: number
  /** Whether fewer bytes are there than the header says. */
  readonly truncated: boolean
}

/**
 * Bytes from `offset` to `end` to a packet; link-layer padding behind it is left out.
 * @throws DecodeError `ERR_FRAME_MALFORMED` when it is not version 4, the lengths contradict each other or the header is cut short.
 */
export function decodeIpv4(bytes: Uint8Array, offset = 0, end = bytes.length): Ipv4Packet {
  if (end - offset < IPV4_HEADER.span) throw malformed(`an IPv4 header needs ${IPV4_HEADER.span} bytes`, end)
  const first = bytes[offset] as number
  const headerLength = (first & 15) * 4
  if (first >>> 4 !== 4) throw malformed(`IP version ${first >>> 4} is not 4`, offset)
  if (headerLength < IPV4_HEADER.span) throw malformed(`header length ${headerLength} is too small`, offset)
  if (end - offset < headerLength) throw malformed(`the IPv4 header needs ${headerLength} bytes`, end)
  const totalLength = readU16(bytes, offset + TOTAL_LENGTH)
  if (totalLength !== 0 && totalLength < headerLength) {
    throw malformed(`total length ${totalLength} is less than the header`, offset + TOTAL_LENGTH)
  }
  const fragment = readU16(bytes, offset + FRAGMENT)
  const there = end - offset
  const length = totalLength === 0 ? there : Math.min(totalLength, there)
  const header = bytes.subarray(offset, offset + headerLength)
  return {
    family: 4,
    source: formatIpv4(bytes, offset + SOURCE),
    destination: formatIpv4(bytes, offset + DESTINATION),
    protocol: bytes[offset + PROTOCOL] as number,
    hopLimit: bytes[offset + TTL] as number,
    tos: bytes[offset + TOS] as number,
    identification: readU16(bytes, offset + IDENTIFICATION),
    dontFragment: (fragment & 0x4000) !== 0,
    options: header.subarray(IPV4_HEADER.span),
    header,
    totalLength,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
    checksumOk: foldSum(sumWords(bytes, offset, headerLength)) === 0xffff,
    payloadOffset: offset + headerLength,
    payloadLength: length - headerLength,
    truncated: totalLength > there,
  }
}

/**
 * A packet around a payload, header checksum included.
 * @throws RangeError naming the field.
 */
export function encodeIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const { options = new Uint8Array(0), tos = 0, identification = 0 } = header
  if (options.length > 40 || options.length % 4 !== 0) {
    throw new RangeError(`options: ${options.length} bytes are not a multiple of 4 up to 40`)
  }
  const headerLength = IPV4_HEADER.span + options.length
  const bytes = new Uint8Array(headerLength + payload.length)
  if (bytes.length > 0xffff) throw new RangeError(`payload: ${payload.length} bytes do not fit into an IPv4 packet`)
  bytes[0] = (4 << 4) | (headerLength / 4)
  bytes[TOS] = requireInteger(tos, 'tos', 0, 255)
  writeU16(bytes, TOTAL_LENGTH, bytes.length)
  writeU16(bytes, IDENTIFICATION, requireInteger(identification, 'identification', 0, 0xffff))
  writeU16(bytes, FRAGMENT, header.dontFragment === true ? 0x4000 : 0)
  bytes[TTL] = requireInteger(header.hopLimit, 'hopLimit', 0, 255)
  bytes[PROTOCOL] = requireInteger(header.protocol, 'protocol', 0, 255)
  writeU32(bytes, SOURCE, requireAddress(header.source, 'source'))
  writeU32(bytes, DESTINATION, requireAddress(header.destination, 'destination'))
  bytes.set(options, IPV4_HEADER.span)
  writeU16(bytes, CHECKSUM, internetChecksum(bytes, 0, headerLength))
  bytes.set(payload, headerLength)
  return bytes
}

function requireAddress(text: string, option: string): number {
  const address = parseIpv4(text)
  if (address === -1) throw new RangeError(`${option}: '${text}' is not an IPv4 address`)
  return address
}

function malformed(message: string, offset: number): DecodeError {
  return new DecodeError('ERR_FRAME_MALFORMED', message, offset)
}
