/**
 * VRRP packets put together by hand, not by the library's encoder: the tests of the decoder must not trust it.
 */

export const SOURCE4 = [10, 0, 0, 1]
export const GROUP4 = [224, 0, 0, 18]
export const SOURCE6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55]
export const GROUP6 = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12]

/** RFC 1071, the checksum itself. */
export function checksum(bytes: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

export function uint16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255]
}

export function uint32(value: number): number[] {
  return [...uint16(value >>> 16), ...uint16(value & 0xffff)]
}

function withChecksum(bytes: readonly number[], at: number, pseudoHeader: readonly number[], change: number): number[] {
  const value = checksum([...pseudoHeader, ...bytes]) ^ change
  return [...bytes.slice(0, at), ...uint16(value), ...bytes.slice(at + 2)]
}

export interface MessageFields {
  versionAndType?: number
  vrid?: number
  priority?: number
  /** What the message claims; default the truth. */
  count?: number
  addresses?: readonly (readonly number[])[]
  authType?: number
  /** Seconds (version 2). */
  interval?: number
  /** The 8 bytes at the end of version 2, or anything else. */
  tail?: readonly number[]
  /** Flips bits of the right checksum. */
  spoil?: number
}

export function messageV2(fields: MessageFields = {}): number[] {
  const addresses = fields.addresses ?? [[192, 0, 2, 1]]
  const bytes = [
    fields.versionAndType ?? 0x21,
    fields.vrid ?? 51,
    fields.priority ?? 100,
    fields.count ?? addresses.length & 255,
    fields.authType ?? 0,
    fields.interval ?? 1,
    0,
    0,
    ...addresses.flat(),
    ...(fields.tail ?? [0, 0, 0, 0, 0, 0, 0, 0]),
  ]
  return withChecksum(bytes, 6, [], fields.spoil ?? 0)
}

export interface MessageV3Fields extends MessageFields {
  /** Reserved bits and centiseconds. */
  centiseconds?: number
  source?: readonly number[]
  destination?: readonly number[]
  /** Checksum over the message alone (RFC 9568 over IPv4). */
  messageOnly?: boolean
}

/** Over the family of the source address. */
export function messageV3(fields: MessageV3Fields = {}): number[] {
  const addresses = fields.addresses ?? [[192, 0, 2, 1]]
  const source = fields.source ?? SOURCE4
  const destination = fields.destination ?? (source.length === 4 ? GROUP4 : GROUP6)
  const bytes = [
    fields.versionAndType ?? 0x31,
    fields.vrid ?? 51,
    fields.priority ?? 100,
    fields.count ?? addresses.length & 255,
    ...uint16(fields.centiseconds ?? 100),
    0,
    0,
    ...addresses.flat(),
    ...(fields.tail ?? []),
  ]
  const lengthAndProtocol =
    source.length === 4 ? [0, 112, ...uint16(bytes.length)] : [...uint32(bytes.length), 0, 0, 0, 112]
  const pseudoHeader = fields.messageOnly ? [] : [...source, ...destination, ...lengthAndProtocol]
  return withChecksum(bytes, 6, pseudoHeader, fields.spoil ?? 0)
}

/** IP authentication header with a 12-byte check value that nobody verifies. */
export function authenticationHeader(next = 112, length = 4): number[] {
  return [next, length, 0, 0, ...uint32(0x0a000001), ...uint32(7), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
}

export interface Ipv4Fields {
  tos?: number
  ttl?: number
  id?: number
  /** Flags and fragment offset, the 16 bits. */
  fragment?: number
  protocol?: number
  options?: readonly number[]
  source?: readonly number[]
  destination?: readonly number[]
  totalLength?: number
  spoil?: number
}

export function ipv4(payload: readonly number[], fields: Ipv4Fields = {}): number[] {
  const options = fields.options ?? []
  const header = [
    0x40 | (5 + options.length / 4),
    fields.tos ?? 0xc0,
    ...uint16(fields.totalLength ?? 20 + options.length + payload.length),
    ...uint16(fields.id ?? 1),
    ...uint16(fields.fragment ?? 0),
    fields.ttl ?? 255,
    fields.protocol ?? 112,
    0,
    0,
    ...(fields.source ?? SOURCE4),
    ...(fields.destination ?? GROUP4),
    ...options,
  ]
  return [...withChecksum(header, 10, [], fields.spoil ?? 0), ...payload]
}

export interface Ipv6Fields {
  /** Traffic class and flow label, the 28 bits. */
  flow?: number
  next?: number
  hopLimit?: number
  payloadLength?: number
  source?: readonly number[]
  destination?: readonly number[]
}

export function ipv6(payload: readonly number[], fields: Ipv6Fields = {}): number[] {
  return [
    ...uint32((0x60000000 | (fields.flow ?? 0)) >>> 0),
    ...uint16(fields.payloadLength ?? payload.length),
    fields.next ?? 112,
    fields.hopLimit ?? 255,
    ...(fields.source ?? SOURCE6),
    ...(fields.destination ?? GROUP6),
    ...payload,
  ]
}

const MAC_ADDRESSES = [0x01, 0, 0x5e, 0, 0, 0x12, 0, 0, 0x5e, 0, 1, 51]

/** A link-layer header of the given type in front of an IP packet; `tags` are VLAN ids, outermost first. */
export function linkLayer(linkType: number, packet: readonly number[], tags: readonly number[] = []): number[] {
  const type = (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800
  const outer = tags.length > 0 ? 0x8100 : type
  const tagged = tags.flatMap((tag, i) => [...uint16(tag), ...uint16(i + 1 < tags.length ? 0x8100 : type)])
  switch (linkType) {
    case 1:
      return [...MAC_ADDRESSES, ...uint16(tags.length > 1 ? 0x88a8 : outer), ...tagged, ...packet]
    case 113:
      return [0, 2, 0, 1, 0, 6, 0, 0, 0x5e, 0, 1, 51, 0, 0, ...uint16(outer), ...tagged, ...packet]
    case 276:
      return [...uint16(outer), 0, 0, 0, 0, 0x7f, 0xff, 0, 1, 2, 6, 0, 0, 0x5e, 0, 1, 51, 0, 0, ...tagged, ...packet]
    case 0:
      return [type === 0x0800 ? 2 : 30, 0, 0, 0, ...packet]
    case 108:
      return [0, 0, 0, type === 0x0800 ? 2 : 24, ...packet]
    default:
      return [...packet]
  }
}
