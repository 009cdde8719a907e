/**
 * Verifies the authentication trailer: draft-cassen-vrrp-auth-hmac, keepalived 2.4's auth_hmac.
 */
import { requireIp } from '../net/ip.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { equalBytes } from './auth.ts'
import { computeHmac, HMAC_LENGTH, type HmacConfiguration, requireHmac } from './hmac.ts'
import { isAfter, secondsBetween, secondsOf, sequenceAfter, sequenceOf } from './hmac-sequence.ts'
import { TRAILER } from './layout.ts'
import type { HeardNumber, ReplayMemory } from './replay-memory.ts'
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

/** A sender as it is remembered. */
interface Heard {
  number: bigint
  at: Milliseconds
}

/** The receiving side of one virtual router. */
export class HmacReceiver {
  readonly #configuration: HmacConfiguration
  readonly #secrets: ReadonlyMap<number, Uint8Array>
  readonly #capacity: number
  /** Last accepted sequence by sender, least recently heard first. */
  readonly #heard = new Map<string, Heard>()
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
    if (former !== undefined) this.remember(former)
  }

  /** Whether a message without a trailer is accepted, though one is sent: keepalived's mode `permissive`. */
  get isPermissive(): boolean {
    return this.#configuration.mode === 'permissive'
  }

  /** Whether the clocks of the last trailer and of this machine differ by more than half the window; always false in monotonic mode. */
  get isSkewed(): boolean {
    return Math.abs(this.#skew) * 2000 > this.#configuration.timeWindow
  }

  /** What it must not accept again, least recently heard first. */
  get heard(): readonly HeardNumber[] {
    return [...this.#heard].map(([sender, { number, at }]) => ({ sender, number, at }))
  }

  /** Does not accept these again, nor what is older. What was heard meanwhile stays. */
  remember({ heard, until }: Pick<ReplayMemory, 'heard' | 'until'>): void {
    const { antiReplay, timeWindow } = this.#configuration
    for (const { sender, number, at = milliseconds(0) } of heard) {
      const passed = until === undefined || antiReplay === 'monotonic' ? 0 : until - at
      // Beyond the window the number itself is forgotten soon enough.
      const last = passed > 0 && passed <= timeWindow ? sequenceAfter(number, milliseconds(passed)) : number
      const known = this.#heard.get(sender)
      if (known === undefined || isAfter(last, known.number)) this.#note(sender, known, last, at)
    }
  }

  /**
   * Checks the trailer in keepalived's order; undefined when all is well.
   * @param view - a message whose header is whole; a trailer is there when it is 28 bytes longer than its header says
   * @param source - the sender's address
   * @param wallTime - the clock, Unix time
   * @param sent - where the sender's address is our own: the last sequence that we sent. What we sent is no news to us
   */
  verify(view: AdvertisementView, source: string, wallTime: Milliseconds, sent?: bigint): HmacError | undefined {
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
    if (sent !== undefined && !isAfter(sequence, sent)) return 'hmac-replay'
    const known = this.#heard.get(source)
    const forgotten = known === undefined || (antiReplay === 'time' && isOutside(secondsOf(known.number)))
    if (!forgotten && !isAfter(sequence, known.number)) return 'hmac-replay'
    this.#note(source, known, sequence, wallTime)
    return undefined
  }

  #note(sender: string, known: Heard | undefined, number: bigint, at: Milliseconds): void {
    const heard = known ?? { number, at }
    heard.number = number
    heard.at = at
    this.#heard.delete(sender)
    this.#heard.set(sender, heard)
    if (this.#heard.size <= this.#capacity) return
    for (const oldest of this.#heard.keys()) {
      this.#heard.delete(oldest)
      return
    }
  }
}
