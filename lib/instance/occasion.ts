/**
 * Work first, listeners afterwards: events that arise during a piece of work are told when all of it is done, in order,
 * so that no listener can stand between a decision and the wire.
 */
import type { InstanceEvent } from './event.ts'

/** Collects events while work runs, and tells them after it. */
export class Occasions {
  readonly #emit: (event: InstanceEvent) => void
  readonly #settle: () => void
  readonly #events: InstanceEvent[] = []
  /** Work ended with an error: nobody knows what of it was done. */
  broken = false
  #depth = 0
  #telling = false

  /**
   * @param emit - hears each event; may start new work
   * @param settle - runs after the outermost work, before the events are told
   */
  constructor(emit: (event: InstanceEvent) => void, settle: () => void) {
    this.#emit = emit
    this.#settle = settle
  }

  /** Notes an event for the end of the work under way. */
  note(event: InstanceEvent): void {
    this.#events.push(event)
  }

  /** Runs work, which may nest. */
  run(work: () => void): void {
    this.#depth++
    try {
      work()
    } catch (error) {
      this.broken = true
      throw error
    } finally {
      this.#depth--
      if (this.#depth === 0) {
        this.#settle()
        this.#tell()
      }
    }
  }

  /** Runs work of which nothing is to be told, unless it notes something itself. Returns what it returns. */
  attempt<Given>(work: (given: Given) => boolean, given: Given): boolean {
    try {
      return work(given)
    } catch (error) {
      this.broken = true
      throw error
    }
  }

  #tell(): void {
    if (this.#telling) return
    this.#telling = true
    try {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) this.#emit(event)
    } finally {
      // A listener that throws loses nothing for the others: what is left is told on the next occasion.
      this.#telling = false
    }
  }
}
