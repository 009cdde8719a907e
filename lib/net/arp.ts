/**
 * ARP for IPv4 over Ethernet, RFC 826.
 *
 *     | hardware 1 (2) | protocol 0x0800 (2) | 6 (1) | 4 (1) | operation (2) |
 *     | sender MAC (6) | sender address (4) | target MAC (6) | target address (4) |
 */
import { blob, struct, u8, u16be, u32be } from 'buffer-layout'
import { DecodeError } from '../errors.ts'
import { readU16, writeU16, writeU32 } from './big-endian.ts'
import { ETHERTYPE_IPV4 } from './ethernet.ts'
import { fieldOffset } from './field-offset.ts'
import { formatIpv4, parseIpv4 } from './ip-text.ts'
import { formatMac, parseMac } from './mac.ts'
import { requireInteger } from './require-integer.ts'

interface ArpFields {
  readonly hardwareType: number
  readonly protocolType: number
  readonly hardwareLength: number
  readonly protocolLength: number
  readonly operation: number
  readonly senderMac: Uint8Array
  readonly senderAddress: number
  readonly targetMac: Uint8Array
  readonly targetAddress: number
}

const ARP = struct<ArpFields>([
  u16be('hardwareType'),
  u16be('protocolType'),
  u8('hardwareLength'),
  u8('protocolLength'),
  u16be('operation'),
  blob(6, 'senderMac'),
  u32be('senderAddress'),
  blob(6, 'targetMac'),
  u32be('targetAddress'),
])

const PROTOCOL_TYPE = fieldOffset(ARP, 'protocolType')
const HARDWARE_LENGTH = fieldOffset(ARP, 'hardwareLength')
const OPERATION = fieldOffset(ARP, 'operation')
const SENDER_MAC = fieldOffset(ARP, 'senderMac')
const SENDER_ADDRESS = fieldOffset(ARP, 'senderAddress')
const TARGET_MAC = fieldOffset(ARP, 'targetMac')
const TARGET_ADDRESS = fieldOffset(ARP, 'targetAddress')

const HARDWARE_ETHERNET = 1
// Hardware length 6 and protocol length 4, as one word.
const LENGTHS = 0x0604

/** Operation of a question. */
export const ARP_REQUEST = 1
/** Operation of an answer. */
export const ARP_REPLY = 2

/** An ARP message. */
export interface ArpMessage {
  /** {@link ARP_REQUEST}, {@link ARP_REPLY}, or another 16-bit number. */
  readonly operation: number
  readonly senderMac: string
  readonly senderAddress: string
  readonly targetMac: string
  readonly targetAddress: string
}

/**
 * Bytes from `offset` to `end` (28, or padding behind them) to a message.
 * @throws DecodeError `ERR_FRAME_MALFORMED` when it is not IPv4 over Ethernet, or cut short.
 */
export function decodeArp(bytes: Uint8Array, offset = 0, end = bytes.length): ArpMessage {
  if (end - offset < ARP.span) throw new DecodeError('ERR_FRAME_MALFORMED', `ARP needs ${ARP.span} bytes`, end)
  if (
    readU16(bytes, offset) !== HARDWARE_ETHERNET ||
    readU16(bytes, offset + PROTOCOL_TYPE) !== ETHERTYPE_IPV4 ||
    readU16(bytes, offset + HARDWARE_LENGTH) !== LENGTHS
  ) {
    throw new DecodeError('ERR_FRAME_MALFORMED', 'ARP is not about IPv4 over Ethernet', offset)
  }
  return {
    operation: readU16(bytes, offset + OPERATION),
    senderMac: formatMac(bytes, offset + SENDER_MAC),
    senderAddress: formatIpv4(bytes, offset + SENDER_ADDRESS),
    targetMac: formatMac(bytes, offset + TARGET_MAC),
    targetAddress: formatIpv4(bytes, offset + TARGET_ADDRESS),
  }
}

/** A message to its 28 bytes. @throws RangeError naming the field. */
export function encodeArp(message: ArpMessage): Uint8Array {
  const bytes = new Uint8Array(ARP.span)
  writeU16(bytes, 0, HARDWARE_ETHERNET)
  writeU16(bytes, PROTOCOL_TYPE, ETHERTYPE_IPV4)
  writeU16(bytes, HARDWARE_LENGTH, LENGTHS)
  writeU16(bytes, OPERATION, requireInteger(message.operation, 'operation', 0, 0xffff))
  bytes.set(parseMac(message.senderMac, 'senderMac'), SENDER_MAC)
  bytes.set(parseMac(message.targetMac, 'targetMac'), TARGET_MAC)
  for (const [field, at] of [['senderAddress', SENDER_ADDRESS] as const, ['targetAddress', TARGET_ADDRESS] as const]) {
    const address = parseIpv4(message[field])
    if (address === -1) throw new RangeError(`${field}: '${message[field]}' is not an IPv4 address`)
    writeU32(bytes, at, address)
  }
  return bytes
}
