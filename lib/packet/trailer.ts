/**
 * The authentication trailer behind a VRRP message, as fields: draft-cassen-vrrp-auth-hmac (keepalived's auth_hmac).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |   Type = 1    |    Key id     |         Reserved = 0          |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                     Seconds since the epoch                   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |      Subsecond (1/65536)      |            Counter            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    HMAC-SHA256, first 16 bytes                |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { readU16, readU32, writeU16, writeU32 } from '../net/big-endian.ts'
import { fieldOffset } from '../net/field-offset.ts'
import { TRAILER } from './layout.ts'

/** What a trailer says. Seconds, subsecond and counter make one 64-bit sequence. */
export interface Trailer {
  /** 0-255 */
  readonly keyId: number
  /** Unix time, 32 bits. */
  readonly seconds: number
  /** In 1/65536 s. */
  readonly subsecond: number
  /** Distinguishes messages within one clock reading. */
  readonly counter: number
}

/** The only type of trailer there is. */
export const TRAILER_TYPE_HMAC = 1

const TYPE = fieldOffset(TRAILER, 'extensionType')
const KEY_ID = fieldOffset(TRAILER, 'keyId')
const RESERVED = fieldOffset(TRAILER, 'reserved')
const SECONDS = fieldOffset(TRAILER, 'seconds')
const SUBSECOND = fieldOffset(TRAILER, 'subsecond')
const COUNTER = fieldOffset(TRAILER, 'counter')

/** The fields of the 28 bytes at `offset`, which must be there. */
export function readTrailer(bytes: Uint8Array, offset: number): Trailer {
  return {
    keyId: bytes[offset + KEY_ID] as number,
    seconds: readU32(bytes, offset + SECONDS),
    subsecond: readU16(bytes, offset + SUBSECOND),
    counter: readU16(bytes, offset + COUNTER),
  }
}

/** Whether the type is 1 and the reserved field 0. */
export function isTrailer(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset + TYPE] === TRAILER_TYPE_HMAC && readU16(bytes, offset + RESERVED) === 0
}

/** Writes all but the HMAC, which is left as it is. */
export function writeTrailer(bytes: Uint8Array, offset: number, trailer: Trailer): void {
  bytes[offset + TYPE] = TRAILER_TYPE_HMAC
  bytes[offset + KEY_ID] = trailer.keyId
  writeU16(bytes, offset + RESERVED, 0)
  writeU32(bytes, offset + SECONDS, trailer.seconds)
  writeU16(bytes, offset + SUBSECOND, trailer.subsecond)
  writeU16(bytes, offset + COUNTER, trailer.counter)
}
