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
  /** Calls `wake` once, at `deadline` or as soon after it as can be; never before it. A past deadline wakes soon, not at once. */
  wakeAt(deadline: Milliseconds, wake: () => void): Timer
  /** Wall-clock time, milliseconds since the Unix epoch: for logs, RFC 8347's datetimes and time-based anti-replay only. */
  wallTime(): Milliseconds
}
