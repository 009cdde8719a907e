/**
 * The one message of VRRP, as a value. RFC 3768 §5.3 (version 2), RFC 9568 §5.2 (version 3), RFC 2338 §5.3.6 (authentication).
 */
import type { IpFamily } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'

/** The priority of the router that owns the addresses (RFC 9568 §5.2.4). */
export const PRIORITY_OWNER = 255
/** The priority that says: I stop being active (RFC 9568 §5.2.4). */
export const PRIORITY_RESIGN = 0
/** The multicast group of VRRP over IPv4 (RFC 9568 §5.1.1.2). */
export const VRRP_GROUP_IPV4 = '224.0.0.18'
/** The multicast group of VRRP over IPv6 (RFC 9568 §5.1.2.2). */
export const VRRP_GROUP_IPV6 = 'ff02::12'

/** Authentication data of a version 2 message as found in it (RFC 2338 §5.3.6, §5.3.10). */
export type WireAuthentication =
  | { readonly type: 'none' }
  /** Simple text password: always 8 bytes, zero-padded. */
  | { readonly type: 'simple'; readonly data: Uint8Array }
  /** IP authentication header in front of the message; the 8 bytes in it are zero. */
  | { readonly type: 'ah' }

/** A version 2 advertisement. IPv4 only. */
export interface AdvertisementV2 {
  readonly version: 2
  readonly family: 4
  /** 1-255 */
  readonly vrid: number
  /** 0-255; 0 resigns, 255 owns. */
  readonly priority: number
  /** Whole seconds, 1000-255000 ms. */
  readonly interval: Milliseconds
  readonly authentication: WireAuthentication
  /** 1-255 IPv4 addresses, canonical text, in wire order. */
  readonly addresses: readonly string[]
}

/** A version 3 advertisement, over IPv4 or IPv6. */
export interface AdvertisementV3 {
  readonly version: 3
  readonly family: IpFamily
  /** 1-255 */
  readonly vrid: number
  /** 0-255; 0 resigns, 255 owns. */
  readonly priority: number
  /** 10-40950 ms in steps of 10 (12 bits of centiseconds). */
  readonly interval: Milliseconds
  /** 1-255 addresses of the family, canonical text, in wire order. */
  readonly addresses: readonly string[]
}

/** An advertisement of either version. */
export type Advertisement = AdvertisementV2 | AdvertisementV3

/**
 * What a checksum covers. Version 2: the message alone (`message`). Version 3 over IPv6: with pseudo-header. Version 3 over IPv4: with
 * an IPv4 pseudo-header (`pseudo-header`, RFC 5798 as deployed) or the message alone (`message`, RFC 9568 §5.2.8).
 */
export type ChecksumForm = 'message' | 'pseudo-header'
