/**
 * What the monitor tells, as plain data.
 */
import type { WeightAdvice } from './weight.ts'

/** Why a look failed, for counting. */
export type FailureKind =
  /** Nothing came in time. */
  | 'timeout'
  /** A port is closed. */
  | 'refused'
  /** No way there: route, neighbour, interface, address. */
  | 'unreachable'
  /** The connection ended before the answer did. */
  | 'closed'
  /** TLS could not be agreed on, or ended wrongly. */
  | 'tls'
  /** An answer that is none: not of its protocol, or larger than is sensible. */
  | 'malformed'
  /** A status code (HTTP, SMTP, DNS, exit) that is not success. */
  | 'status'
  /** The body is another one. */
  | 'digest'
  /** The body does not match, or does what it must not. */
  | 'pattern'
  /** The datagram that came back is another one. */
  | 'reply'
  /** A tracked file says so. */
  | 'file'
  /** It could not be tried: no right, no program, no descriptors. It does not count against the server. */
  | 'local'

/** Why a look failed. */
export interface Failure {
  readonly kind: FailureKind
  /** With what was looked at: `HTTP status 503 from [10.0.0.1]:80 url /`. Holds nothing secret. */
  readonly text: string
}

/** What happened to a check. */
export type HealthEvent =
  | { readonly type: 'up'; readonly id: string }
  | {
      readonly type: 'down'
      readonly id: string
      readonly failure: Failure
      /** Failures that were forgiven before. */
      readonly retries: number
    }
  /** A failed look that is forgiven. Told only with `logAllFailures`. */
  | { readonly type: 'failure'; readonly id: string; readonly failure: Failure; readonly retries: number }
  /** It cannot be tried here, for a reason that is new; the verdict stays. Its kind is `local`. */
  | { readonly type: 'untried'; readonly id: string; readonly failure: Failure }
  /** It says something else of the weight than before; undefined: nothing any more. */
  | { readonly type: 'weight'; readonly id: string; readonly advice: WeightAdvice | undefined }

/** Hears what happens to checks. */
export type HealthListener = (event: HealthEvent) => void
