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

/** A time without service. */
export interface Gap {
  /** Milliseconds; 0 when no attempt failed. */
  readonly length: number
  /** When the attempt was sent that was answered again; without one, the end of the looking. */
  readonly end: number
}

/**
 * The longest time from an answered attempt to the next one, with failed ones between them. It counts from the sending,
 * so that a client that is slow to look does no harm.
 * @param now - the end of it when the last ones have failed
 */
export function longestGap(probes: readonly Probe[], now: number): Gap {
  let longest: Gap = { length: 0, end: now }
  let lastAnswered = probes[0]?.sent ?? now
  let failed = false
  const close = (end: number) => {
    if (end - lastAnswered > longest.length) longest = { length: end - lastAnswered, end }
  }
  for (const { sent, answered } of probes) {
    if (answered) {
      if (failed) close(sent)
      lastAnswered = sent
      failed = false
    } else if (now - sent > PATIENCE) {
      failed = true
    }
  }
  if (failed) close(now)
  return longest
}
