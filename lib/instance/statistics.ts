/**
 * The counters of one virtual router, named by the leaves of RFC 8347; those that it does not have are named by the
 * columns of RFC 2787 and RFC 6527 in the same spelling.
 */
import type { ReceiveError } from '../packet/index.ts'

/** RFC 8347 `statistics` of a virtual router, and what other standards count beside it. */
export interface InstanceStatistics {
  /** Times it became active. */
  'master-transitions': number
  'advertisement-rcvd': number
  'advertisement-sent': number
  'interval-errors': number
  'priority-zero-pkts-rcvd': number
  'priority-zero-pkts-sent': number
  'invalid-type-pkts-rcvd': number
  'address-list-errors': number
  'packet-length-errors': number
  /** RFC 8347 counts the next four for the whole node; here they are per router, the engine adds them up. */
  'checksum-errors': number
  'version-errors': number
  'vrid-errors': number
  'ip-ttl-errors': number
  /** RFC 2787 vrrpStatsAuthFailures. */
  'auth-failures': number
  /** RFC 2787 vrrpStatsInvalidAuthType. */
  'invalid-auth-type': number
  /** RFC 2787 vrrpStatsAuthTypeMismatch. */
  'auth-type-mismatch': number
  /** IP AH or HMAC: an old message came again. */
  'replayed-pkts-rcvd': number
  /** keepalived 2.4 auth_hmac: no trailer. In mode `permissive` such adverts are counted, and accepted. */
  'hmac-missing-errors': number
  'hmac-malformed-errors': number
  'hmac-unknown-key-errors': number
  'hmac-invalid-errors': number
  /** The clock of the sender and ours are further apart than the window, or an old message came again. */
  'hmac-stale-errors': number
  /** Unicast: a sender that is no peer. */
  'source-errors': number
  /** Timers heard more than an advert interval late: this machine was paused or starved. */
  'late-timers': number
}

const COUNTER_OF: Readonly<Record<ReceiveError, keyof InstanceStatistics>> = {
  'ip-ttl-error': 'ip-ttl-errors',
  'version-error': 'version-errors',
  'checksum-error': 'checksum-errors',
  'vrid-error': 'vrid-errors',
  'packet-length-error': 'packet-length-errors',
  'invalid-type-error': 'invalid-type-pkts-rcvd',
  'interval-error': 'interval-errors',
  'address-list-error': 'address-list-errors',
  'auth-type-invalid': 'invalid-auth-type',
  'auth-type-mismatch': 'auth-type-mismatch',
  'auth-failure': 'auth-failures',
  'auth-replay': 'replayed-pkts-rcvd',
  'hmac-missing': 'hmac-missing-errors',
  'hmac-malformed': 'hmac-malformed-errors',
  'hmac-unknown-key': 'hmac-unknown-key-errors',
  'hmac-invalid': 'hmac-invalid-errors',
  'hmac-stale': 'hmac-stale-errors',
  'hmac-replay': 'replayed-pkts-rcvd',
  'source-error': 'source-errors',
}

/** All counters at 0. */
export function newStatistics(): InstanceStatistics {
  return {
    'master-transitions': 0,
    'advertisement-rcvd': 0,
    'advertisement-sent': 0,
    'interval-errors': 0,
    'priority-zero-pkts-rcvd': 0,
    'priority-zero-pkts-sent': 0,
    'invalid-type-pkts-rcvd': 0,
    'address-list-errors': 0,
    'packet-length-errors': 0,
    'checksum-errors': 0,
    'version-errors': 0,
    'vrid-errors': 0,
    'ip-ttl-errors': 0,
    'auth-failures': 0,
    'invalid-auth-type': 0,
    'auth-type-mismatch': 0,
    'replayed-pkts-rcvd': 0,
    'hmac-missing-errors': 0,
    'hmac-malformed-errors': 0,
    'hmac-unknown-key-errors': 0,
    'hmac-invalid-errors': 0,
    'hmac-stale-errors': 0,
    'source-errors': 0,
    'late-timers': 0,
  }
}

/** Counts one reason of {@link ReceiveError}. */
export function countError(statistics: InstanceStatistics, reason: ReceiveError): void {
  statistics[COUNTER_OF[reason]]++
}
