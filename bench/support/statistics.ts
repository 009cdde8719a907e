/**
 * Figures of a sample, as every benchmark prints them.
 */

/** The value below which a share `q` (0-1) of the values lies, between two of them in proportion. NaN of nothing. */
export function quantile(values: readonly number[] | Float64Array, q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** The value in the middle. */
export function medianOf(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** `median [least..greatest]`. */
export function formatSpread(values: readonly number[], digits = 2): string {
  const [least, median, greatest] = [0, 0.5, 1].map(q => quantile(values, q).toFixed(digits))
  return `${median} [${least}..${greatest}]`
}
