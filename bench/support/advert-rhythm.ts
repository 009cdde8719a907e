/**
 * How well the adverts of many instances keep their interval.
 */
import { quantile } from './statistics.ts'
import type { AdvertTimes } from './wire-record.ts'

/** The rhythm within a window; times in milliseconds. */
export interface AdvertRhythm {
  readonly adverts: number
  /** Adverts sent, in percent of those due. */
  readonly rate: number
  /** How much longer (or shorter, below 0) than it should be the mean interval is, in percent. */
  readonly drift: number
  /** How far an interval is from what it should be, either way. */
  readonly jitter50: number
  readonly jitter99: number
  readonly jitterMax: number
  /** The longest wait beyond the interval. */
  readonly stall: number
}

/** What is looked at: of which instances, from when on, and for how many intervals. */
export interface RhythmWindow {
  readonly instances: number
  /** Milliseconds. */
  readonly interval: number
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly intervals: number
}

/** Measures the rhythm. @throws Error when nothing was seen twice */
export function advertRhythm(times: AdvertTimes, { instances, interval, from, intervals }: RhythmWindow): AdvertRhythm {
  const end = from + intervals * interval
  const lengths: number[] = []
  let adverts = 0
  for (const own of times.values()) {
    const inside = own.filter(time => time >= from && time < end)
    adverts += inside.length
    for (let i = 1; i < inside.length; i++) lengths.push((inside[i] ?? 0) - (inside[i - 1] ?? 0))
  }
  if (lengths.length === 0) throw new Error('no adverts were seen')
  const deviations = Float64Array.from(lengths, length => Math.abs(length - interval))
  const mean = lengths.reduce((total, length) => total + length, 0) / lengths.length
  return {
    adverts,
    rate: (100 * adverts) / (instances * intervals),
    drift: 100 * (mean / interval - 1),
    jitter50: quantile(deviations, 0.5),
    jitter99: quantile(deviations, 0.99),
    jitterMax: quantile(deviations, 1),
    stall: Math.max(0, quantile(Float64Array.from(lengths), 1) - interval),
  }
}
