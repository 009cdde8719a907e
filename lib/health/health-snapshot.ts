/**
 * What a monitor knows, as plain data.
 */
import type { Milliseconds } from '../time/index.ts'
import type { CheckSpecification } from './check-specification.ts'
import type { Failure, FailureKind } from './health-event.ts'
import type { WeightAdvice } from './weight.ts'

/** One check. */
export interface CheckSnapshot {
  readonly id: string
  readonly type: CheckSpecification['type']
  readonly verdict: 'up' | 'down'
  /** False: the verdict is an assumption, for want of results. */
  readonly proven: boolean
  /** Failures in a row that are forgiven so far. */
  readonly retries: number
  /** When the verdict last changed: milliseconds since the Unix epoch. */
  readonly since: Milliseconds
  /** Looks that were begun. */
  readonly looks: number
  /** Looks that failed. */
  readonly failures: number
  readonly advice?: WeightAdvice
  /** Of the last look that failed, however long ago. */
  readonly lastFailure?: Failure
  /** How long the last look took. */
  readonly lastDuration?: Milliseconds
}

/** How many looks began this late. */
export interface LatenessBucket {
  /** At most this late, milliseconds; Infinity for the last one. */
  readonly upTo: number
  readonly looks: number
}

/** A monitor. */
export interface HealthSnapshot {
  readonly checks: readonly CheckSnapshot[]
  /** Looks under way. */
  readonly running: number
  /** Looks that are due, and wait for others to end. */
  readonly waiting: number
  /** Looks that were begun since the monitor was made, of checks that are gone too. */
  readonly looks: number
  /** Looks that failed, by reason; reasons that never occurred are left out. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>
  readonly lateness: readonly LatenessBucket[]
}
