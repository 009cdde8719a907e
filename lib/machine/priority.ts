/**
 * The effective priority: the configured one, moved by what is tracked. keepalived's rules (weight, reverse).
 */
import { OWNER_PRIORITY } from './router.ts'

/** What one tracked thing says about one router. */
export interface TrackerContribution {
  /**
   * -254..254. Positive: added while ok. Negative: added (so, taken away) while failing. 0: never moves the priority,
   * but is a fault while failing.
   */
  readonly weight: number
  /** Turns the sign of what is added; with weight 0, makes being ok the fault. */
  readonly reverse: boolean
  /** `unknown`: no result yet, which moves nothing. */
  readonly verdict: 'ok' | 'failing' | 'unknown'
  /**
   * The number of a tracked file: the weight is multiplied by it, whatever the verdict. A product of -254 or less is a
   * fault; one of more than 253 counts as 253.
   */
  readonly value?: number
}

/** Products of a file's number and its weight: keepalived's limits. */
const FAULT_CHANGE = -254
const GREATEST_CHANGE = 253

/** What a tracker adds to the priority now, with its sign. */
export function priorityChange(contribution: TrackerContribution): number {
  const { weight, reverse, verdict, value } = contribution
  if (value !== undefined) {
    return isFault(contribution) ? 0 : Math.min(product(weight, reverse, value), GREATEST_CHANGE)
  }
  const counts = (verdict === 'ok' && weight > 0) || (verdict === 'failing' && weight < 0)
  if (!counts) return 0
  return reverse ? -weight : weight
}

/**
 * Whether a tracker is a reason not to run at all: weight 0 and failing (or ok, when reversed), or a file's number that
 * takes 254 or more away.
 */
export function isFault({ weight, reverse, verdict, value }: TrackerContribution): boolean {
  if (weight !== 0 && value !== undefined) return product(weight, reverse, value) <= FAULT_CHANGE
  return weight === 0 && verdict === (reverse ? 'ok' : 'failing')
}

function product(weight: number, reverse: boolean, value: number): number {
  const change = weight * value * (reverse ? -1 : 1)
  // No -0: it would be printed.
  return change === 0 ? 0 : change
}

/** A priority that a router without the addresses can have: a whole number, 1-254. 0 resigns and 255 owns. */
export function clampPriority(total: number): number {
  return Math.min(OWNER_PRIORITY - 1, Math.max(1, Math.round(total)))
}

/**
 * Base priority plus all contributions, clamped to 1-254 at the end only, so that two large weights that cancel each
 * other leave the base alone.
 *
 * @param base - the configured priority, 1-255; 255 (owner) never changes
 */
export function effectivePriority(base: number, contributions: Iterable<TrackerContribution>): number {
  if (base === OWNER_PRIORITY) return base
  let total = base
  for (const contribution of contributions) total += priorityChange(contribution)
  return clampPriority(total)
}
