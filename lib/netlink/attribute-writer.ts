/**
 * Writes messages and their attributes one after the other into one buffer, which serves again and again: for
 * requests by the thousand, where a buffer for each would be most of the work. netlink(7), struct nlattr.
 */
import { struct, u16 } from 'buffer-layout'
import { fieldOffset } from '../net/field-offset.ts'
import { align, MESSAGE_HEADER_LENGTH, type NetlinkMessage, writeMessageHeader } from './message.ts'

interface AttributeHeader {
  readonly length: number
  readonly type: number
}
const HEADER = struct<AttributeHeader>([u16('length'), u16('type')])
const LENGTH = fieldOffset(HEADER, 'length')
const TYPE = fieldOffset(HEADER, 'type')

/** Messages and attributes that are being written. */
export class AttributeWriter {
  #bytes = Buffer.alloc(1024)
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
  #length = 0

  /** What was written, as a copy; the writer is empty then. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.written())
    this.clear()
    return bytes
  }

  /** What was written: valid until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }

  /** A message to the kernel, with the body that `write` writes. */
  message(header: Omit<NetlinkMessage, 'body'>, write: (writer: AttributeWriter) => void): this {
    const at = this.#reserve(MESSAGE_HEADER_LENGTH)
    write(this)
    writeMessageHeader(this.#view, at, this.#length - at, header)
    this.#reserve(align(this.#length) - this.#length)
    return this
  }

  /** Bytes without a header: the fixed part of a body. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** An 8-bit value. */
  u8(type: number, value: number): this {
    const at = this.#attribute(type, 1)
    this.#view.setUint8(at, value)
    return this
  }

  /** A 16-bit value in the order of the machine. */
  u16(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#view.setUint16(at, value, true)
    return this
  }

  /** A 16-bit value in the order of the network. */
  u16be(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#view.setUint16(at, value)
    return this
  }

  /** A 32-bit value in the order of the machine. */
  u32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#view.setUint32(at, value, true)
    return this
  }

  /** Bytes as they are. */
  bytes(type: number, value: Uint8Array): this {
    const at = this.#attribute(type, value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** A text that ends with a zero byte. */
  text(type: number, value: string): this {
    return this.bytes(type, Buffer.from(`${value}\0`))
  }

  /** Begins an attribute whose value is attributes; what is written until {@link end} is in it. */
  begin(type: number): number {
    const at = this.#reserve(HEADER.span)
    this.#view.setUint16(at + TYPE, type, true)
    return at
  }

  /** @param at what {@link begin} gave */
  end(at: number): this {
    this.#view.setUint16(at + LENGTH, this.#length - at, true)
    return this
  }

  /** Writes a header; where its value goes. */
  #attribute(type: number, length: number): number {
    const at = this.#reserve(align(HEADER.span + length))
    this.#view.setUint16(at + LENGTH, HEADER.span + length, true)
    this.#view.setUint16(at + TYPE, type, true)
    return at + HEADER.span
  }

  /** Room for so many octets, which are 0. */
  #reserve(length: number): number {
    const at = this.#length
    const end = at + length
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(2 * end)
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length)
    } else {
      this.#bytes.fill(0, at, end)
    }
    this.#length = end
    return at
  }
}
