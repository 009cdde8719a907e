/**
 * Names of the counters behind each reason to refuse an advertisement. RFC 8347 §4, RFC 6527 §3, RFC 2787 §3.
 */
import type { ReceiveError } from './inspection.ts'

/** One counter and what the standards call it. */
export interface ReceiveErrorNames {
  /** Leaf name: RFC 8347's where it has one, our own in its style elsewhere. */
  readonly counter: string
  /** Leaf of RFC 8347's statistics, if it has one. */
  readonly rfc8347?: string
  /** Object of RFC 6527 (VRRPV3-MIB), if it has one. */
  readonly rfc6527?: string
  /** Object of RFC 2787 (VRRP-MIB, version 2), if it has one. */
  readonly rfc2787?: string
  /** Whether RFC 8347 counts it for the whole router, before a virtual router is known, or for each virtual router. */
  readonly scope: 'router' | 'virtual-router'
}

const own = (counter: string): ReceiveErrorNames => ({ counter, scope: 'virtual-router' })

/** Every {@link ReceiveError} with its counter. */
export const RECEIVE_ERRORS: Readonly<Record<ReceiveError, ReceiveErrorNames>> = {
  'ip-ttl-error': {
    counter: 'ip-ttl-errors',
    rfc8347: 'ip-ttl-errors',
    rfc6527: 'vrrpv3StatisticsIpTtlErrors',
    rfc2787: 'vrrpStatsIpTtlErrors',
    scope: 'router',
  },
  'version-error': {
    counter: 'version-errors',
    rfc8347: 'version-errors',
    rfc6527: 'vrrpv3RouterVersionErrors',
    rfc2787: 'vrrpRouterVersionErrors',
    scope: 'router',
  },
  'checksum-error': {
    counter: 'checksum-errors',
    rfc8347: 'checksum-errors',
    rfc6527: 'vrrpv3RouterChecksumErrors',
    rfc2787: 'vrrpRouterChecksumErrors',
    scope: 'router',
  },
  'vrid-error': {
    counter: 'vrid-errors',
    rfc8347: 'vrid-errors',
    rfc6527: 'vrrpv3RouterVrIdErrors',
    rfc2787: 'vrrpRouterVrIdErrors',
    scope: 'router',
  },
  'packet-length-error': {
    counter: 'packet-length-errors',
    rfc8347: 'packet-length-errors',
    rfc6527: 'vrrpv3StatisticsPacketLengthErrors',
    rfc2787: 'vrrpStatsPacketLengthErrors',
    scope: 'virtual-router',
  },
  'invalid-type-error': {
    counter: 'invalid-type-pkts-rcvd',
    rfc8347: 'invalid-type-pkts-rcvd',
    rfc6527: 'vrrpv3StatisticsRcvdInvalidTypePackets',
    rfc2787: 'vrrpStatsInvalidTypePktsRcvd',
    scope: 'virtual-router',
  },
  'interval-error': {
    counter: 'interval-errors',
    rfc8347: 'interval-errors',
    rfc6527: 'vrrpv3StatisticsAdvIntervalErrors',
    rfc2787: 'vrrpStatsAdvertiseIntervalErrors',
    scope: 'virtual-router',
  },
  'address-list-error': {
    counter: 'address-list-errors',
    rfc8347: 'address-list-errors',
    rfc6527: 'vrrpv3StatisticsAddressListErrors',
    rfc2787: 'vrrpStatsAddressListErrors',
    scope: 'virtual-router',
  },
  'auth-type-invalid': { ...own('invalid-auth-type-errors'), rfc2787: 'vrrpStatsInvalidAuthType' },
  'auth-type-mismatch': { ...own('auth-type-mismatch-errors'), rfc2787: 'vrrpStatsAuthTypeMismatch' },
  'auth-failure': { ...own('auth-failure-errors'), rfc2787: 'vrrpStatsAuthFailures' },
  // The MIB of version 2 knows no replay: there it is one more failed authentication.
  'auth-replay': { ...own('auth-replay-errors'), rfc2787: 'vrrpStatsAuthFailures' },
  'hmac-missing': own('hmac-missing-errors'),
  'hmac-malformed': own('hmac-malformed-errors'),
  'hmac-unknown-key': own('hmac-unknown-key-errors'),
  'hmac-invalid': own('hmac-invalid-errors'),
  'hmac-stale': own('hmac-stale-errors'),
  'hmac-replay': own('hmac-replay-errors'),
  'source-error': own('source-errors'),
}
