/**
 * A program that runs during a lab test: its log as lines with the time they were read, and ways to wait for one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** One line of a daemon's output. */
export interface LogLine {
  /** When it was read: milliseconds since the epoch. */
  readonly time: number
  readonly text: string
}

/** A running program. Its stdout and stderr are one log. */
export class Daemon {
  readonly name: string
  readonly log: LogLine[] = []
  readonly #process: ChildProcess
  readonly #waiting = new Set<() => void>()
  #ended = false

  constructor(name: string, command: readonly string[]) {
    this.name = name
    const [program = '', ...rest] = command
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', text => {
        this.log.push({ time: performance.timeOrigin + performance.now(), text })
        this.#wake()
      })
    }
    child.on('error', error => this.log.push({ time: Date.now(), text: String(error) }))
    child.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** @throws Error when it never started. */
  get pid(): number {
    const { pid } = this.#process
    if (pid === undefined) throw new Error(`${this.name} did not start: ${this.text()}`)
    return pid
  }

  /** Has exited, and its output is read to the end. */
  get ended(): boolean {
    return this.#ended
  }

  /** The exit status; null after a signal or while it runs. */
  get exitCode(): number | null {
    return this.#process.exitCode
  }

  /** The whole log, for messages. */
  text(): string {
    return this.log.map(line => line.text).join('\n')
  }

  /** Sends a signal. Does nothing when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill(signal)
  }

  /**
   * The first line that matches, from line number `from` on: at once if it is there already.
   * @throws Error with the log, when it does not come `within` milliseconds or the program ends before.
   */
  async untilLog(pattern: RegExp, { from = 0, within = 10_000 } = {}): Promise<LogLine> {
    let line: LogLine | undefined
    await this.#until(
      () => {
        line = this.log.slice(from).find(({ text }) => pattern.test(text))
        return line !== undefined || this.#ended
      },
      within,
      `a log line ${pattern}`,
    )
    if (line === undefined) throw new Error(`${this.name} ended without a log line ${pattern}:\n${this.text()}`)
    return line
  }

  /** Resolves when it has ended. @throws Error with the log, when it does not `within` milliseconds. */
  async untilEnd(within = 10_000): Promise<void> {
    await this.#until(() => this.#ended, within, 'its end')
  }

  async #until(condition: () => boolean, within: number, what: string): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition()) return
        done()
        resolve()
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`${this.name}: waited ${within} ms for ${what}:\n${this.text()}`))
      }, within)
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(check)
      }
      this.#waiting.add(check)
    })
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check()
  }
}
