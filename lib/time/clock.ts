/**
 * The clock port: what the protocol needs to know of time. Implementations: the monotonic clock of `lib/linux`, the
 * virtual clock of `lib/simulation`.
 */
import type { Milliseconds } from './units.ts'

/** A wake-up that was asked for. */
export interface Timer {
  /** Forgets the wake-up. Does nothing when it already happened. */
  cancel(): void
  /**
   * Moves the wake-up to another deadline, also when it already happened or was cancelled: what cancelling and asking
   * again would do, without anything new to allocate. Not every clock has it.
   */
  move?(deadline: Milliseconds, slack?: Milliseconds): void
}

/** What a wake-up allows and offers. */
export interface WakeOptions {
  /**
   * Makes the wake-up itself faster; called up to 5 ms before it by clocks that have to wait out the rest anyway, by
   * others not at all.
   */
  readonly prepare?: () => void
  /** How late it may be, so that wake-ups that fall due near each other can share one. Default 0. */
  readonly slack?: Milliseconds
}

/** A monotonic clock with wake-ups at absolute instants. */
export interface Clock {
  /** The instant now: milliseconds since some fixed origin, never going back, fractions kept. */
  now(): Milliseconds
  /**
   * Calls `wake` once, at `deadline` or as soon after it as can be; never before it. A past deadline wakes soon, not at once.
   */
  wakeAt(deadline: Milliseconds, wake: () => void, options?: WakeOptions): Timer
  /** Wall-clock time, milliseconds since the Unix epoch: for logs, RFC 8347's datetimes and time-based anti-replay only. */
  wallTime(): Milliseconds
}
