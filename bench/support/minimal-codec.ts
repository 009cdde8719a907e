/**
 * The least that decodes and encodes a VRRP message in JavaScript: the yardstick of bench/codec.ts. No validation of values, no
 * names of errors, and its encoder is given addresses as bytes.
 */

/** A decoded message. */
export interface MinimalAdvert {
  readonly version: number
  readonly vrid: number
  readonly priority: number
  readonly interval: number
  readonly addresses: readonly string[]
}

/** Sum of 16-bit words, not folded. */
export function minimalSum(bytes: Uint8Array, initial: number): number {
  let sum = initial
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  return sum
}

function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16)
  return (once & 0xffff) + (once >>> 16)
}

/** Decodes, checksum verified. @param pseudoHeader - sum with length, 0 for version 2 */
export function minimalDecode(bytes: Uint8Array, addressLength: 4 | 16, pseudoHeader: number): MinimalAdvert {
  const version = (bytes[0] ?? 0) >> 4
  const count = bytes[3] ?? 0
  if (bytes.length !== 8 + count * addressLength + (version === 2 ? 8 : 0)) throw new Error('length')
  if (fold(minimalSum(bytes, pseudoHeader)) !== 0xffff) throw new Error('checksum')
  const addresses: string[] = []
  for (let i = 0, at = 8; i < count; i++, at += addressLength) {
    if (addressLength === 4) {
      addresses.push(`${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`)
      continue
    }
    let text = ''
    for (let j = 0; j < 16; j += 2) {
      text += (j === 0 ? '' : ':') + (((bytes[at + j] ?? 0) << 8) | (bytes[at + j + 1] ?? 0)).toString(16)
    }
    addresses.push(text)
  }
  const interval = version === 2 ? (bytes[5] ?? 0) * 1000 : ((((bytes[4] ?? 0) & 15) << 8) | (bytes[5] ?? 0)) * 10
  return { version, vrid: bytes[1] ?? 0, priority: bytes[2] ?? 0, interval, addresses }
}

/** Encodes. @param pseudoHeader - sum without length, 0 for version 2 */
export function minimalEncode(
  version: 2 | 3,
  vrid: number,
  priority: number,
  interval: number,
  addresses: readonly Uint8Array[],
  pseudoHeader: number,
): Uint8Array {
  const addressLength = addresses[0]?.length ?? 4
  const bytes = new Uint8Array(8 + addresses.length * addressLength + (version === 2 ? 8 : 0))
  bytes[0] = (version << 4) | 1
  bytes[1] = vrid
  bytes[2] = priority
  bytes[3] = addresses.length
  if (version === 2) bytes[5] = interval / 1000
  else {
    bytes[4] = interval / 10 / 256
    bytes[5] = interval / 10
  }
  for (let i = 0; i < addresses.length; i++) bytes.set(addresses[i] ?? bytes, 8 + i * addressLength)
  const sum = ~fold(minimalSum(bytes, pseudoHeader === 0 ? 0 : pseudoHeader + bytes.length))
  bytes[6] = sum >> 8
  bytes[7] = sum
  return bytes
}
