/**
 * How far ahead of its instant a punctual alarm wakes. A core that slept long wakes late (0.1 ms after 10 ms, 0.4 ms after
 * 1 s), so the alarm comes a little early and the rest is waited out. The lead is a share of the waiting time: at most 0.4 % of
 * a core goes into it. Part of it serves to prepare what comes.
 */

/** The longest lead, in milliseconds, and its share of the waiting time. */
const LEAD = 1.5
const LEAD_SHARE = 0.004

/** With less of the lead left, in milliseconds, there is no time for preparations. */
export const EARLY_ENOUGH = 0.7

/** The lead of an alarm that is `wait` milliseconds away. A relaxed one may be late: none. */
export function leadOf(wait: number, relaxed: boolean): number {
  return relaxed ? 0 : Math.min(LEAD, wait * LEAD_SHARE)
}
