/**
 * Writes attributes one after the other into one buffer: for messages of many small ones. netlink(7), struct nlattr.
 */
import { struct, u16 } from 'buffer-layout'
import { align } from './message.ts'

const HEADER = struct<{ readonly length: number; readonly type: number }>([u16('length'), u16('type')])
const HEADER_LENGTH = HEADER.span

/** A list of attributes that grows. */
export class AttributeWriter {
  #bytes = Buffer.alloc(256)
  #length = 0

  /** What was written, as a copy; the writer is empty then. */
  take(): Uint8Array {
    const bytes = Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length)
    // Padding must be zero.
    this.#bytes.fill(0, 0, this.#length)
    this.#length = 0
    return bytes
  }

  /** Bytes without a header: the fixed part of a message. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** An 8-bit value. */
  u8(type: number, value: number): this {
    const at = this.#attribute(type, 1)
    this.#bytes[at] = value
    return this
  }

  /** A 16-bit value in the order of the machine. */
  u16(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#bytes.writeUInt16LE(value, at)
    return this
  }

  /** A 16-bit value in the order of the network. */
  u16be(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#bytes.writeUInt16BE(value, at)
    return this
  }

  /** A 32-bit value in the order of the machine. */
  u32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#bytes.writeUInt32LE(value, at)
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

  /** An attribute whose value is the attributes that `write` writes. */
  nest(type: number, write: (writer: this) => void): this {
    const at = this.#reserve(HEADER_LENGTH)
    write(this)
    HEADER.encode({ length: this.#length - at, type }, this.#bytes, at)
    return this
  }

  /** Writes a header; where its value goes. */
  #attribute(type: number, length: number): number {
    const at = this.#reserve(align(HEADER_LENGTH + length))
    this.#bytes.writeUInt16LE(HEADER_LENGTH + length, at)
    this.#bytes.writeUInt16LE(type, at + 2)
    return at + HEADER_LENGTH
  }

  #reserve(length: number): number {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * this.#length)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    return at
  }
}
