/**
 * The internet checksum: RFC 1071, updated in place by RFC 1624.
 */
import { readU16 } from './big-endian.ts'

/**
 * Adds up 16-bit words in network order; an odd last byte counts as a word with a zero behind it. The sum is not folded,
 * so that sums of several pieces (each of even length but the last) can be added.
 * @param offset - first byte
 * @param length - bytes to sum, at most 65535; the caller makes sure that they are there
 * @param initial - a sum to go on from
 */
export function sumWords(bytes: Uint8Array, offset: number, length: number, initial = 0): number {
  let sum = initial | 0
  let i = offset
  const end = offset + length
  // The sum stays below 2^32: 32-bit arithmetic is exact, and the fastest there is.
  if (bytes.length >= LARGE_BUFFER) {
    const words = wordsOf(bytes)
    for (const last = end - 7; i < last; i += 8) {
      const first = words.getInt32(i)
      const second = words.getInt32(i + 4)
      sum = (sum + (first >>> 16) + (first & 0xffff) + (second >>> 16) + (second & 0xffff)) | 0
    }
  }
  for (const last = end - 1; i < last; i += 2) sum = (sum + readU16(bytes, i)) | 0
  if (i < end) sum = (sum + ((bytes[i] as number) << 8)) | 0
  return sum >>> 0
}

/** A buffer of this size is one that packets are read into again and again, so that a view of its words pays. */
const LARGE_BUFFER = 1 << 16

let lastLargeBuffer: Uint8Array = new Uint8Array(0)
let lastWords: DataView = new DataView(lastLargeBuffer.buffer)

function wordsOf(bytes: Uint8Array): DataView {
  if (bytes !== lastLargeBuffer) {
    lastWords = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    lastLargeBuffer = bytes
  }
  return lastWords
}

/** Folds a sum (below 2^32) to 16 bits by end-around carry. Data with a right checksum in it folds to 0xffff. */
export function foldSum(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16)
  return (once & 0xffff) + (once >>> 16)
}

/** The checksum of bytes in which the checksum field is zero: the complement of the folded sum. Parameters as {@link sumWords}. */
export function internetChecksum(bytes: Uint8Array, offset = 0, length = bytes.length - offset, initial = 0): number {
  return ~foldSum(sumWords(bytes, offset, length, initial)) & 0xffff
}

/** The checksum after one 16-bit word under it changed from `before` to `after`. RFC 1624 §3, equation 3. */
export function updateChecksum(checksum: number, before: number, after: number): number {
  return ~foldSum((~checksum & 0xffff) + (~before & 0xffff) + after) & 0xffff
}
