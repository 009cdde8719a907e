/**
 * Who listens to an engine, in this thread or from another one.
 */
import type { EngineEvent } from './event.ts'

/** Listeners, and the telling of them. */
export class EventListeners {
  readonly #listeners = new Set<(event: EngineEvent) => void>()

  /** Calls `listener` with every event. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells all of them, whatever one throws. */
  tell(event: EngineEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        // Not a reason to keep an event from the others, or the engine from its work: the host hears of it on its own.
        void Promise.reject(error)
      }
    }
  }
}
