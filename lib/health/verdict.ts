/**
 * From results to a verdict: whether a server is up, when it is looked at next. A pure reducer; keepalived's rules of
 * retry, alpha, several urls in turn and fast_recovery (check_http.c, check_tcp.c, check_misc.c).
 */

/** How one look ended. */
export interface LookResult {
  readonly success: boolean
}

/** What the verdict depends on beside the results. */
export interface VerdictRules {
  /** Failures in a row that are forgiven. */
  readonly retry: number
  /** Things looked at in turn, at least 1: all of them must be well before a server comes up. */
  readonly steps: number
  readonly alpha: boolean
  /** A server that comes up, or that has not been looked at wholly yet, is looked at without waiting. */
  readonly fastRecovery: boolean
}

/** What is known of a server. */
export interface HealthState {
  readonly verdict: 'up' | 'down'
  /** False as long as `verdict` is an assumption: until all steps succeeded once, or the server went down. */
  readonly proven: boolean
  /** Failures in a row, of a server that is up; 0 to `retry`. */
  readonly failures: number
  /** Which of the things is next, from 0. */
  readonly step: number
  /** The step that made it go down, or keeps it there, is looked at until it succeeds. */
  readonly failed: boolean
}

/** When to look again. `retry`: after delay_before_retry; `loop`: at the next delay_loop; `now`: at once. */
export type NextLook = 'loop' | 'retry' | 'now'

/** What is assumed before the first result. */
export function initialHealth({ alpha }: Pick<VerdictRules, 'alpha'>): HealthState {
  return { verdict: alpha ? 'down' : 'up', proven: false, failures: 0, step: 0, failed: false }
}

/** What is known after one more result, and when to look again. */
export function judgeHealth(
  state: HealthState,
  { success }: LookResult,
  rules: VerdictRules,
): { readonly state: HealthState; readonly next: NextLook } {
  return success ? succeed(state, rules) : fail(state, rules)
}

function succeed(state: HealthState, { steps, fastRecovery }: VerdictRules): ReturnType<typeof judgeHealth> {
  const { verdict, proven } = state
  // The step that failed is well again: now all of them have to be, from the first on.
  const step = state.failed && steps > 1 ? 0 : state.step + 1
  const next = fastRecovery && (verdict === 'down' || !proven) ? 'now' : 'loop'
  if (step < steps) return { state: { verdict, proven, failures: 0, step, failed: false }, next }
  return { state: { verdict: 'up', proven: true, failures: 0, step: 0, failed: false }, next: 'loop' }
}

function fail(state: HealthState, { retry }: VerdictRules): ReturnType<typeof judgeHealth> {
  const { verdict, proven, step } = state
  const failures = state.failures + 1
  // Nothing is forgiven before anything was proven: a dead server must not get connections because we have just started.
  if (verdict === 'up' && proven && failures <= retry) return { state: { ...state, failures }, next: 'retry' }
  return { state: { verdict: 'down', proven: true, failures: 0, step, failed: true }, next: 'loop' }
}
