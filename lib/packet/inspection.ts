/**
 * What a tool wants to know of a packet: everything that could be read, and a list of all that is wrong with it.
 */
import type { VrrpErrorCode } from '../errors.ts'
import type { ChecksumForm } from './advertisement.ts'
import type { HmacError } from './hmac-receiver.ts'
import type { Trailer } from './trailer.ts'

/** One thing that is wrong with a packet. */
export interface Problem {
  /** `clock-skew`: of an authentication trailer that is still inside the window; no counter stands for it. */
  readonly code: VrrpErrorCode | ReceiveError | 'clock-skew'
  /** Bytes from the start of the VRRP message (negative: in a header before it). */
  readonly offset: number
  readonly message: string
}

/**
 * Why a receiver refused an advertisement. Names of RFC 8347 where it has one (`…-error`), of RFC 2787 for authentication.
 * Each is one counter.
 */
export type ReceiveError =
  | 'ip-ttl-error'
  | 'version-error'
  | 'checksum-error'
  | 'vrid-error'
  | 'packet-length-error'
  | 'invalid-type-error'
  | 'interval-error'
  | 'address-list-error'
  | 'auth-type-invalid'
  | 'auth-type-mismatch'
  | 'auth-failure'
  | 'auth-replay'
  | 'source-error'
  | HmacError

/** All that could be read of a VRRP message. A field is missing when the bytes end before it. */
export interface Inspection {
  readonly version?: number
  readonly type?: number
  readonly vrid?: number
  readonly priority?: number
  /** Number of addresses that the message claims. */
  readonly addressCount?: number
  /** Raw authentication type octet (version 2). */
  readonly authType?: number
  /** 8 bytes of authentication data (version 2), when they are there. */
  readonly authData?: Uint8Array
  /** The advertisement interval in milliseconds, from the unit of the version. */
  readonly intervalMs?: number
  /** The addresses that are really there, at most `addressCount`. */
  readonly addresses: readonly string[]
  readonly checksum?: {
    readonly value: number
    /** The form that fits, or undefined when none does. */
    readonly form: ChecksumForm | undefined
    readonly ok: boolean
  }
  /** The IP authentication header in front of the message (IP protocol 51); its check value is not verified. */
  readonly ah?: { readonly spi: number; readonly sequence: number }
  /** The authentication trailer behind the message (keepalived's auth_hmac); not verified. */
  readonly trailer?: Trailer
  /** Bytes of the VRRP message, without AH and trailer. */
  readonly length: number
  readonly problems: readonly Problem[]
}
