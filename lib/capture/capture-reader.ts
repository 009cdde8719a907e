/**
 * What the stream needs of a file format, and the integers of both byte orders.
 */
import type { PacketVisitor } from './captured-packet.ts'

/** Reads the records of one capture format out of a sliding buffer. */
export interface CaptureReader {
  /** True after the visitor asked to stop. */
  readonly stopped: boolean
  /**
   * Visits every whole record in `bytes[at, end)` and returns where it stopped: the first byte of a record of which more
   * bytes are needed.
   * @throws DecodeError `ERR_CAPTURE_FORMAT`
   */
  read(bytes: Uint8Array, at: number, end: number, visit: PacketVisitor): number
  /**
   * The input ended, `left` bytes after the last whole record.
   * @throws DecodeError `ERR_CAPTURE_TRUNCATED`
   */
  finish(left: number): void
}

/** Unsigned 16 bits in the file's byte order. */
export function readUint16(bytes: Uint8Array, at: number, little: boolean): number {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  return little ? first | (second << 8) : (first << 8) | second
}

/** Unsigned 32 bits in the file's byte order. */
export function readUint32(bytes: Uint8Array, at: number, little: boolean): number {
  return readInt32(bytes, at, little) >>> 0
}

/** Signed 32 bits in the file's byte order. */
export function readInt32(bytes: Uint8Array, at: number, little: boolean): number {
  const a = bytes[at] ?? 0
  const b = bytes[at + 1] ?? 0
  const c = bytes[at + 2] ?? 0
  const d = bytes[at + 3] ?? 0
  return little ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d
}
