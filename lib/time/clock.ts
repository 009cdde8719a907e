/**
 * The clock port: what the protocol needs to know of time. Implementations: the monotonic clock of `lib/linux`, the
 * virtual clock of `lib/simulation`.
 */
import type { Milliseconds } from './units.ts'

/** A pending wake-up. */
export interface Timer {
  /** Forgets the wake-up. Does nothing when it already happened. */
  cancel(): void
}

/** A monotonic clock with wake-ups at absolute instants. */
export interface Clock {
  /** The instant now: milliseconds since some fixed origin, never going back, fractions kept. */
  now(): Milliseconds
  /**
   * Calls `wake` once, at `deadline` or as soon after it as can be; never before it. A past deadline wakes soon, not at once.
   * @param prepare - what makes the wake-up itself faster; called up to 2 ms before it by clocks that have to wait out the
   * rest anyway, by others not at all
   */
  wakeAt(deadline: Milliseconds, wake: () => void, prepare?: () => void): Timer
  /** Wall-clock time, milliseconds since the Unix epoch: for logs, RFC 8347's datetimes and time-based anti-replay only. */
  wallTime(): Milliseconds
}
