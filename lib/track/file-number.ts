/**
 * The number in a tracked file, read as strtol(3) with base 0 reads it: decimal, `0x1f`, octal `017`, whatever follows.
 */

const NUMBER = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/
/** As keepalived: an int. */
const LIMIT = 2 ** 31 - 1

/** The number at the start of a text; undefined when there is none, or none that fits 32 bits. */
export function parseFileNumber(text: string): number | undefined {
  const [, sign, digits = ''] = NUMBER.exec(text) ?? []
  if (digits === '') return undefined
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  if (value > LIMIT) return undefined
  return sign === '-' && value !== 0 ? -value : value
}
