/**
 * How many refused adverts are told one by one. All are counted; a flood of them must not become a flood of events.
 */
import type { Milliseconds } from '../time/index.ts'

/** Events a second; a router that is configured wrongly sends fewer, at 10 ms too. */
const RATE = 100

/** Lets 100 through at once and 100 a second. */
export class RefusalGate {
  #tokens = RATE
  #filledAt: number | undefined
  #untold = 0

  /** Whether the one that was just refused may be told. */
  admit(now: Milliseconds): boolean {
    const passed = now - (this.#filledAt ?? now)
    this.#filledAt = now
    this.#tokens = Math.min(RATE, this.#tokens + (passed * RATE) / 1000)
    if (this.#tokens < 1) {
      this.#untold++
      return false
    }
    this.#tokens--
    return true
  }

  /** How many were not told since this was last asked. */
  takeUntold(): number {
    const untold = this.#untold
    this.#untold = 0
    return untold
  }
}
