/**
 * How many looks are under way at once, and how many begin in one turn of the event loop. Those that have to wait begin
 * in the order in which they were due, so that no check falls behind the others.
 */
import type { Clock } from '../time/index.ts'

/** Looks that begin before others get their turn: about a millisecond of work. */
const STARTS_PER_TURN = 16

/** Begins something; calls `over` once when it has ended. */
export type Start = (over: () => void) => void

/** A queue of looks. */
export class StartQueue {
  readonly #clock: Clock
  readonly #limit: number
  readonly #waiting = new Set<Start>()
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
    return this.#waiting.size
  }

  /** Begins it when its turn comes; at once if nothing is in the way. */
  add(start: Start): void {
    this.#waiting.add(start)
    if (!this.#scheduled) this.#pump()
  }

  /** Takes back what has not begun. */
  remove(start: Start): void {
    this.#waiting.delete(start)
  }

  #pump(): void {
    this.#scheduled = true
    let begun = 0
    for (const start of this.#waiting) {
      if (this.#running >= this.#limit) break
      if (begun === STARTS_PER_TURN) break
      begun++
      this.#begin(start)
    }
    // The next few have their turn when everybody else had; `scheduled` stays until then, or the limit would be for nothing.
    if (begun > 0) this.#clock.wakeAt(this.#clock.now(), () => this.#pump())
    else this.#scheduled = false
  }

  #begin(start: Start): void {
    this.#waiting.delete(start)
    this.#running++
    let over = false
    start(() => {
      if (over) return
      over = true
      this.#running--
      if (!this.#scheduled && this.#waiting.size > 0) this.#pump()
    })
  }
}
