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

/** Bytes of the trailer. */
export const TRAILER_LENGTH = TRAILER.span

/** The sending side of one virtual router. */
export class HmacSender {
  readonly #configuration: HmacConfiguration
  readonly #secret: Uint8Array
  #last: bigint | undefined

  /**
   * @param former - sender of the same virtual router whose sequence goes on, whatever its keys were
   * @throws TypeError, RangeError naming the option.
   */
  constructor(configuration: HmacConfiguration, former?: HmacSender) {
    const secrets = requireHmac(configuration)
    this.#configuration = configuration
    this.#secret = secrets.get(configuration.activeKey) as Uint8Array
    this.#last = former === undefined ? undefined : former.#last
  }

  /**
   * The message with a trailer behind it; in `receive-only` mode the message itself. Over IPv6 the checksum, which covers
   * the trailer there, is brought up to date. Routers that send again and again use an {@link HmacSealer}.
   * @param message - as `encode` made it
   * @param source - address that it will be sent from
   * @param wallTime - the clock, Unix time
   * @throws RangeError naming `source`
   */
  sign(message: Uint8Array, source: string, wallTime: Milliseconds): Uint8Array {
    if (this.#configuration.mode === 'receive-only') return message
    const address = requireIp(source, 'source')
    const bytes = new Uint8Array(message.length + TRAILER.span)
    bytes.set(message)
    this.signInPlace(bytes, address, this.advance(wallTime))
    return bytes
  }

  /**
   * Writes the trailer into the room behind a message.
   * @param bytes - the message, and {@link TRAILER_LENGTH} bytes of room
   * @param source - 4 or 16 bytes of the address that it will be sent from
   * @param sequence - from {@link HmacSender.advance}
   */
  signInPlace(bytes: Uint8Array, source: Uint8Array, sequence: bigint): void {
    const end = bytes.length - TRAILER.span
    writeTrailer(bytes, end, {
      keyId: this.#configuration.activeKey,
      seconds: secondsOf(sequence),
      subsecond: Number((sequence >> 16n) & 0xffffn),
      counter: Number(sequence & 0xffffn),
    })
    const hmac = computeHmac(this.#secret, bytes, 0, bytes.length, source)
    for (let i = 0, at = bytes.length - HMAC_LENGTH; i < HMAC_LENGTH; i++, at++) bytes[at] = hmac[i] as number
    if (source.length === 16) coverTrailer(bytes, end)
  }

  /** The last sequence that was sent; undefined before the first. */
  get last(): bigint | undefined {
    return this.#last
  }

  /** Goes on from a sequence of an earlier run, if it is ahead. */
  resume(sequence: bigint): void {
    if (this.#last === undefined || isAfter(sequence, this.#last)) this.#last = sequence
  }

  /** The next sequence: the clock where it is ahead of the last one, else one more. @param wallTime - Unix time */
  advance(wallTime: Milliseconds): bigint {
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

/**
 * Brings the checksum of a message over IPv6 up to date, where it covers the trailer, too: more bytes, and a greater length
 * in the pseudo-header.
 */
export function coverTrailer(bytes: Uint8Array, end: number): void {
  const sum = (~readU16(bytes, CHECKSUM) & 0xffff) + TRAILER.span
  writeU16(bytes, CHECKSUM, ~foldSum(sumWords(bytes, end, TRAILER.span, sum)))
}
