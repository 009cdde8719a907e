/**
 * The one timer of an instance, set to the earliest of its deadlines.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'

const PUNCTUAL = milliseconds(0)
/** How late an advert of an active router may leave, so that those of its neighbours can leave with it. */
export const ADVERT_SLACK = milliseconds(0.5)

/** One wake-up that can be moved. */
export class Alarm {
  readonly #clock: Clock
  readonly #wake: () => void
  readonly #prepare: (() => void) | undefined
  #at: Milliseconds | undefined
  #slack = PUNCTUAL
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
  set(at: Milliseconds | undefined, slack = PUNCTUAL): void {
    if (at === this.#at && slack === this.#slack) return
    this.#at = at
    this.#slack = slack
    if (at === undefined) this.#timer?.cancel()
    else if (this.#timer?.move !== undefined) this.#timer.move(at, slack)
    else {
      this.#timer?.cancel()
      this.#timer = this.#clock.wakeAt(at, this.#wake, { slack, ...(this.#prepare && { prepare: this.#prepare }) })
    }
  }
}

/** The earlier of two instants that may not exist. */
export function earlier(a: Milliseconds | undefined, b: Milliseconds | undefined): Milliseconds | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
