/**
 * The time of day as the kernel stamps frames.
 */

/** Milliseconds since the epoch, with fractions: Date.now() has none, and performance.timeOrigin is not adjusted. */
export function wallClock(): number {
  const start = Date.now()
  while (Date.now() === start);
  const offset = Date.now() - performance.now()
  return offset + performance.now()
}
