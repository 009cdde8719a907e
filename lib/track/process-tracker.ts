/**
 * vrrp_track_process: ok while as many processes run as should.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { ProcessPattern } from './process-pattern.ts'
import type { ProcessWatch } from './process-watch.ts'
import type { TrackListener } from './track-event.ts'
import type { Tracker } from './tracker.ts'

/** One vrrp_track_process. */
export interface ProcessSpecification {
  readonly name: string
  readonly pattern: ProcessPattern
  /** How many must run. */
  readonly quorum: number
  /** How many may run; `Infinity`: any number. */
  readonly quorumMax: number
  /** How long a verdict must last that came with more processes. */
  readonly forkDelay: Milliseconds
  /** How long a verdict must last that came with fewer processes: a service that is restarted. */
  readonly terminateDelay: Milliseconds
}

/** What a {@link ProcessTracker} stands on. */
export interface ProcessTrackerPorts {
  readonly clock: Clock
  /** Shared by all of them. */
  readonly watch: ProcessWatch
}

/** Judges the number of processes of one kind. */
export class ProcessTracker implements Tracker {
  readonly kind = 'process'
  readonly name: string
  readonly #specification: ProcessSpecification
  readonly #ports: ProcessTrackerPorts
  readonly #tell: TrackListener
  #verdict: 'ok' | 'failing' | undefined
  #count = 0
  #pending: Timer | undefined
  #end: (() => void) | undefined

  constructor(specification: ProcessSpecification, ports: ProcessTrackerPorts, tell: TrackListener) {
    this.name = specification.name
    this.#specification = specification
    this.#ports = ports
    this.#tell = tell
  }

  start(): void {
    this.#end ??= this.#ports.watch.count(this.#specification.pattern, count => this.#hear(count))
  }

  async stop(): Promise<void> {
    this.#end?.()
    this.#end = undefined
    this.#cancel()
  }

  #hear(count: number): void {
    const { quorum, quorumMax, forkDelay, terminateDelay } = this.#specification
    const verdict = count >= quorum && count <= quorumMax ? 'ok' : 'failing'
    const delay = count > this.#count ? forkDelay : terminateDelay
    this.#count = count
    if (verdict === this.#verdict) return this.#cancel()
    if (this.#verdict === undefined || delay === 0) return this.#decide(verdict)
    const { clock } = this.#ports
    this.#pending ??= clock.wakeAt(milliseconds(clock.now() + delay), () => this.#decide(verdict))
  }

  #decide(verdict: 'ok' | 'failing'): void {
    this.#cancel()
    this.#verdict = verdict
    this.#tell({ type: 'verdict', kind: 'process', name: this.name, verdict, count: this.#count })
  }

  #cancel(): void {
    this.#pending?.cancel()
    this.#pending = undefined
  }
}
