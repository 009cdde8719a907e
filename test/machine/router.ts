/** Routers and states to test with. */
import type { VirtualRouter } from '../../lib/machine/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** Version 3, priority 100, every second, preempting: what the scenario fixtures leave out. */
export const DEFAULT_ROUTER: VirtualRouter = {
  version: 3,
  family: 4,
  vrid: 51,
  priority: 100,
  interval: milliseconds(1000),
  preempt: true,
  preemptDelay: milliseconds(0),
  acceptMode: false,
  downTimerAdverts: 3,
  advertiseToLoser: true,
  advertiseBeforeYield: false,
  grouped: false,
}

/** Freezes a value and all it holds, so that a mutation throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
