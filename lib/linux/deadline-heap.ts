/**
 * Pending wake-ups in the order in which they must be served at the latest: a binary heap whose entries know their place,
 * so that taking one out is as cheap as putting one in. A master-down timer is re-armed at every advert; stale entries
 * must not pile up.
 */

/** One wake-up in a {@link DeadlineHeap}. */
export interface Deadline {
  /** Not to be served after this, as far as can be. Not to be changed while it is in a heap. */
  readonly latest: number
  /** Index in the heap; -1 when it is in none. */
  place: number
}

/** A min-heap of deadlines. Equal ones come out in the order in which they went in only by chance. */
export class DeadlineHeap<Entry extends Deadline> {
  readonly #heap: Entry[] = []

  /** The earliest, or undefined. */
  get first(): Entry | undefined {
    return this.#heap[0]
  }

  /** Number of deadlines. */
  get size(): number {
    return this.#heap.length
  }

  add(deadline: Entry): void {
    this.#heap.push(deadline)
    this.#rise(deadline, this.#heap.length - 1)
  }

  /** Takes one out; false when it is not in. */
  remove(deadline: Entry): boolean {
    const { place } = deadline
    if (place < 0 || this.#heap[place] !== deadline) return false
    deadline.place = -1
    const last = this.#heap.pop()
    if (last === undefined || last === deadline) return true
    this.#rise(last, place)
    this.#sink(last, last.place)
    return true
  }

  #rise(deadline: Entry, from: number): void {
    let place = from
    while (place > 0) {
      const up = (place - 1) >> 1
      const parent = this.#heap[up]
      if (parent === undefined || parent.latest <= deadline.latest) break
      this.#put(parent, place)
      place = up
    }
    this.#put(deadline, place)
  }

  #sink(deadline: Entry, from: number): void {
    let place = from
    for (;;) {
      const left = 2 * place + 1
      const a = this.#heap[left]
      const b = this.#heap[left + 1]
      if (a === undefined) break
      const right = b !== undefined && b.latest < a.latest
      const child = right ? b : a
      if (deadline.latest <= child.latest) break
      this.#put(child, place)
      place = right ? left + 1 : left
    }
    this.#put(deadline, place)
  }

  #put(deadline: Entry, place: number): void {
    this.#heap[place] = deadline
    deadline.place = place
  }
}
