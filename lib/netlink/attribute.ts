/**
 * Attributes: the type-length-value triples that follow the fixed part of most netlink messages. netlink(7), rtattr.
 */
import { align } from './message.ts'

const HEADER_LENGTH = 4
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are flags in the type. */
const TYPE_MASK = 0x3fff
const NLA_F_NESTED = 0x8000

/** One attribute. */
export interface Attribute {
  readonly type: number
  readonly value: Uint8Array
}

/** Attributes to bytes, each padded to 4. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const bytes = Buffer.alloc(attributes.reduce((sum, { value }) => sum + align(HEADER_LENGTH + value.length), 0))
  let at = 0
  for (const { type, value } of attributes) {
    bytes.writeUInt16LE(HEADER_LENGTH + value.length, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.set(value, at + HEADER_LENGTH)
    at += align(HEADER_LENGTH + value.length)
  }
  return bytes
}

/** Attributes by type; of a repeated one the last. Values are views. What is cut off at the end is left out. */
export function decodeAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const attributes = new Map<number, Uint8Array>()
  for (let at = 0; at + HEADER_LENGTH <= bytes.length; ) {
    const length = view.getUint16(at, true)
    if (length < HEADER_LENGTH || at + length > bytes.length) break
    attributes.set(view.getUint16(at + 2, true) & TYPE_MASK, bytes.subarray(at + HEADER_LENGTH, at + length))
    at += align(length)
  }
  return attributes
}

/** As {@link decodeAttributes}, but undefined when anything is cut off: for what must be read whole or not at all. */
export function decodeWholeAttributes(bytes: Uint8Array): Map<number, Uint8Array> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const attributes = new Map<number, Uint8Array>()
  let at = 0
  while (at < bytes.length) {
    const length = at + HEADER_LENGTH <= bytes.length ? view.getUint16(at, true) : 0
    if (length < HEADER_LENGTH || at + length > bytes.length) return undefined
    attributes.set(view.getUint16(at + 2, true) & TYPE_MASK, bytes.subarray(at + HEADER_LENGTH, at + length))
    at += align(length)
  }
  return attributes
}

/** A 16-bit value. */
export function u16Attribute(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return { type, value: bytes }
}

/** A 32-bit value. */
export function u32Attribute(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return { type, value: bytes }
}

/** A 32-bit value in network order, as netfilter has all of its numbers. */
export function u32beAttribute(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return { type, value: bytes }
}

/** Attributes within an attribute. @param flag - sets NLA_F_NESTED, which nf_tables asks for and rtnetlink is older than */
export function nestedAttribute(type: number, attributes: readonly Attribute[], flag = false): Attribute {
  return { type: flag ? type | NLA_F_NESTED : type, value: encodeAttributes(attributes) }
}

/** A text that ends with a zero byte. */
export function textAttribute(type: number, value: string): Attribute {
  return { type, value: Buffer.from(`${value}\0`) }
}

/** The 32-bit value of an attribute, or undefined when it is missing or short. */
export function readU32(value: Uint8Array | undefined): number | undefined {
  if (value === undefined || value.length < 4) return undefined
  return new DataView(value.buffer, value.byteOffset).getUint32(0, true)
}

/** The 16-bit value of an attribute, or undefined when it is missing or short. */
export function readU16(value: Uint8Array | undefined): number | undefined {
  return value === undefined || value.length < 2
    ? undefined
    : new DataView(value.buffer, value.byteOffset).getUint16(0, true)
}

/** The text of an attribute, up to its zero byte. */
export function readText(value: Uint8Array | undefined): string | undefined {
  if (value === undefined) return undefined
  const end = value.indexOf(0)
  return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString()
}
