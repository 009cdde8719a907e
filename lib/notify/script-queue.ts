/**
 * The scripts of one instance or group, one at a time and in order: a script for BACKUP never overtakes the one for MASTER,
 * as it can with keepalived, which starts all of them at once.
 */
import { basename } from 'node:path'
import { type CommandOutcome, type PreparedCommand, type RunningCommand, startCommand } from '../process/index.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'
import type { NotifyLog } from './log.ts'

/** One execution of a script. */
export interface ScriptCall {
  readonly command: PreparedCommand
  /** Behind the configured arguments. */
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** What a {@link ScriptQueue} needs. */
export interface ScriptQueueOptions {
  /** For the log: the instance or group. */
  readonly name: string
  /**
   * How long one script may take. Default 60 s: longer than a service needs to start or stop as a rule, and short enough
   * that a script which hangs does not hide the next change for ever.
   */
  readonly timeLimit?: Milliseconds
  readonly log: NotifyLog
}

/** So many changes wait for a slow script; with more, the oldest of them is left out. */
const WAITING_LIMIT = 64
const DEFAULT_TIME_LIMIT = milliseconds(60_000)

/** Executes the scripts of one instance or group in order. */
export class ScriptQueue {
  readonly #name: string
  readonly #timeLimit: Milliseconds
  readonly #log: NotifyLog
  /** What is to be executed, one list for each change. */
  #waiting: (readonly ScriptCall[])[] = []
  #running: RunningCommand | undefined
  #work: Promise<void> | undefined
  #leftOut = 0

  constructor({ name, timeLimit = DEFAULT_TIME_LIMIT, log }: ScriptQueueOptions) {
    this.#name = name
    this.#timeLimit = timeLimit
    this.#log = log
  }

  /** Adds the scripts of one change, in the order in which they are to run. */
  push(calls: readonly ScriptCall[]): void {
    if (calls.length === 0) return
    this.#waiting.push(calls)
    if (this.#waiting.length > WAITING_LIMIT) {
      this.#waiting.shift()
      if (this.#leftOut++ === 0)
        this.#say('warning', `more than ${WAITING_LIMIT} changes wait for a script: the oldest are left out`)
    }
    this.#work ??= this.#run()
  }

  /** Changes wait behind a script that runs. */
  get behind(): boolean {
    return this.#waiting.length > 0
  }

  /** Settles when nothing runs or waits. */
  async settled(): Promise<void> {
    await this.#work
  }

  /**
   * The last change. Until half of `grace` has passed, the scripts that wait go first, in order; then whatever is left
   * of them gives way to this one, and at the end of `grace` all is killed. Resolves when nothing runs any more.
   */
  async stop(calls: readonly ScriptCall[], grace: Milliseconds): Promise<void> {
    this.push(calls)
    const giveWay = setTimeout(() => {
      if (!this.#waiting.includes(calls)) return
      this.#waiting = [calls]
      this.#running?.kill()
    }, grace / 2)
    const end = setTimeout(() => {
      this.#waiting = []
      this.#running?.kill()
    }, grace)
    await this.settled()
    clearTimeout(giveWay)
    clearTimeout(end)
  }

  async #run(): Promise<void> {
    for (let calls = this.#waiting.shift(); calls !== undefined; calls = this.#waiting.shift()) {
      for (const call of calls) if ((await this.#execute(call)) === 'stopped') break
    }
    if (this.#leftOut > 0) this.#say('warning', `${this.#leftOut} changes were left out`)
    this.#leftOut = 0
    this.#work = undefined
  }

  async #execute({ command, words, environment }: ScriptCall): Promise<CommandOutcome['type']> {
    const name = basename(command.path)
    const onLine = (line: string) => this.#say('info', `${name}: ${line}`)
    this.#say('debug', `executing ${[command.path, ...command.arguments, ...words].join(' ')}`)
    this.#running = startCommand(command, { words, environment, timeLimit: this.#timeLimit, onLine })
    const outcome = await this.#running.outcome
    this.#running = undefined
    const text = describeOutcome(outcome, this.#timeLimit)
    if (text !== undefined) this.#say('warning', `script ${[command.path, ...command.arguments].join(' ')} ${text}`)
    return outcome.type
  }

  #say(level: Parameters<NotifyLog>[0], text: string): void {
    this.#log(level, `(${this.#name}) ${text}`)
  }
}

/** What is wrong with an outcome; undefined when nothing is. */
function describeOutcome(outcome: CommandOutcome, timeLimit: Milliseconds): string | undefined {
  switch (outcome.type) {
    case 'exited':
      return outcome.status === 0 ? undefined : `exited with status ${outcome.status}`
    case 'killed':
      return `was ended by ${outcome.signal}`
    case 'timed-out':
      return `did not end within ${timeLimit / 1000} s and was killed`
    case 'stopped':
      return 'was killed, because the router stops'
    case 'not-started':
      return `could not be started: ${outcome.message}`
  }
}
