/**
 * Checks of values that a program gives to an encoder: TypeError for the wrong kind, RangeError for the wrong value.
 */

/**
 * The value, if it is an integer from `min` to `max`.
 * @throws TypeError when it is no number, RangeError when it is out of range; both name `option`.
 */
export function requireInteger(value: number, option: string, min: number, max: number): number {
  if (typeof value !== 'number') throw new TypeError(`${option}: must be a number`)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${option}: ${value} is not an integer from ${min} to ${max}`)
  }
  return value
}
