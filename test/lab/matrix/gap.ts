/**
 * How long a service was away, by the attempts of a client.
 */

/** One attempt. */
export interface Probe {
  /** Milliseconds, on a monotonic clock. */
  readonly sent: number
  answered: boolean
}

/** An attempt that is younger may still be answered, ms. */
const PATIENCE = 200

/**
 * The longest time from an answered attempt to the next one, with failed ones between them; 0 when none failed. It
 * counts from the sending, so that a client that is slow to look does no harm.
 * @param now - the end of it when the last ones have failed
 */
export function longestGap(probes: readonly Probe[], now: number): number {
  let longest = 0
  let lastAnswered = probes[0]?.sent ?? now
  let failed = false
  for (const { sent, answered } of probes) {
    if (answered) {
      if (failed) longest = Math.max(longest, sent - lastAnswered)
      lastAnswered = sent
      failed = false
    } else if (now - sent > PATIENCE) {
      failed = true
    }
  }
  return failed ? Math.max(longest, now - lastAnswered) : longest
}
