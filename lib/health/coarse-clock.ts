/**
 * A clock whose wake-ups are rounded up to a grid, so that thousands of deadlines cost a hundred wake-ups a second at
 * most, and setting or cancelling one costs next to nothing. Health checks need no millisecond.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'

interface Slot {
  readonly at: Milliseconds
  readonly wakes: Set<() => void>
}

/** Rounds the wake-ups of another clock up to multiples of `grain`. */
export class CoarseClock implements Clock {
  readonly #clock: Clock
  readonly #grain: number
  readonly #slots = new Map<number, Slot>()
  /** Numbers of the slots, the earliest last. A slot is made at most once per grain of time, so they are few. */
  readonly #order: number[] = []
  #timer: Timer | undefined
  #armed = Number.POSITIVE_INFINITY

  /** @param grain milliseconds, above 0 */
  constructor(clock: Clock, grain: Milliseconds = milliseconds(10)) {
    this.#clock = clock
    this.#grain = grain
  }

  now(): Milliseconds {
    return this.#clock.now()
  }

  wallTime(): Milliseconds {
    return this.#clock.wallTime()
  }

  wakeAt(deadline: Milliseconds, wake: () => void): Timer {
    if (Number.isNaN(deadline)) throw new RangeError('deadline: not a number')
    const number = Math.ceil(Math.max(deadline, this.now()) / this.#grain)
    const slot = this.#slots.get(number) ?? this.#addSlot(number)
    // A function of its own: the same one may be given twice.
    const entry = () => wake()
    slot.wakes.add(entry)
    return { cancel: () => this.#cancel(number, slot, entry) }
  }

  #addSlot(number: number): Slot {
    const slot = { at: milliseconds(number * this.#grain), wakes: new Set<() => void>() }
    this.#slots.set(number, slot)
    this.#order.splice(this.#placeOf(number), 0, number)
    if (number < this.#armed) this.#arm()
    return slot
  }

  #placeOf(number: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#order[middle] ?? 0) > number) low = middle + 1
      else high = middle
    }
    return low
  }

  #cancel(number: number, slot: Slot, entry: () => void): void {
    if (!slot.wakes.delete(entry) || slot.wakes.size > 0 || this.#slots.get(number) !== slot) return
    this.#slots.delete(number)
    this.#order.splice(this.#placeOf(number), 1)
    if (number === this.#armed) this.#arm()
  }

  #arm(): void {
    this.#timer?.cancel()
    const number = this.#order.at(-1)
    const slot = number === undefined ? undefined : this.#slots.get(number)
    this.#armed = number ?? Number.POSITIVE_INFINITY
    this.#timer = slot && this.#clock.wakeAt(slot.at, () => this.#wake())
  }

  #wake(): void {
    const number = this.#order.pop()
    const slot = number === undefined ? undefined : this.#slots.get(number)
    if (number !== undefined) this.#slots.delete(number)
    this.#arm()
    // What one of them cancels is not called: it leaves the set.
    for (const wake of slot?.wakes ?? []) wake()
  }
}
