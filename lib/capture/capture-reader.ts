/**
 * What the stream needs of a file format.
 */
import type { PacketVisitor } from './captured-packet.ts'

/** Reads the records of one capture format out of a sliding buffer, which it is constructed with. */
export interface CaptureReader {
  /** True after the visitor asked to stop. */
  readonly stopped: boolean
  /**
   * Visits every whole record in `[at, end)` of the buffer and returns where it stopped: the first byte of a record of which
   * more bytes are needed.
   * @throws DecodeError `ERR_CAPTURE_FORMAT`
   */
  read(at: number, end: number, visit: PacketVisitor): number
  /**
   * The input ended, `left` bytes after the last whole record.
   * @throws DecodeError `ERR_CAPTURE_TRUNCATED`
   */
  finish(left: number): void
}
