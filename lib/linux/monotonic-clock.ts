/**
 * The clock port over CLOCK_MONOTONIC. All wake-ups share one alarm.
 *
 * The alarm is moved only when an earlier wake-up comes in: a cancelled one lets it ring for nothing, once, which is
 * far cheaper than moving it at every received advert.
 */
import type { Clock, Timer, WakeOptions } from '../time/clock.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { type Alarm, SpinAlarm } from './alarm.ts'
import { type Deadline, DeadlineHeap } from './deadline-heap.ts'

// Taken once: the global one is an accessor, and node:perf_hooks costs a start 2 ms.
const { performance } = globalThis
// performance.now() is CLOCK_MONOTONIC less the start of its thread, and reads in 30 ns; hrtime.bigint() is the whole.
const ORIGIN = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** No deadline is prepared for longer before, nor with less time left, in milliseconds. */
const EARLY = 5
const EARLY_ENOUGH = 2

/** CLOCK_MONOTONIC in milliseconds: the same instant in all threads and processes of the machine. */
export function monotonicNow(): Milliseconds {
  return milliseconds(ORIGIN + performance.now())
}

/** Options of a {@link MonotonicClock}. */
export interface MonotonicClockOptions {
  /**
   * Runs the wake-ups with slack that fall due together: a transport can send what they send in one call. Default: just
   * runs them.
   */
  readonly together?: (work: () => void) => void
}

/** A {@link Clock} on the machine's monotonic time. */
export class MonotonicClock implements Clock {
  readonly #alarm: Alarm
  readonly #together: (work: () => void) => void
  readonly #deadlines = new DeadlineHeap<Wake>()
  /** Being served in this turn: those without slack, and those with. Kept, so that a turn allocates nothing. */
  readonly #punctual: Wake[] = []
  readonly #relaxed: Wake[] = []
  readonly #runRelaxed = () => run(this.#relaxed)
  /** When the alarm is to ring; undefined when it is not set. */
  #armed: number | undefined
  #waking = false

  /** @param alarm what wakes it; {@link SpinAlarm}, which needs nothing native, by default */
  constructor(alarm: Alarm = new SpinAlarm(monotonicNow), { together = work => work() }: MonotonicClockOptions = {}) {
    this.#alarm = alarm
    this.#together = together
    alarm.onAlarm = () => this.#wake()
    alarm.onEarly = () => this.#comeNear()
  }

  now(): Milliseconds {
    return monotonicNow()
  }

  wallTime(): Milliseconds {
    return milliseconds(Date.now())
  }

  wakeAt(deadline: Milliseconds, wake: () => void, options: WakeOptions = {}): Timer {
    const entry = new Wake(wake, options.prepare, this.#place)
    entry.move(deadline, options.slack)
    return entry
  }

  /** Forgets all wake-ups and gives back what the alarm holds. */
  close(): void {
    for (let first = this.#deadlines.first; first !== undefined; first = this.#deadlines.first) {
      this.#deadlines.remove(first)
    }
    this.#armed = undefined
    this.#alarm.close()
  }

  /** Puts a wake-up in its place, or (without a deadline) out of it. */
  readonly #place = (entry: Wake, at: number | undefined, slack: number): void => {
    const removed = this.#deadlines.remove(entry)
    if (at !== undefined) {
      entry.at = at
      entry.latest = at + slack
      this.#deadlines.add(entry)
      if (!this.#waking) this.#arm()
    } else if (removed && this.#deadlines.size === 0 && !this.#waking) {
      // With none left the alarm must go too, or it would keep the process alive.
      this.#arm()
    }
  }

  #arm(): void {
    const first = this.#deadlines.first
    if (first === undefined ? this.#armed === undefined : this.#armed !== undefined && this.#armed <= first.latest)
      return
    this.#armed = first?.latest
    if (first === undefined || !Number.isFinite(first.latest)) this.#alarm.set(undefined)
    else this.#alarm.set(first.latest as Milliseconds, first.latest > first.at)
  }

  #comeNear(): void {
    const first = this.#deadlines.first
    if (first === undefined || this.#armed === undefined) return
    if (first.latest > this.#armed) {
      // The alarm was not moved when the deadline was: there is nothing to wait out.
      this.#armed = undefined
      return this.#arm()
    }
    const rest = first.at - monotonicNow()
    if (rest > EARLY_ENOUGH && rest <= EARLY) first.prepare?.()
  }

  #wake(): void {
    this.#armed = undefined
    this.#waking = true
    // What a wake-up adds for now or the past waits for the next turn, so that packets get their chance between.
    this.#takeDue()
    try {
      run(this.#punctual)
      if (this.#relaxed.length > 0) this.#together(this.#runRelaxed)
    } finally {
      this.#putBack(this.#punctual)
      this.#putBack(this.#relaxed)
      this.#waking = false
      this.#arm()
    }
  }

  #takeDue(): void {
    const now = monotonicNow()
    for (let first = this.#deadlines.first; first !== undefined && first.at <= now; first = this.#deadlines.first) {
      this.#deadlines.remove(first)
      first.due = true
      if (first.latest > first.at) this.#relaxed.push(first)
      else this.#punctual.push(first)
    }
  }

  /** After an error: those that had not their turn yet. */
  #putBack(entries: Wake[]): void {
    for (const entry of entries) {
      if (!entry.due) continue
      entry.due = false
      this.#deadlines.add(entry)
    }
    entries.length = 0
  }
}

/** Wakes those that were not cancelled or moved meanwhile. */
function run(entries: readonly Wake[]): void {
  for (const entry of entries) {
    if (!entry.due) continue
    entry.due = false
    entry.wake()
  }
}

class Wake implements Timer, Deadline {
  at = 0
  latest = 0
  place = -1
  /** Taken out of the heap to be served in this turn. */
  due = false
  readonly wake: () => void
  readonly prepare: (() => void) | undefined
  readonly #place: (entry: Wake, at: number | undefined, slack: number) => void

  constructor(
    wake: () => void,
    prepare: (() => void) | undefined,
    place: (entry: Wake, at: number | undefined, slack: number) => void,
  ) {
    this.wake = wake
    this.prepare = prepare
    this.#place = place
  }

  move(deadline: Milliseconds, slack = 0): void {
    if (Number.isNaN(deadline)) throw new RangeError('deadline: not a number')
    this.due = false
    this.#place(this, deadline, slack)
  }

  cancel(): void {
    this.due = false
    this.#place(this, undefined, 0)
  }
}
