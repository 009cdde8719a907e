/**
 * Pending wake-ups in the order of their deadlines: a binary heap whose entries know their place, so that taking one
 * out is as cheap as putting one in. A master-down timer is re-armed at every advert; stale entries must not pile up.
 */
import type { Milliseconds } from '../time/units.ts'

/** One wake-up in a {@link DeadlineHeap}. */
export interface Deadline {
  readonly at: Milliseconds
  readonly wake: () => void
  readonly prepare: (() => void) | undefined
  /** Index in the heap; -1 when it is in none. */
  place: number
  /** Taken back after it was taken out to be run. */
  cancelled: boolean
}

/** A min-heap of deadlines. Equal ones come out in the order in which they went in only by chance. */
export class DeadlineHeap {
  readonly #heap: Deadline[] = []

  /** The earliest, or undefined. */
  get first(): Deadline | undefined {
    return this.#heap[0]
  }

  /** Number of deadlines. */
  get size(): number {
    return this.#heap.length
  }

  add(deadline: Deadline): void {
    this.#heap.push(deadline)
    this.#rise(deadline, this.#heap.length - 1)
  }

  /** Takes one out; false when it is not in. */
  remove(deadline: Deadline): boolean {
    const { place } = deadline
    if (place < 0 || this.#heap[place] !== deadline) return false
    deadline.place = -1
    const last = this.#heap.pop()
    if (last === undefined || last === deadline) return true
    this.#rise(last, place)
    this.#sink(last, last.place)
    return true
  }

  #rise(deadline: Deadline, from: number): void {
    let place = from
    while (place > 0) {
      const up = (place - 1) >> 1
      const parent = this.#heap[up]
      if (parent === undefined || parent.at <= deadline.at) break
      this.#put(parent, place)
      place = up
    }
    this.#put(deadline, place)
  }

  #sink(deadline: Deadline, from: number): void {
    let place = from
    for (;;) {
      const left = 2 * place + 1
      const [a, b] = [this.#heap[left], this.#heap[left + 1]]
      if (a === undefined) break
      const [child, down] = b !== undefined && b.at < a.at ? [b, left + 1] : [a, left]
      if (deadline.at <= child.at) break
      this.#put(child, place)
      place = down
    }
    this.#put(deadline, place)
  }

  #put(deadline: Deadline, place: number): void {
    this.#heap[place] = deadline
    deadline.place = place
  }
}
