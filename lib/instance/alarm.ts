/**
 * The one timer of an instance, set to the earliest of its deadlines.
 */
import type { Clock, Milliseconds, Timer } from '../time/index.ts'

/** One wake-up that can be moved. */
export class Alarm {
  readonly #clock: Clock
  readonly #wake: () => void
  readonly #prepare: (() => void) | undefined
  #at: Milliseconds | undefined
  #timer: Timer | undefined

  /** @param prepare - called shortly before, by a clock that has the time */
  constructor(clock: Clock, wake: () => void, prepare?: () => void) {
    this.#clock = clock
    this.#prepare = prepare
    this.#wake = () => {
      this.#at = undefined
      wake()
    }
  }

  /** Moves the wake-up to `at`, or away. */
  set(at: Milliseconds | undefined): void {
    if (at === this.#at) return
    this.#timer?.cancel()
    this.#at = at
    this.#timer = at === undefined ? undefined : this.#clock.wakeAt(at, this.#wake, this.#prepare)
  }
}

/** The earlier of two instants that may not exist. */
export function earlier(a: Milliseconds | undefined, b: Milliseconds | undefined): Milliseconds | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
