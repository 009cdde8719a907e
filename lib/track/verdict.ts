/**
 * Rise and fall: how many results in a row it takes to change a verdict. keepalived.conf, vrrp_script.
 */

/** Results in a row that change a verdict, each at least 1. */
export interface Thresholds {
  /** Successes that make failing ok. */
  readonly rise: number
  /** Failures that make ok failing. */
  readonly fall: number
}

/** A verdict, and what speaks against it. */
export interface VerdictState {
  /** `unknown` until the first result. */
  readonly verdict: 'ok' | 'failing' | 'unknown'
  /** Results in a row that contradict it. */
  readonly against: number
}

/** Before any result. The first one then decides at once, whatever the thresholds. */
export const NO_VERDICT: VerdictState = { verdict: 'unknown', against: 0 }

/** Failing from the start (`init_fail`): it takes `rise` successes to change that. */
export const INITIALLY_FAILING: VerdictState = { verdict: 'failing', against: 0 }

/** The verdict after one more result. */
export function judge(state: VerdictState, success: boolean, { rise, fall }: Thresholds): VerdictState {
  const verdict = success ? 'ok' : 'failing'
  if (state.verdict === verdict) return { verdict, against: 0 }
  const against = state.against + 1
  const needed = state.verdict === 'unknown' ? 1 : success ? rise : fall
  return against >= needed ? { verdict, against: 0 } : { verdict: state.verdict, against }
}
