/**
 * Virtual time: a {@link Clock} that stands still until it is told to go on, and then jumps from wake-up to wake-up.
 */
import type { Clock, Timer } from '../time/clock.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'

/** Wall-clock time of instant 0: 2024-01-01T00:00:00Z, so that two runs print the same dates. */
const EPOCH = milliseconds(1_704_067_200_000)

/** Wake-ups at one and the same instant before the clock gives up: far above any burst, far below a hang. */
const MAX_WAKES_PER_INSTANT = 1_000_000

/** Cancelled wake-ups that may linger in the queue before it is swept. */
const SWEEP_THRESHOLD = 64

class Entry implements Timer {
  readonly deadline: number
  readonly order: number
  /** Undefined once called or cancelled. */
  wake: (() => void) | undefined
  readonly #cancelled: () => void

  constructor(deadline: number, order: number, wake: () => void, cancelled: () => void) {
    this.deadline = deadline
    this.order = order
    this.wake = wake
    this.#cancelled = cancelled
  }

  cancel(): void {
    if (this.wake === undefined) return
    this.wake = undefined
    this.#cancelled()
  }
}

/** Earlier deadline first; of equal ones, the one registered first. */
function before(a: Entry, b: Entry): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order)
}

/**
 * A clock for simulations and tests. Starts at instant 0. Everything is synchronous: {@link SimClock.advance} returns
 * when all wake-ups up to that instant have been called, in order of deadline and, for equal deadlines, of registration.
 *
 * @example
 * const clock = new SimClock()
 * clock.wakeAt(milliseconds(1000), () => console.log(clock.now())) // 1000
 * clock.advance(milliseconds(5000))
 */
export class SimClock implements Clock {
  readonly #heap: Entry[] = []
  readonly #epoch: Milliseconds
  #now = 0
  #registered = 0
  #cancelled = 0
  #wakesNow = 0
  readonly #onCancel = (): void => {
    this.#cancelled++
    if (this.#cancelled > SWEEP_THRESHOLD && this.#cancelled * 2 > this.#heap.length) this.#sweep()
  }

  /** @param epoch Wall-clock time of instant 0, milliseconds since the Unix epoch. */
  constructor(epoch: Milliseconds = EPOCH) {
    this.#epoch = epoch
  }

  now(): Milliseconds {
    return milliseconds(this.#now)
  }

  wallTime(): Milliseconds {
    return milliseconds(this.#epoch + this.#now)
  }

  wakeAt(deadline: Milliseconds, wake: () => void): Timer {
    if (Number.isNaN(deadline)) throw new RangeError('deadline: must be a number of milliseconds')
    const entry = new Entry(Math.max(deadline, this.#now), this.#registered++, wake, this.#onCancel)
    this.#push(entry)
    return entry
  }

  /** The instant of the next wake-up; undefined when nothing is pending. */
  get next(): Milliseconds | undefined {
    const first = this.#first()
    return first === undefined ? undefined : milliseconds(first.deadline)
  }

  /** Number of wake-ups that are still to come. */
  get pending(): number {
    return this.#heap.length - this.#cancelled
  }

  /**
   * Goes to the next wake-up and calls it. Returns false, without moving, when there is none up to `limit`.
   * @throws Error when one instant never ends: some wake-up registers itself again for now, for ever.
   */
  step(limit: Milliseconds = milliseconds(Number.MAX_VALUE)): boolean {
    const entry = this.#first()
    if (entry === undefined || entry.deadline > limit) return false
    this.#pop()
    if (entry.deadline > this.#now) {
      this.#now = entry.deadline
      this.#wakesNow = 0
    } else if (++this.#wakesNow > MAX_WAKES_PER_INSTANT) {
      throw new Error(`simulated time stands still at ${this.#now} ms: a wake-up registers itself again without end`)
    }
    const wake = entry.wake
    // A timer cancelled from its own wake-up, or later, must not count as a cancelled entry of the queue.
    entry.wake = undefined
    wake?.()
    return true
  }

  /**
   * Calls all wake-ups up to and including instant `to`, then stands at `to`.
   * @throws RangeError when `to` is in the past or not finite.
   */
  advance(to: Milliseconds): void {
    if (!Number.isFinite(to) || to < this.#now)
      throw new RangeError(`to: must be a finite instant from ${this.#now} on`)
    while (this.step(to)) {
      // each step calls one wake-up
    }
    this.#now = to
  }

  /**
   * Goes from wake-up to wake-up until `condition` holds. Returns whether it does; false once nothing is left up to
   * `limit`, where the clock then stands.
   * @throws RangeError when `limit` is in the past or not finite.
   */
  runUntil(condition: () => boolean, limit: Milliseconds): boolean {
    if (!Number.isFinite(limit) || limit < this.#now) {
      throw new RangeError(`limit: must be a finite instant from ${this.#now} on`)
    }
    while (!condition()) {
      if (this.step(limit)) continue
      this.#now = limit
      return condition()
    }
    return true
  }

  /** The first entry that is not cancelled, after dropping the cancelled ones before it. */
  #first(): Entry | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.wake !== undefined) return first
      this.#pop()
      this.#cancelled--
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let i = heap.length
    heap.push(entry)
    while (i > 0) {
      const up = (i - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || before(parent, entry)) break
      heap[i] = parent
      i = up
    }
    heap[i] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    this.#sink(last, 0)
  }

  /** Places `entry` at `i` or below it. */
  #sink(entry: Entry, start: number): void {
    const heap = this.#heap
    let i = start
    for (;;) {
      let down = 2 * i + 1
      let child = heap[down]
      if (child === undefined) break
      const right = heap[down + 1]
      if (right !== undefined && before(right, child)) {
        child = right
        down++
      }
      if (before(entry, child)) break
      heap[i] = child
      i = down
    }
    heap[i] = entry
  }

  /** Drops the cancelled entries, so that re-arming a far timer over and over costs no memory. */
  #sweep(): void {
    const alive = this.#heap.filter(entry => entry.wake !== undefined)
    this.#heap.length = 0
    this.#cancelled = 0
    for (const entry of alive) this.#push(entry)
  }
}
