/**
 * How far ahead of its instant a punctual alarm wakes. A core that slept wakes late (0.1 to 0.4 ms, whether it slept for 10 ms
 * or for a second), so the alarm comes a little early and the rest is waited out; part of it serves to prepare what comes.
 * An alarm that rings for nothing is found out before the waiting.
 *
 * Waiting is computing: it is paid from an account that grows with time, so that at most 0.4 % of a core goes into it. Alarms
 * that come in crowds (thousands of health checks) find it empty and are as late as the kernel makes them; a takeover, which
 * comes once in a month, finds it full.
 */
import type { Milliseconds } from '../time/units.ts'

/** The longest lead, in milliseconds: what the account holds at most. */
const LONGEST = 4
/** What the account gains in a millisecond. */
const SHARE = 0.004

/** The account of one alarm. */
export class Lead {
  #balance = LONGEST
  #since = 0

  /**
   * The lead of an alarm that is set now.
   * @param wait - milliseconds until its instant
   * @param relaxed - it may be late: none
   */
  of(wait: number, relaxed: boolean, now: Milliseconds): number {
    if (relaxed) return 0
    this.#balance = Math.min(this.#balance + (now - this.#since) * SHARE, LONGEST)
    this.#since = now
    // The account may be fuller when the instant comes.
    return Math.min(LONGEST, this.#balance + wait * SHARE)
  }

  /** Pays for so many milliseconds that were waited out. */
  pay(time: number): void {
    this.#balance -= time
  }
}
