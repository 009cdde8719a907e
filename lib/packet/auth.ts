/**
 * Simple text authentication of version 2: a password in clear, 8 bytes, zero-padded. RFC 2338 §5.3.6, §5.3.10.
 */
import { Buffer } from 'node:buffer'
import { AUTH_DATA_LENGTH } from './layout.ts'

/**
 * A password as it stands in a message: 8 bytes, padded with zeros. Also the key of AH, as keepalived makes it.
 * @param option - named in errors; the password itself never is
 * @throws TypeError when it is no string, RangeError when it takes more than 8 bytes of UTF-8 or none.
 */
export function passwordBytes(password: string, option = 'password'): Uint8Array {
  if (typeof password !== 'string') throw new TypeError(`${option}: must be a string`)
  const text = Buffer.from(password, 'utf8')
  if (text.length === 0 || text.length > AUTH_DATA_LENGTH) {
    throw new RangeError(`${option}: must be 1 to ${AUTH_DATA_LENGTH} bytes long, not ${text.length}`)
  }
  const bytes = new Uint8Array(AUTH_DATA_LENGTH)
  bytes.set(text)
  return bytes
}

/** Whether two stretches of bytes are equal, in a time that does not depend on where they differ. */
export function equalBytes(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number, length: number): boolean {
  if (a.length < aOffset + length || b.length < bOffset + length) return false
  let difference = 0
  for (let i = 0; i < length; i++) difference |= (a[aOffset + i] as number) ^ (b[bOffset + i] as number)
  return difference === 0
}
