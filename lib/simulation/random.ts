/**
 * The one source of chance in a simulation: a small seeded generator (mulberry32: a Weyl sequence through a 32-bit
 * mixing function; period 2^32, one addition and two multiplications a number). Not for anything secret.
 */

/** Uniform numbers that depend on the seed alone. */
export class Random {
  #state: number

  /** @param seed Any integer; its low 32 bits count. @throws RangeError when it is no integer. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: ${seed} is not an integer`)
    this.#state = seed >>> 0
  }

  /** The next number, at least 0 and below 1, with 32 random bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** True with this probability, 0-1. Draws nothing when the answer is certain. */
  chance(probability: number): boolean {
    return probability > 0 && (probability >= 1 || this.next() < probability)
  }
}
