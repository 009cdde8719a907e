/**
 * Version 3 between value and bytes, over IPv4 and IPv6. RFC 9568 §5.2. The header's picture is in `layout.ts`.
 */
import { writeU16, writeU32 } from '../net/big-endian.ts'
import { internetChecksum } from '../net/checksum.ts'
import { parseIpv4, parseIpv6Into } from '../net/ip-text.ts'
import type { AdvertisementV3 } from './advertisement.ts'
import {
  ADDRESS_COUNT,
  CHECKSUM,
  HEADER_LENGTH,
  INTERVAL_V3,
  PRIORITY,
  TYPE_ADVERTISEMENT,
  VERSION_AND_TYPE,
  VRID,
} from './layout.ts'
import type { AdvertisementView } from './view.ts'

/** A message that {@link AdvertisementView.check} found good, as a value. The four reserved bits are ignored. */
export function readV3(view: AdvertisementView): AdvertisementV3 {
  const addresses: string[] = []
  for (let i = 0; i < view.addressCount; i++) addresses.push(view.address(i))
  return {
    version: 3,
    family: view.family,
    vrid: view.vrid,
    priority: view.priority,
    interval: view.interval,
    addresses,
  }
}

/**
 * A value as bytes, its common fields already validated.
 * @param pseudoHeader - sum of the pseudo-header without length, or undefined for a checksum of the message alone
 * @throws RangeError naming the field.
 */
export function writeV3(advertisement: AdvertisementV3, pseudoHeader: number | undefined): Uint8Array {
  const { addresses, family } = advertisement
  const centiseconds = advertisement.interval / 10
  if (!Number.isInteger(centiseconds) || centiseconds < 1 || centiseconds > 4095) {
    throw new RangeError(`interval: ${advertisement.interval} ms is not 10 to 40950 in steps of 10`)
  }
  const bytes = new Uint8Array(HEADER_LENGTH + addresses.length * (family === 4 ? 4 : 16))
  bytes[VERSION_AND_TYPE] = (3 << 4) | TYPE_ADVERTISEMENT
  bytes[VRID] = advertisement.vrid
  bytes[PRIORITY] = advertisement.priority
  bytes[ADDRESS_COUNT] = addresses.length
  writeU16(bytes, INTERVAL_V3, centiseconds)
  for (let i = 0; i < addresses.length; i++) {
    if (!writeAddress(bytes, i, addresses[i] as string, family)) {
      throw new RangeError(`addresses[${i}]: '${addresses[i]}' is not an IPv${family} address`)
    }
  }
  const initial = pseudoHeader === undefined ? 0 : pseudoHeader + bytes.length
  writeU16(bytes, CHECKSUM, internetChecksum(bytes, 0, bytes.length, initial))
  return bytes
}

function writeAddress(bytes: Uint8Array, index: number, text: string, family: 4 | 6): boolean {
  if (family === 4) {
    const address = parseIpv4(text)
    writeU32(bytes, HEADER_LENGTH + index * 4, address)
    return address !== -1
  }
  return parseIpv6Into(bytes, HEADER_LENGTH + index * 16, text)
}
