/**
 * Verifies the authentication trailer: draft-cassen-vrrp-auth-hmac, keepalived 2.4's auth_hmac.
 */
import { requireIp } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import { equalBytes } from './auth.ts'
import { computeHmac, HMAC_LENGTH, type HmacConfiguration, requireHmac } from './hmac.ts'
import { isAfter, secondsBetween, secondsOf, sequenceOf } from './hmac-sequence.ts'
import { TRAILER } from './layout.ts'
import { isTrailer, readTrailer } from './trailer.ts'
import type { AdvertisementView } from './view.ts'

/** Senders that are remembered where anybody may send. */
export const MULTICAST_SENDERS = 4

/** Why a trailer was refused. */
export type HmacError =
  | 'hmac-missing'
  | 'hmac-malformed'
  | 'hmac-unknown-key'
  | 'hmac-invalid'
  | 'hmac-stale'
  | 'hmac-replay'

/** The receiving side of one virtual router. */
export class HmacReceiver {
  readonly #configuration: HmacConfiguration
  readonly #secrets: ReadonlyMap<number, Uint8Array>
  readonly #capacity: number
  /** Last accepted sequence by sender, least recently heard first. */
  readonly #heard: Map<string, bigint>
  #skew = 0

  /**
   * @param capacity - senders to remember: `MULTICAST_SENDERS`, or the number of unicast peers
   * @param former - receiver of the same virtual router: what it heard is not heard again, whatever its keys were
   * @throws TypeError, RangeError naming the option.
   */
  constructor(configuration: HmacConfiguration, capacity: number = MULTICAST_SENDERS, former?: HmacReceiver) {
    this.#secrets = requireHmac(configuration)
    this.#configuration = configuration
    this.#capacity = capacity
    this.#heard = new Map([...(former === undefined ? [] : former.#heard)].slice(-capacity))
  }

  /** Whether a message without a trailer is accepted, though one is sent: keepalived's mode `permissive`. */
  get isPermissive(): boolean {
    return this.#configuration.mode === 'permissive'
  }

  /** Whether the clocks of the last trailer and of this machine differ by more than half the window; always false in monotonic mode. */
  get isSkewed(): boolean {
    return Math.abs(this.#skew) * 2000 > this.#configuration.timeWindow
  }

  /**
   * Checks the trailer in keepalived's order; undefined when all is well.
   * @param view - a message whose header is whole; a trailer is there when it is 28 bytes longer than its header says
   * @param source - the sender's address
   * @param wallTime - the clock, Unix time
   */
  verify(view: AdvertisementView, source: string, wallTime: Milliseconds): HmacError | undefined {
    this.#skew = 0
    const { antiReplay, mode, timeWindow } = this.#configuration
    const { bytes, offset } = view
    const at = offset + view.messageLength
    const end = offset + view.length
    if (end !== at + TRAILER.span) return mode === 'enforce' ? 'hmac-missing' : undefined
    if (!isTrailer(bytes, at)) return 'hmac-malformed'
    const trailer = readTrailer(bytes, at)
    const now = Math.floor(wallTime / 1000)
    const isOutside = (seconds: number) => Math.abs(secondsBetween(now, seconds)) * 1000 > timeWindow
    if (antiReplay === 'time') {
      if (isOutside(trailer.seconds)) return 'hmac-stale'
      this.#skew = secondsBetween(now, trailer.seconds)
    }
    const secret = this.#secrets.get(trailer.keyId)
    if (secret === undefined) return 'hmac-unknown-key'
    const hmac = computeHmac(secret, bytes, offset, end, requireIp(source, 'source'))
    if (!equalBytes(hmac, 0, bytes, end - HMAC_LENGTH, HMAC_LENGTH)) return 'hmac-invalid'
    const sequence = sequenceOf(trailer)
    const last = this.#heard.get(source)
    const forgotten = last === undefined || (antiReplay === 'time' && isOutside(secondsOf(last)))
    if (!forgotten && !isAfter(sequence, last)) return 'hmac-replay'
    this.#remember(source, sequence)
    return undefined
  }

  #remember(source: string, sequence: bigint): void {
    this.#heard.delete(source)
    this.#heard.set(source, sequence)
    if (this.#heard.size <= this.#capacity) return
    for (const oldest of this.#heard.keys()) {
      this.#heard.delete(oldest)
      return
    }
  }
}
