/**
 * The last step before an advert is sent: what authenticates each single packet and so cannot be encoded beforehand. RFC 2338
 * §5.3.6 (IP authentication header), draft-cassen-vrrp-auth-hmac (trailer).
 */
import type { Milliseconds } from '../time/units.ts'

/** Seals the adverts of one virtual router that leave from one address, in buffers that are used again and again. */
export interface Sealer {
  /** Begins a new advert: it gets its sequence number, which the copies to all destinations share. @param wallTime - Unix time */
  advance(wallTime: Milliseconds): void
  /**
   * A message as it is sent to one destination. The bytes are valid until the next call.
   * @param message - as `encode` makes it; the copies of one advert differ in their checksum at most
   */
  seal(message: Uint8Array, destination: string): Uint8Array
}
