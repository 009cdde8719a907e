/**
 * What a clock needs to be woken, and the alarm that is made of node's own timers.
 *
 * setTimeout counts whole milliseconds and fires about 1.2 ms late, or early by the fraction that it cuts off. So
 * {@link SpinAlarm} lets it fire ahead of time and turns the event loop for the rest. That costs at most 2 ms of one
 * core per alarm that really comes; an alarm that is put off before (a master-down timer) costs none.
 */
import type { Milliseconds } from '../time/units.ts'

/** Wakes at one absolute instant of CLOCK_MONOTONIC. */
export interface Alarm {
  /** Called at the instant that was set, or up to a few microseconds before it. */
  onAlarm: () => void
  /** Called once before that, if there is time to wait out. It may set the alarm anew: then nothing is waited out. */
  onEarly?: () => void
  /**
   * Replaces the instant; undefined for none. Keeps the process alive while one is set.
   * @param relaxed - a wake-up that may be a little late: nothing is spent on precision. Default false.
   */
  set(instant: Milliseconds | undefined, relaxed?: boolean): void
  /** Gives back what it holds. Nothing is called afterwards. */
  close(): void
}

/** How long before the instant the coarse timer ends. Covers the lateness of setTimeout on a busy machine. */
const MARGIN = 2
/** The longest that setTimeout takes, less the margin; further alarms are reached in steps. */
const LONGEST = 0x7fffffff

/** An alarm of setTimeout and setImmediate. Needs nothing native; late by 5 us typically. */
export class SpinAlarm implements Alarm {
  onAlarm: () => void = () => {}
  readonly #now: () => Milliseconds
  #instant: Milliseconds | undefined
  #timeout: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined

  /** @param now the clock that `set` counts in */
  constructor(now: () => Milliseconds) {
    this.#now = now
  }

  set(instant: Milliseconds | undefined): void {
    this.#clear()
    this.#instant = instant
    if (instant !== undefined) this.#wait(instant)
  }

  close(): void {
    this.set(undefined)
  }

  #clear(): void {
    clearTimeout(this.#timeout)
    clearImmediate(this.#immediate)
    this.#timeout = undefined
    this.#immediate = undefined
  }

  #wait(instant: Milliseconds): void {
    const rest = instant - this.#now()
    if (rest > MARGIN + 1) {
      this.#timeout = setTimeout(() => this.#wait(instant), Math.min(Math.floor(rest - MARGIN), LONGEST))
    } else {
      this.#immediate = setImmediate(() => this.#turn(instant))
    }
  }

  #turn(instant: Milliseconds): void {
    if (this.#now() < instant) {
      this.#immediate = setImmediate(() => this.#turn(instant))
      return
    }
    if (this.#instant === instant) this.#instant = undefined
    this.onAlarm()
  }
}
