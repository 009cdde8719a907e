/**
 * The {@link RouteManager} port on a simulated host: it keeps what is set, and nothing is routed.
 */
import type { RouteManager } from '../instance/ports.ts'
import type { Route, RouteSet, Rule } from '../net/index.ts'

/** Keeps the routes and rules of each owner. */
export class MemoryRouteManager implements RouteManager {
  readonly #held = new Map<string, RouteSet>()
  #closed = false

  /** Everything that is set, by owner in the order of their first routes. */
  get current(): RouteSet {
    const sets = [...this.#held.values()]
    return { routes: unique(sets.flatMap(set => set.routes)), rules: unique(sets.flatMap(set => set.rules)) }
  }

  apply(owner: string, desired: RouteSet): Promise<void> {
    if (!this.#closed) {
      if (desired.routes.length + desired.rules.length === 0) this.#held.delete(owner)
      else this.#held.set(owner, desired)
    }
    return Promise.resolve()
  }

  /** Routes of an earlier run died with their program: there is nothing to remove. */
  removeLeftOver(): Promise<void> {
    return Promise.resolve()
  }

  close(): void {
    this.#closed = true
  }
}

function unique<T extends Route | Rule>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}
