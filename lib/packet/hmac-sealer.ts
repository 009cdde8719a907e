/**
 * Seals adverts with the authentication trailer, in place: draft-cassen-vrrp-auth-hmac, keepalived 2.4's auth_hmac.
 */
import { requireIp } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import { coverTrailer, type HmacSender, TRAILER_LENGTH } from './hmac-sender.ts'
import type { Sealer } from './sealer.ts'

/** A {@link Sealer} that puts a trailer behind. The destination is not covered: the copies carry one trailer, made once. */
export class HmacSealer implements Sealer {
  readonly #sender: HmacSender
  readonly #source: Uint8Array
  #sequence = 0n
  #bytes: Uint8Array = new Uint8Array(0)
  #signed = false

  /**
   * @param source - address that the adverts leave from
   * @throws RangeError naming `source`
   */
  constructor(sender: HmacSender, source: string) {
    this.#sender = sender
    this.#source = requireIp(source, 'source')
  }

  advance(wallTime: Milliseconds): void {
    this.#sequence = this.#sender.advance(wallTime)
    this.#signed = false
  }

  seal(message: Uint8Array): Uint8Array {
    const length = message.length + TRAILER_LENGTH
    if (this.#bytes.length !== length) {
      this.#bytes = new Uint8Array(length)
      this.#signed = false
    }
    this.#bytes.set(message)
    if (!this.#signed) this.#sender.signInPlace(this.#bytes, this.#source, this.#sequence)
    else if (this.#source.length === 16) coverTrailer(this.#bytes, message.length)
    this.#signed = true
    return this.#bytes
  }
}
