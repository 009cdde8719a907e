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
  let sum = initial
  let i = offset
  const end = offset + length
  for (; i + 7 < end; i += 8) {
    sum += readU16(bytes, i) + readU16(bytes, i + 2) + readU16(bytes, i + 4) + readU16(bytes, i + 6)
  }
  for (; i + 1 < end; i += 2) sum += readU16(bytes, i)
  if (i < end) sum += (bytes[i] as number) << 8
  return sum
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
