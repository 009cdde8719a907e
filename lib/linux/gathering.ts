/**
 * What comes thick and fast is read together: to be woken for each of 25,000 adverts a second costs four times what they cost
 * themselves. A message may wait for half a millisecond then; the kernel has stamped when it came, so no deadline moves.
 */

/** So long messages gather, in milliseconds. */
export const GATHERING = 0.5
/** So many readings in a row must have come within twice that: a few adverts beside each other are read at once. */
const STREAK = 8

/** Tells when the sockets are to be looked at again. */
export class Gathering {
  #read = Number.NEGATIVE_INFINITY
  #streak = 0

  /** Messages are read now. @param now - of a monotonic clock, ms */
  note(now: number): void {
    this.#streak = now - this.#read < 2 * GATHERING ? this.#streak + 1 : 0
    this.#read = now
  }

  /** How long they may gather from now on, ms; 0: not at all. */
  rest(now: number): number {
    return this.#streak < STREAK ? 0 : Math.max(this.#read + GATHERING - now, 0)
  }
}
