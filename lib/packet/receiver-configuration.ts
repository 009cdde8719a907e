/**
 * What a receiver of one virtual router must know of it. RFC 3768 §7.1, RFC 9568 §7.1.
 */
import { addressLength, type IpFamily, isMulticast, requireIp } from '../net/ip.ts'
import { requireInteger } from '../net/require-integer.ts'
import type { Milliseconds } from '../time/units.ts'
import type { HmacConfiguration } from './hmac.ts'

/** A unicast peer; keepalived's unicast_peer with min_ttl and max_ttl. */
export interface UnicastPeer {
  /** Canonical text. */
  readonly address: string
  /** Least TTL or hop limit that is accepted, 0-255; default 0. */
  readonly minTtl?: number
  /** Greatest TTL or hop limit that is accepted, 0-255; default 255. */
  readonly maxTtl?: number
}

/** Where a peer is, with or without limits of its TTL. */
export function addressOfPeer(peer: string | UnicastPeer): string {
  return typeof peer === 'string' ? peer : peer.address
}

/** The part of a virtual router's configuration that decides which adverts it hears. */
export interface ReceiverConfiguration {
  readonly version: 2 | 3
  readonly family: IpFamily
  /** 1-255 */
  readonly vrid: number
  /** Version 2 refuses any other; version 3 accepts it with a warning, and the machine learns it. */
  readonly interval: Milliseconds
  /** The virtual addresses, canonical text; order does not matter. */
  readonly addresses: readonly string[]
  readonly destination: /** Adverts come by multicast, with TTL or hop limit 255. */
    | { readonly type: 'multicast'; readonly group?: string }
    /** Adverts come by unicast; `checkSource` refuses those of nobody in `peers` (default false). */
    | {
        readonly type: 'unicast'
        readonly peers: readonly (string | UnicastPeer)[]
        readonly checkSource?: boolean
      }
  /** Version 2; default none. */
  readonly authentication?: { readonly type: 'none' } | { readonly type: 'simple' | 'ah'; readonly password: string }
  /** Authentication trailer; default none, and not together with `authentication`. A message with a trailer is too long for a receiver without. */
  readonly hmac?: HmacConfiguration
  /** Refuse a different address list (RFC 3768 §7.1) rather than warn of it (RFC 9568 §7.1). Default false. */
  readonly strictAddressList?: boolean
}

/**
 * Checks a configuration.
 * @throws TypeError, RangeError naming the option.
 */
export function requireReceiver(configuration: ReceiverConfiguration): void {
  const { version, family, addresses, destination, authentication, interval } = configuration
  if (version !== 2 && version !== 3) throw new RangeError('version: must be 2 or 3')
  if (family !== 4 && family !== 6) throw new RangeError('family: must be 4 or 6')
  if (version === 2 && family === 6) throw new RangeError('family: version 2 knows IPv4 only')
  requireInteger(configuration.vrid, 'vrid', 1, 255)
  if (!(interval > 0)) throw new RangeError(`interval: ${interval} ms is not above 0`)
  for (const [index, address] of addresses.entries()) requireFamily(address, family, `addresses[${index}]`)
  if (version === 3 && authentication !== undefined && authentication.type !== 'none') {
    throw new RangeError('authentication: version 3 has none')
  }
  if (configuration.hmac !== undefined && authentication !== undefined && authentication.type !== 'none') {
    throw new RangeError('hmac: not together with authentication')
  }
  if (destination.type === 'multicast') {
    const { group } = destination
    if (group !== undefined && !isMulticast(requireFamily(group, family, 'destination.group'))) {
      throw new RangeError(`destination.group: '${group}' is no multicast address`)
    }
    return
  }
  for (const [index, peer] of destination.peers.entries()) {
    const option = `destination.peers[${index}]`
    const { address, minTtl = 0, maxTtl = 255 } = typeof peer === 'string' ? { address: peer } : peer
    requireFamily(address, family, option)
    requireInteger(minTtl, `${option}.minTtl`, 0, 255)
    requireInteger(maxTtl, `${option}.maxTtl`, 0, 255)
  }
}

function requireFamily(address: string, family: IpFamily, option: string): Uint8Array {
  const bytes = requireIp(address, option)
  if (bytes.length !== addressLength(family))
    throw new RangeError(`${option}: '${address}' is not an IPv${family} address`)
  return bytes
}
