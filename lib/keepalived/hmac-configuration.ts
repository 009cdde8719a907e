/**
 * What auth_hmac comes to: the authentication trailer of keepalived 2.4, draft-cassen-vrrp-auth-hmac.
 */
import type { Milliseconds } from '../time/units.ts'

/** A key of auth_hmac. */
export interface HmacKeyConfiguration {
  /** 0-255 */
  readonly id: number
  /** 32-64 bytes. */
  readonly secret: Uint8Array
}

/** auth_hmac. */
export interface HmacTrailerConfiguration {
  /** All keys that are understood, the ids unique. */
  readonly keys: readonly HmacKeyConfiguration[]
  /** Id of the key that signs. */
  readonly activeKey: number
  /** How far clocks may differ, 1000-300000 ms. */
  readonly timeWindow: Milliseconds
  readonly antiReplay: 'time' | 'monotonic'
  readonly mode: 'enforce' | 'permissive' | 'receive-only'
}
