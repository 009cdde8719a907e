/**
 * Units of time in the type. Inside vrrp-ts every duration and instant is in fractional milliseconds; centiseconds
 * and seconds exist only on the wire and in configuration files. RFC 9568 §5.2.7 (centiseconds), RFC 3768 §5.3.7 (seconds).
 */

declare const unit: unique symbol

/** A duration, or an instant of a monotonic clock, in milliseconds; fractions are kept. */
export type Milliseconds = number & { readonly [unit]: 'ms' }

/** Hundredths of a second: the unit of VRRPv3 on the wire. */
export type Centiseconds = number & { readonly [unit]: 'cs' }

/** Brands a number of milliseconds. */
export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds
}

/** Brands a number of centiseconds. */
export function centiseconds(value: number): Centiseconds {
  return value as Centiseconds
}

/** Seconds to milliseconds, exact for every decimal that keepalived.conf can hold (1 us). */
export function secondsToMilliseconds(seconds: number): Milliseconds {
  return (Math.round(seconds * 1e6) / 1e3) as Milliseconds
}

/** Centiseconds (the wire) to milliseconds. */
export function centisecondsToMilliseconds(value: Centiseconds | number): Milliseconds {
  return (value * 10) as Milliseconds
}

/** Milliseconds to whole centiseconds (the wire), rounded to the nearest. */
export function millisecondsToCentiseconds(value: Milliseconds): Centiseconds {
  return Math.round(value / 10) as Centiseconds
}
