/**
 * Advertisements between bytes and values, strictly: what is not legal is an error. RFC 3768 §5, §7.1; RFC 9568 §5, §7.1.
 */
import { DecodeError } from '../errors.ts'
import { IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope } from '../net/ip.ts'
import { pseudoHeaderSum } from '../net/pseudo-header.ts'
import { requireInteger } from '../net/require-integer.ts'
import type { Advertisement, ChecksumForm } from './advertisement.ts'
import { firstProblem } from './inspect.ts'
import { AH_HEADER } from './layout.ts'
import { readV2, writeV2 } from './v2.ts'
import { readV3, writeV3 } from './v3.ts'
import { AdvertisementView } from './view.ts'

/** Options of {@link encode}. */
export interface EncodeOptions {
  /**
   * What the checksum of version 3 over IPv4 covers. Default `pseudo-header`: RFC 5798 as deployed, keepalived's default.
   * `message`: RFC 9568 §5.2.8. Version 2 and IPv6 leave no choice.
   */
  readonly checksumForm?: ChecksumForm
}

/**
 * Bytes to an advertisement. Any legal form of checksum will do. Authentication is read but not verified, since that takes
 * keys: an IP authentication header is passed over, and so is a well-formed authentication trailer.
 *
 * @param message - the bytes behind the IP header, to the end of the packet (without link-layer padding)
 * @param ip - what the IP header said; with protocol 51 the message begins with the authentication header
 * @throws DecodeError with the first problem in the order of RFC 9568 §7.1; its offset counts from the start of `message`.
 * @throws RangeError when an address of `ip` is none of its family (version 3).
 * @example
 * const advertisement = decode(message, { family: 4, source: '192.0.2.2', destination: '224.0.0.18', hopLimit: 255, protocol: 112 })
 */
export function decode(message: Uint8Array, ip: IpEnvelope): Advertisement {
  const start = ip.protocol === IPPROTO_AH ? AH_HEADER.span : 0
  const view = new AdvertisementView()
  view.reset(message, start, message.length - start, ip.family)
  const pseudoHeader = view.version === 2 ? 0 : pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family)
  // Headers in front are rare, and so are errors: the slow way knows how to name them.
  if (start !== 0 || view.check(pseudoHeader) !== undefined) {
    const problem = firstProblem(message, ip)
    if (problem !== undefined) throw new DecodeError(problem.code, problem.message, problem.offset + start)
  }
  return view.version === 2 ? readV2(view) : readV3(view)
}

/**
 * An advertisement to bytes: what goes behind the IP header, without AH and authentication trailer.
 *
 * @param ip - addresses of the packet that will carry it; only version 3 looks at them
 * @throws TypeError, RangeError naming the field that is wrong.
 * @example
 * encode({ version: 2, family: 4, vrid: 51, priority: 100, interval: milliseconds(1000),
 *   authentication: { type: 'none' }, addresses: ['192.0.2.1'] }, { source: '192.0.2.2', destination: VRRP_GROUP_IPV4 })
 */
export function encode(
  advertisement: Advertisement,
  ip: { readonly source: string; readonly destination: string },
  options: EncodeOptions = {},
): Uint8Array {
  requireInteger(advertisement.vrid, 'vrid', 1, 255)
  requireInteger(advertisement.priority, 'priority', 0, 255)
  if (!Array.isArray(advertisement.addresses)) throw new TypeError('addresses: must be an array')
  if (advertisement.addresses.length < 1 || advertisement.addresses.length > 255) {
    throw new RangeError(`addresses: must be 1 to 255 addresses, not ${advertisement.addresses.length}`)
  }
  if (advertisement.version === 2) return writeV2(advertisement)
  if (advertisement.version !== 3) throw new RangeError('version: must be 2 or 3')
  if (advertisement.family !== 4 && advertisement.family !== 6) throw new RangeError('family: must be 4 or 6')
  const { checksumForm = 'pseudo-header' } = options
  if (checksumForm !== 'pseudo-header' && checksumForm !== 'message') {
    throw new RangeError(`checksumForm: must be 'pseudo-header' or 'message'`)
  }
  if (checksumForm === 'message' && advertisement.family === 4) return writeV3(advertisement, undefined)
  return writeV3(advertisement, pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, advertisement.family))
}
