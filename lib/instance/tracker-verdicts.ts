/**
 * What the tracked things of one instance say, and what follows: an effective priority, or faults.
 */
import { effectivePriority, isFault, type TrackerContribution } from '../machine/index.ts'
import type { Fault } from './event.ts'
import type { TrackerSpecification } from './specification.ts'

/** The verdict of one tracked thing. `unknown`: no result yet. */
export type TrackerVerdict = TrackerContribution['verdict']

/** The trackers of one instance with their latest verdicts. */
export class TrackerVerdicts {
  readonly #trackers: { readonly tracker: TrackerSpecification; verdict: TrackerVerdict }[]

  constructor(trackers: readonly TrackerSpecification[]) {
    this.#trackers = trackers.map(tracker => ({ tracker, verdict: 'unknown' }))
  }

  /** Takes a verdict. Returns whether it is news for this instance. */
  set(kind: TrackerSpecification['kind'], name: string, verdict: TrackerVerdict): boolean {
    let news = false
    for (const entry of this.#trackers) {
      if (entry.tracker.kind !== kind || entry.tracker.name !== name || entry.verdict === verdict) continue
      entry.verdict = verdict
      news = true
    }
    return news
  }

  /** Whether a fault is about one of these trackers. */
  knows(fault: Fault): boolean {
    if (fault.type !== 'tracker') return false
    return this.#trackers.some(({ tracker }) => tracker.kind === fault.kind && tracker.name === fault.name)
  }

  /** Base priority moved by all verdicts, 1-255. */
  effectivePriority(base: number): number {
    return effectivePriority(
      base,
      this.#trackers.map(({ tracker, verdict }) => ({ weight: tracker.weight, reverse: tracker.reverse, verdict })),
    )
  }

  /** The trackers of weight 0 that fail. */
  faults(): readonly Fault[] {
    return this.#trackers
      .filter(({ tracker, verdict }) => isFault({ ...tracker, verdict }))
      .map(({ tracker: { kind, name } }) => ({ type: 'tracker', kind, name }))
  }
}
