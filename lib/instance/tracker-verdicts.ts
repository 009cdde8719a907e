/**
 * What the tracked things of one instance say, and what follows: an effective priority, or faults.
 */
import { effectivePriority, isFault, priorityChange, type TrackerContribution } from '../machine/index.ts'
import type { Fault } from './event.ts'
import type { TrackerSpecification } from './specification.ts'

/** The verdict of one tracked thing. `unknown`: no result yet. */
export type TrackerVerdict = TrackerContribution['verdict']

/** What is told of one tracked thing, to every instance that names it. */
export interface TrackerReport {
  readonly kind: TrackerSpecification['kind']
  readonly name: string
  readonly verdict: 'ok' | 'failing'
  /** The number of a tracked file, by which the weight is multiplied. */
  readonly value?: number
}

/** A tracked thing with what it says now. */
export interface TrackerSnapshot extends TrackerSpecification {
  readonly verdict: TrackerVerdict
  /** The number of a tracked file. */
  readonly value?: number
  /** What it adds to the priority now, with its sign. */
  readonly change: number
}

type Entry = TrackerSpecification & TrackerContribution

/** The trackers of one instance with their latest verdicts. */
export class TrackerVerdicts {
  #entries: readonly Entry[]

  /** @param known - verdicts of an earlier configuration, kept for what is still tracked */
  constructor(trackers: readonly TrackerSpecification[], known?: TrackerVerdicts) {
    this.#entries = trackers.map(tracker => {
      const old = known?.list().find(({ kind, name }) => kind === tracker.kind && name === tracker.name)
      const { verdict = 'unknown', value } = old ?? {}
      return { ...tracker, verdict, ...(value !== undefined && { value }) }
    })
  }

  /** Takes a report. Returns whether it is news for this instance. */
  set({ kind, name, verdict, value }: TrackerReport): boolean {
    let news = false
    this.#entries = this.#entries.map(entry => {
      if (entry.kind !== kind || entry.name !== name) return entry
      if (entry.verdict === verdict && entry.value === value) return entry
      news = true
      const { value: _, ...rest } = entry
      return { ...rest, verdict, ...(value !== undefined && { value }) }
    })
    return news
  }

  /**
   * Whether the instance has to wait: a script could be a fault (weight 0) and has had no result yet. As keepalived, so
   * that a node whose service is down does not become master for a moment.
   */
  get pending(): boolean {
    return this.#entries.some(({ kind, weight, verdict }) => kind === 'script' && weight === 0 && verdict === 'unknown')
  }

  /** Whether a fault is about one of these trackers. */
  knows(fault: Fault): boolean {
    if (fault.type !== 'tracker') return false
    return this.#entries.some(({ kind, name }) => kind === fault.kind && name === fault.name)
  }

  /** Base priority moved by all verdicts, 1-255. */
  effectivePriority(base: number): number {
    return effectivePriority(base, this.#entries)
  }

  /** The trackers that are a reason not to run. */
  faults(): readonly Fault[] {
    return this.#entries.filter(isFault).map(({ kind, name }) => ({ type: 'tracker', kind, name }))
  }

  /** All of them, in the order of the specification. */
  list(): readonly TrackerSnapshot[] {
    return this.#entries.map(entry => ({ ...entry, change: priorityChange(entry) }))
  }
}
