/**
 * vrrp_script: a command that is executed again and again; exit status 0 is success.
 *
 * Starts are counted from the schedule, so that they do not drift. There are never two at once: a start that finds the
 * one before still running is left out, and where that one is past its timeout and cannot be killed (it hangs in the
 * kernel, on a dead NFS server) counts as one more failure.
 */
import type { PreparedCommand, Problem } from '../process/index.ts'
import { type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import { Execution, type ExecutionPorts } from './execution.ts'
import type { ScriptResult, TrackListener } from './track-event.ts'
import type { Tracker } from './tracker.ts'
import { INITIALLY_FAILING, judge, NO_VERDICT, type Thresholds, type VerdictState } from './verdict.ts'

/** One vrrp_script. */
export interface ScriptSpecification extends Thresholds {
  readonly name: string
  /** From one start to the next; above 0. */
  readonly interval: Milliseconds
  /** A longer execution is a failure. */
  readonly timeout: Milliseconds
  /** Failing until `rise` successes, instead of unknown until the first result. */
  readonly initFail: boolean
}

/** What a {@link ScriptTracker} stands on. */
export interface ScriptPorts extends ExecutionPorts {
  /** The command, made ready. Asked for again as long as it cannot be started: what is missing may come. */
  prepare(): PreparedCommand | Problem
}

/** Executes one script and judges its results. */
export class ScriptTracker implements Tracker {
  readonly kind = 'script'
  readonly name: string
  readonly #specification: ScriptSpecification
  readonly #ports: ScriptPorts
  readonly #tell: TrackListener
  readonly #offset: Milliseconds
  #state: VerdictState
  /** As keepalived: an exit status is news when it differs from the last one, and 0 is no news at first. */
  #status = 0
  #command: PreparedCommand | undefined
  #execution: Execution | undefined
  /** When it is to be started next. */
  #next: Milliseconds = milliseconds(0)
  #timer: Timer | undefined
  #running = false

  /** @param offset - how long after `start` it is executed first, so that many scripts do not start at once */
  constructor(
    specification: ScriptSpecification,
    ports: ScriptPorts,
    tell: TrackListener,
    offset: Milliseconds = milliseconds(0),
  ) {
    this.name = specification.name
    this.#specification = specification
    this.#ports = ports
    this.#tell = tell
    this.#offset = offset
    this.#state = specification.initFail ? INITIALLY_FAILING : NO_VERDICT
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    if (this.#state.verdict === 'failing')
      this.#tell({ type: 'verdict', kind: 'script', name: this.name, verdict: 'failing', output: [] })
    const { clock } = this.#ports
    this.#next = milliseconds(clock.now() + this.#offset)
    this.#timer = clock.wakeAt(this.#next, () => this.#tick())
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#timer?.cancel()
    await this.#execution?.stop()
  }

  #tick(): void {
    const { clock } = this.#ports
    const { interval } = this.#specification
    // What was missed (a machine that slept) is not made up for.
    const missed = Math.floor((clock.now() - this.#next) / interval)
    this.#next = milliseconds(this.#next + (missed + 1) * interval)
    this.#timer = clock.wakeAt(this.#next, () => this.#tick())
    if (this.#execution === undefined) this.#execute()
    else if (this.#execution.overdue) this.#judge({ type: 'timed-out' }, [])
  }

  #execute(): void {
    const command = this.#command ?? this.#ports.prepare()
    if ('problem' in command) return this.#judge({ type: 'not-started', message: command.problem }, [])
    this.#command = command
    this.#execution = new Execution(command, this.#ports, this.#specification.timeout, {
      result: (result, output) => {
        if (result.type === 'not-started') this.#command = undefined
        this.#judge(result, output)
      },
      gone: () => {
        this.#execution = undefined
      },
    })
  }

  #judge(result: ScriptResult, output: readonly string[]): void {
    if (!this.#running) return
    const { name } = this
    if (result.type === 'exited' && result.status !== this.#status) {
      this.#status = result.status
      this.#tell({ type: 'status', name, status: result.status })
    }
    const before = this.#state.verdict
    this.#state = judge(this.#state, result.type === 'exited' && result.status === 0, this.#specification)
    const { verdict } = this.#state
    if (verdict === before || verdict === 'unknown') return
    this.#tell({ type: 'verdict', kind: 'script', name, verdict, result, output })
  }
}
