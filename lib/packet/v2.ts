/**
 * Version 2 between value and bytes. RFC 3768 §5.3; authentication data by RFC 2338 §5.3.10. The header's picture is in `layout.ts`.
 */
import { writeU16, writeU32 } from '../net/big-endian.ts'
import { internetChecksum } from '../net/checksum.ts'
import { parseIpv4 } from '../net/ip-text.ts'
import { requireInteger } from '../net/require-integer.ts'
import type { AdvertisementV2, WireAuthentication } from './advertisement.ts'
import {
  ADDRESS_COUNT,
  AUTH_DATA_LENGTH,
  AUTH_TYPE_V2,
  CHECKSUM,
  HEADER_LENGTH,
  INTERVAL_V2,
  PRIORITY,
  TYPE_ADVERTISEMENT,
  VERSION_AND_TYPE,
  VRID,
} from './layout.ts'
import type { AdvertisementView } from './view.ts'

/** Authentication types on the wire, by name (RFC 2338 §5.3.6). */
export const AUTH_TYPES = { none: 0, simple: 1, ah: 2 } as const

/** A message that {@link AdvertisementView.check} found good, as a value. */
export function readV2(view: AdvertisementView): AdvertisementV2 {
  const addresses: string[] = []
  for (let i = 0; i < view.addressCount; i++) addresses.push(view.address(i))
  return {
    version: 2,
    family: 4,
    vrid: view.vrid,
    priority: view.priority,
    interval: view.interval,
    authentication: readAuthentication(view),
    addresses,
  }
}

function readAuthentication(view: AdvertisementView): WireAuthentication {
  if (view.authType === AUTH_TYPES.none) return { type: 'none' }
  if (view.authType === AUTH_TYPES.ah) return { type: 'ah' }
  const data = new Uint8Array(AUTH_DATA_LENGTH)
  for (let i = 0; i < AUTH_DATA_LENGTH; i++) data[i] = view.bytes[view.authDataOffset + i] as number
  return { type: 'simple', data }
}

/**
 * A value as bytes, its common fields already validated.
 * @throws RangeError, TypeError naming the field.
 */
export function writeV2(advertisement: AdvertisementV2): Uint8Array {
  const { addresses, authentication } = advertisement
  if (advertisement.family !== 4) throw new RangeError('family: version 2 knows IPv4 only')
  const seconds = advertisement.interval / 1000
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 255) {
    throw new RangeError(`interval: ${advertisement.interval} ms is not 1 to 255 whole seconds`)
  }
  const authType = AUTH_TYPES[authentication.type]
  requireInteger(authType, 'authentication.type', 0, 2)
  const bytes = new Uint8Array(HEADER_LENGTH + addresses.length * 4 + AUTH_DATA_LENGTH)
  bytes[VERSION_AND_TYPE] = (2 << 4) | TYPE_ADVERTISEMENT
  bytes[VRID] = advertisement.vrid
  bytes[PRIORITY] = advertisement.priority
  bytes[ADDRESS_COUNT] = addresses.length
  bytes[AUTH_TYPE_V2] = authType
  bytes[INTERVAL_V2] = seconds
  for (let i = 0, at = HEADER_LENGTH; i < addresses.length; i++, at += 4) {
    const address = parseIpv4(addresses[i] as string)
    if (address === -1) throw new RangeError(`addresses[${i}]: '${addresses[i]}' is not an IPv4 address`)
    writeU32(bytes, at, address)
  }
  if (authentication.type === 'simple') {
    if (!(authentication.data instanceof Uint8Array) || authentication.data.length !== AUTH_DATA_LENGTH) {
      throw new RangeError('authentication.data: must be 8 bytes')
    }
    bytes.set(authentication.data, bytes.length - AUTH_DATA_LENGTH)
  }
  writeU16(bytes, CHECKSUM, internetChecksum(bytes))
  return bytes
}
