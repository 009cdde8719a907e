/**
 * How explanations say numbers and lists.
 */

/** `3.609 s`, `628.906 ms`, `5 s`: milliseconds to the microsecond, what is 10 s and more in seconds. */
export function formatMs(duration: number): string {
  const rounded = Math.round(duration * 1000) / 1000
  return rounded >= 10_000 && Number.isInteger(rounded / 1000) ? `${rounded / 1000} s` : `${rounded} ms`
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}

/** `1 route`, `2 routes`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
