/**
 * Durations as people write them on a command line: `5s`, `250ms`, `1m30s`, `1h`.
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Text to milliseconds: one or more numbers with a unit (`us`, `ms`, `s`, `m`, `h`), added; a bare number counts in
 * `unit`. Undefined when it is no duration.
 */
export function parseDuration(text: string, unit: 'ms' | 's' = 's'): Milliseconds | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return milliseconds(tidy(Number(text) * (UNITS[unit] ?? 1)))
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return undefined
  let sum = 0
  for (const [, value, name] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)) {
    sum += Number(value) * (UNITS[name ?? ''] ?? Number.NaN)
  }
  return milliseconds(tidy(sum))
}

/** A duration for people: `3.609s`, below a second `35.469ms`, `0s`. */
export function formatDuration(duration: number): string {
  const micros = Math.round(duration * 1000)
  if (micros === 0) return '0s'
  if (Math.abs(micros) >= 1e6) return `${trim((micros / 1e6).toFixed(3))}s`
  return `${trim((micros / 1e3).toFixed(3))}ms`
}

/** An instant for people: `+3.609s`, with 3 decimals, or 6 for clusters with intervals below a second. */
export function formatInstant(instant: number, decimals: 3 | 6 = 3): string {
  return `+${(instant / 1000).toFixed(decimals)}s`
}

function trim(text: string): string {
  return text.replace(/\.?0+$/, '')
}

/** Takes the rounding noise of binary fractions away (0.1 x 3), below a nanosecond. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
