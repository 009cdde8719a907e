/**
 * The one timer of an instance, set to the earliest of its deadlines.
 */
import type { Clock, Milliseconds, Timer } from '../time/index.ts'

/** One wake-up that can be moved. */
export class Alarm {
  readonly #clock: Clock
  readonly #wake: () => void
  #at: Milliseconds | undefined
  #timer: Timer | undefined

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock
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
    this.#timer = at === undefined ? undefined : this.#clock.wakeAt(at, this.#wake)
  }
}
