/**
 * The running trackers of a node: what a plan asks for is watched, what it no longer asks for is not, and what did not
 * change goes on undisturbed.
 */
import type { TrackerReport } from '../instance/index.ts'
import { startCommand } from '../process/index.ts'
import { type Clock, type Milliseconds, milliseconds } from '../time/index.ts'
import {
  type ExecutionPorts,
  type FileSource,
  FileTracker,
  InterfaceTracker,
  type LinkStates,
  nodeFiles,
  type ProcessEvents,
  type ProcessTable,
  ProcessTracker,
  ProcessWatch,
  procTable,
  ScriptTracker,
  type TrackEvent,
  type Tracker,
  type TrackVerdict,
} from '../track/index.ts'
import type { LogLevel } from './keepalived-log.ts'
import type { Tracking } from './prepare-tracking.ts'
import type { ScriptPolicy } from './script-policy.ts'
import { trackerLine } from './tracker-lines.ts'
import type { PlannedScript, TrackingPlan } from './tracking-plan.ts'

/** Between the first executions of two scripts, ms, at most. */
const SPREAD = 20

/** What {@link Trackers} stand on. What is absent is this machine's. */
export interface TrackersOptions {
  readonly clock: Clock
  readonly links: LinkStates
  readonly startCommand?: ExecutionPorts['start']
  readonly files?: FileSource
  readonly processes?: ProcessTable
  /** Absent: the processes are looked through once a second. */
  readonly processEvents?: ProcessEvents
  /** Takes what is to be told to the engine. */
  readonly report: (report: TrackerReport) => void
  readonly log: (level: LogLevel, line: string) => void
}

interface Wanted {
  /** As text, to see what changed. */
  readonly description: string
  readonly make: () => Tracker
}

/** Trackers of one node. */
export class Trackers {
  readonly #options: TrackersOptions
  readonly #watch: ProcessWatch
  readonly #running = new Map<string, { readonly tracker: Tracker; readonly description: string }>()
  readonly #verdicts = new Map<string, TrackVerdict>()

  constructor(options: TrackersOptions) {
    const { clock, processes = procTable, processEvents } = options
    this.#options = options
    this.#watch = new ProcessWatch({ clock, processes, ...(processEvents !== undefined && { processEvents }) })
  }

  /** Tracks exactly this, and reports every verdict that is known: an instance that was made anew has none yet. */
  apply({ plan, policy }: Pick<Tracking, 'plan' | 'policy'>): void {
    const wanted = this.#wanted(plan, policy)
    for (const [key, { tracker, description }] of this.#running) {
      if (wanted.get(key)?.description === description) continue
      this.#running.delete(key)
      this.#verdicts.delete(key)
      void tracker.stop()
    }
    for (const verdict of this.#verdicts.values()) this.#options.report(reportOf(verdict))
    const fresh = [...wanted].filter(([key]) => !this.#running.has(key))
    for (const { specification, holds } of plan.scripts) {
      if (holds.length === 0 || !fresh.some(([key]) => key === `script ${specification.name}`)) continue
      const line = `Script \`${specification.name}\` has no result yet: ${holds.join(', ')} held until then`
      this.#options.log('info', line)
    }
    for (const [key, { description, make }] of fresh) {
      const tracker = make()
      this.#running.set(key, { tracker, description })
      tracker.start()
    }
  }

  /** Ends all of them. Resolves when no script runs any more. */
  async stop(): Promise<void> {
    const stopped = [...this.#running.values()].map(({ tracker }) => tracker.stop())
    this.#running.clear()
    await Promise.all(stopped)
  }

  /** The latest verdict of each, with what decided it. */
  verdicts(): readonly TrackVerdict[] {
    return [...this.#verdicts.values()]
  }

  #wanted({ scripts, interfaces, files, processes }: TrackingPlan, policy: ScriptPolicy): Map<string, Wanted> {
    const { clock, links, files: source = nodeFiles } = this.#options
    const hear = (event: TrackEvent) => this.#hear(event)
    const wanted = new Map<string, Wanted>()
    const want = (kind: Tracker['kind'], name: string, specification: unknown, make: () => Tracker) =>
      wanted.set(`${kind} ${name}`, { description: JSON.stringify(specification), make })
    scripts.forEach((script, index) => {
      const { specification, command } = script
      const offset = milliseconds(index * Math.min(SPREAD, specification.interval / scripts.length))
      // What prepares it counts too: another script_user is another script.
      want('script', specification.name, [specification, command, policy.description], () =>
        this.#makeScript(script, policy, offset),
      )
    })
    for (const name of interfaces) want('interface', name, name, () => new InterfaceTracker(name, links, hear))
    for (const file of files) want('file', file.name, file, () => new FileTracker(file, { clock, files: source }, hear))
    for (const process of processes)
      want('process', process.name, process, () => new ProcessTracker(process, { clock, watch: this.#watch }, hear))
    return wanted
  }

  #makeScript({ specification, command }: PlannedScript, policy: ScriptPolicy, offset: Milliseconds): Tracker {
    const { clock, startCommand: start = startCommand } = this.#options
    const ports = { clock, start, prepare: () => policy.prepare(command) }
    return new ScriptTracker(specification, ports, event => this.#hear(event), offset)
  }

  #hear(event: TrackEvent): void {
    const key = event.type === 'verdict' ? `${event.kind} ${event.name}` : ''
    // The cause is logged before its effects.
    const line = trackerLine(event, !this.#verdicts.has(key))
    if (line !== undefined) this.#options.log(...line)
    if (event.type !== 'verdict') return
    const { type: _, ...verdict } = event
    this.#verdicts.set(key, verdict)
    this.#options.report(reportOf(verdict))
  }
}

function reportOf(verdict: TrackVerdict): TrackerReport {
  const { kind, name } = verdict
  const number = verdict.kind === 'file' ? { value: verdict.value } : {}
  return { kind, name, verdict: verdict.verdict, ...number }
}
