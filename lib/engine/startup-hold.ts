/**
 * The time after the start in which no instance begins: links of bonds and switches come up, go and come again. keepalived's
 * vrrp_startup_delay.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'

/** Holds once, from the first configuration on. */
export class StartupHold {
  readonly #clock: Clock
  #state: 'before' | 'holding' | 'over' = 'before'
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether instances have to wait. */
  get holds(): boolean {
    return this.#state === 'holding'
  }

  /**
   * The first call begins the wait, or decides that there is none; all others do nothing.
   * @param delay - 0: none
   * @param release - called at its end
   */
  begin(delay: Milliseconds, release: () => void): void {
    if (this.#state !== 'before') return
    this.#state = delay > 0 ? 'holding' : 'over'
    if (this.#state === 'over') return
    this.#timer = this.#clock.wakeAt(milliseconds(this.#clock.now() + delay), () => {
      this.#state = 'over'
      release()
    })
  }

  /** Ends it without a release. */
  cancel(): void {
    this.#timer?.cancel()
    this.#state = 'over'
  }
}
