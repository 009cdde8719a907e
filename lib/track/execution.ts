/**
 * One execution of a tracked script, with its time limit. The limit is judged when it is reached: a script that hangs in
 * the kernel, where no signal reaches it, is a failure all the same.
 */
import type { CommandOptions, CommandOutcome, PreparedCommand, RunningCommand } from '../process/index.ts'
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { ScriptResult } from './track-event.ts'

/** From SIGTERM to SIGKILL, ms, as keepalived. */
const KILL_DELAY = 2000
/** How long the end of a stopped one is waited for, ms. */
const PATIENCE = KILL_DELAY + 500
/** Characters of output that are kept, the last ones. */
const OUTPUT_LIMIT = 4096

/** What the execution of a command stands on. */
export interface ExecutionPorts {
  readonly clock: Clock
  /** `startCommand` of `vrrp-ts/process`. */
  start(command: PreparedCommand, options: CommandOptions): RunningCommand
}

/** Who hears of an execution. */
export interface ExecutionHooks {
  /** Exactly once, unless it is stopped. */
  result(result: ScriptResult, output: readonly string[]): void
  /** Exactly once: nothing of it is left. */
  gone(): void
}

/** Runs a command once. */
export class Execution {
  readonly #command: RunningCommand
  readonly #clock: Clock
  readonly #hooks: ExecutionHooks
  readonly #output: string[] = []
  readonly #ended: Promise<void>
  #size = 0
  #timer: Timer
  #decided = false
  #overdue = false

  constructor(command: PreparedCommand, ports: ExecutionPorts, timeout: Milliseconds, hooks: ExecutionHooks) {
    this.#clock = ports.clock
    this.#hooks = hooks
    this.#timer = ports.clock.wakeAt(milliseconds(ports.clock.now() + timeout), () => this.#timeOut())
    const timeLimit = milliseconds(Number.POSITIVE_INFINITY)
    this.#command = ports.start(command, { timeLimit, onLine: line => this.#keep(line) })
    this.#ended = this.#command.outcome.then(outcome => this.#end(outcome))
  }

  /** It is past its timeout, and still there. */
  get overdue(): boolean {
    return this.#overdue
  }

  /** Ends it without a result. Resolves when it is gone, or cannot be killed. */
  stop(): Promise<void> {
    this.#decided = true
    if (!this.#overdue) this.#terminate()
    const givenUp = new Promise<void>(resolve => {
      const timer = this.#clock.wakeAt(milliseconds(this.#clock.now() + PATIENCE), resolve)
      void this.#ended.then(() => timer.cancel())
    })
    return Promise.race([this.#ended, givenUp])
  }

  #timeOut(): void {
    this.#overdue = true
    this.#terminate()
    this.#decide({ type: 'timed-out' })
  }

  #terminate(): void {
    this.#timer.cancel()
    this.#command.kill('SIGTERM')
    this.#timer = this.#clock.wakeAt(milliseconds(this.#clock.now() + KILL_DELAY), () => this.#command.kill('SIGKILL'))
  }

  #end(outcome: CommandOutcome): void {
    this.#timer.cancel()
    this.#hooks.gone()
    // Ended by us: decided when that began.
    if (outcome.type !== 'stopped' && outcome.type !== 'timed-out') this.#decide(outcome)
  }

  #decide(result: ScriptResult): void {
    if (this.#decided) return
    this.#decided = true
    this.#hooks.result(result, [...this.#output])
  }

  #keep(line: string): void {
    this.#output.push(line)
    this.#size += line.length
    while (this.#size > OUTPUT_LIMIT) this.#size -= this.#output.shift()?.length ?? 0
  }
}
