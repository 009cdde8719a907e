/**
 * Signs messages with the authentication trailer: draft-cassen-vrrp-auth-hmac, keepalived 2.4's auth_hmac.
 */
import { readU16, writeU16 } from '../net/big-endian.ts'
import { foldSum, sumWords } from '../net/checksum.ts'
import { requireIp } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import { computeHmac, HMAC_LENGTH, type HmacConfiguration, requireHmac } from './hmac.ts'
import { isAfter, secondsBetween, secondsOf, sequenceOfClock } from './hmac-sequence.ts'
import { CHECKSUM, TRAILER } from './layout.ts'
import { writeTrailer } from './trailer.ts'

/** The sending side of one virtual router. */
export class HmacSender {
  readonly #configuration: HmacConfiguration
  readonly #secret: Uint8Array
  #last: bigint | undefined

  /** @throws TypeError, RangeError naming the option. */
  constructor(configuration: HmacConfiguration) {
    const secrets = requireHmac(configuration)
    this.#configuration = configuration
    this.#secret = secrets.get(configuration.activeKey) as Uint8Array
  }

  /**
   * The message with a trailer behind it; in `receive-only` mode the message itself. Over IPv6 the checksum, which covers
   * the trailer there, is brought up to date.
   * @param message - as `encode` made it
   * @param source - address that it will be sent from
   * @param wallTime - the clock, Unix time
   * @throws RangeError naming `source`
   */
  sign(message: Uint8Array, source: string, wallTime: Milliseconds): Uint8Array {
    if (this.#configuration.mode === 'receive-only') return message
    const address = requireIp(source, 'source')
    const sequence = this.#next(wallTime)
    const bytes = new Uint8Array(message.length + TRAILER.span)
    bytes.set(message)
    writeTrailer(bytes, message.length, {
      keyId: this.#configuration.activeKey,
      seconds: secondsOf(sequence),
      subsecond: Number((sequence >> 16n) & 0xffffn),
      counter: Number(sequence & 0xffffn),
    })
    bytes.set(computeHmac(this.#secret, bytes, 0, bytes.length, address), bytes.length - HMAC_LENGTH)
    if (address.length === 16) {
      // More bytes under the checksum, and a greater length in the pseudo-header.
      const sum = (~readU16(bytes, CHECKSUM) & 0xffff) + TRAILER.span
      writeU16(bytes, CHECKSUM, ~foldSum(sumWords(bytes, message.length, TRAILER.span, sum)))
    }
    return bytes
  }

  #next(wallTime: Milliseconds): bigint {
    const { antiReplay, timeWindow } = this.#configuration
    const clock = sequenceOfClock(wallTime)
    const last = this.#last
    if (last === undefined || isAfter(clock, last)) this.#last = clock
    else {
      // A clock that was set back: going on from a future time would be refused as stale by everybody.
      const ahead = secondsBetween(secondsOf(last), secondsOf(clock))
      const restart = antiReplay === 'time' && ahead * 1000 > timeWindow
      this.#last = restart ? clock : BigInt.asUintN(64, last + 1n)
    }
    return this.#last
  }
}
