/**
 * One look at one server: what the monitor needs of a checker, and nothing else.
 */
import type { CheckSpecification } from './check-specification.ts'
import type { Failure } from './health-event.ts'
import type { WeightAdvice } from './weight.ts'

/** How a look ended. */
export type LookOutcome =
  /** Without advice nothing is said of the weight any more; `unchanged`: what was said last goes on. */
  | { readonly success: true; readonly advice?: WeightAdvice | 'unchanged' }
  | { readonly success: false; readonly failure: Failure }

/** A look that was begun. */
export interface Look {
  /** Ends it without an outcome. Does nothing when it is over. */
  cancel(): void
}

/** Hears how a look ended. */
export type LookListener = (outcome: LookOutcome) => void

/**
 * Begins a look. `done` is called once, within the call or later, unless it is cancelled; there is always an end, whatever
 * the server does. Never throws.
 * @param step which of several things (pages) to look at, from 0
 */
export type Looker<Check extends CheckSpecification = CheckSpecification> = (
  check: Check,
  step: number,
  done: LookListener,
) => Look

/** How each type of check is done. `standardLookers` makes those of this machine. */
export type Lookers = {
  readonly [Type in CheckSpecification['type']]: Looker<Extract<CheckSpecification, { type: Type }>>
}

/** A look that is over already. */
export const NO_LOOK: Look = { cancel: () => {} }

/** Begins a look of whatever type. */
export function beginLook(lookers: Lookers, check: CheckSpecification, step: number, done: LookListener): Look {
  // The table has for each type the looker of that type; TypeScript cannot follow that through an index.
  const looker = lookers[check.type] as Looker
  return looker(check, step, done)
}

/** How many things a check looks at in turn. */
export function stepsOf(check: CheckSpecification): number {
  return 'pages' in check ? check.pages.length : 1
}
