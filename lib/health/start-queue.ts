/**
 * How many looks are under way at once, and how many begin in one turn of the event loop. Those that have to wait begin
 * in the order in which they were due, so that no check falls behind the others; but looks at servers that are down, each
 * of which may take its whole time-out, do not hold up those at servers that are up.
 */
import type { Clock } from '../time/index.ts'

/** Looks that begin before others get their turn: about a millisecond of work. */
const STARTS_PER_TURN = 16

/** Of so many looks one is at a server that is down, when both kinds wait. */
const DOWN_SHARE = 4

/** Begins something; calls `over` once when it has ended. */
export type Start = (over: () => void) => void

/** A queue of looks. */
export class StartQueue {
  readonly #clock: Clock
  readonly #limit: number
  readonly #up = new Set<Start>()
  readonly #down = new Set<Start>()
  #begun = 0
  #running = 0
  #scheduled = false

  /** @param limit looks at once, at least 1 */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  /** How many are under way. */
  get running(): number {
    return this.#running
  }

  /** How many wait. */
  get waiting(): number {
    return this.#up.size + this.#down.size
  }

  /** Begins it when its turn comes; at once if nothing is in the way. @param verdict on the server so far */
  add(start: Start, verdict: 'up' | 'down'): void {
    const waiting = verdict === 'up' ? this.#up : this.#down
    waiting.add(start)
    if (!this.#scheduled) this.#pump()
  }

  /** Takes back what has not begun. */
  remove(start: Start): void {
    this.#up.delete(start)
    this.#down.delete(start)
  }

  #pump(): void {
    this.#scheduled = true
    let begun = 0
    while (this.#running < this.#limit && begun < STARTS_PER_TURN) {
      const start = this.#next()
      if (start === undefined) break
      begun++
      this.#begin(start)
    }
    // The next few have their turn when everybody else had; `scheduled` stays until then, or the limit would be for nothing.
    if (begun > 0) this.#clock.wakeAt(this.#clock.now(), () => this.#pump())
    else this.#scheduled = false
  }

  #next(): Start | undefined {
    const first = this.#begun++ % DOWN_SHARE === 0 ? this.#down : this.#up
    for (const start of first) return start
    for (const start of first === this.#up ? this.#down : this.#up) return start
    return undefined
  }

  #begin(start: Start): void {
    this.remove(start)
    this.#running++
    let over = false
    start(() => {
      if (over) return
      over = true
      this.#running--
      if (!this.#scheduled && this.waiting > 0) this.#pump()
    })
  }
}
