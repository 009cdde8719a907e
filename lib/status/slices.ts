/**
 * Work in slices: a router that shares the event loop with its status gets its turn every millisecond.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long one slice may take, ms. Far below the skew time of any sensible interval. */
const SLICE = 1

/** Collects everything that `pieces` yields, giving the event loop its turn after each millisecond of work. */
export async function collectInSlices<T>(pieces: Iterable<T>): Promise<readonly T[]> {
  const collected: T[] = []
  let end = performance.now() + SLICE
  for (const piece of pieces) {
    collected.push(piece)
    if (performance.now() < end) continue
    await nextTurn()
    end = performance.now() + SLICE
  }
  return collected
}
