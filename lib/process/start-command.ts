/**
 * Runs one command: no shell, a process group of its own, nothing on stdin, its output into lines, an end that comes for sure.
 *
 * Starting a process takes about a millisecond of the event loop, so only one is started in each turn of it: packets and
 * timers get their chance in between, however many instances change at once.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { messageOf } from '../errors.ts'
import type { Milliseconds } from '../time/index.ts'
import { OutputLines } from './output-lines.ts'
import type { PreparedCommand } from './prepare-command.ts'

/** Between the polite and the final signal, milliseconds. */
const KILL_DELAY = 1000
/** How long output is waited for when the command has ended but something that it started holds its pipes, milliseconds. */
const DRAIN_DELAY = 100
/** Characters of output that one run may put into the log. */
const OUTPUT_LIMIT = 8192
/** Between two pieces (64 KiB) of output that nobody reads any more, milliseconds. */
const FLOOD_PAUSE = 10
/** What could make another program of a script than the one that was checked; keepalived drops them too. */
const DANGEROUS_VARIABLES: readonly string[] = ['IFS', 'LD_PRELOAD', 'LD_LIBRARY_PATH']

/** How a command is run. */
export interface CommandOptions {
  /** Follow the arguments that are configured. */
  readonly words?: readonly string[]
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Then it is ended, with everything in its process group. `Infinity`: never. */
  readonly timeLimit: Milliseconds
  /** Takes what it prints, line by line, 8192 characters at most. Absent: its output goes to /dev/null. */
  readonly onLine?: (line: string) => void
}

/** How a command ended. */
export type CommandOutcome =
  | { readonly type: 'exited'; readonly status: number }
  /** Somebody sent it a signal. */
  | { readonly type: 'killed'; readonly signal: string }
  /** It was ended at its time limit. */
  | { readonly type: 'timed-out' }
  /** {@link RunningCommand.kill} ended it. */
  | { readonly type: 'stopped' }
  /** The system refused to start it. */
  | { readonly type: 'not-started'; readonly message: string }

/** A command that was started. */
export interface RunningCommand {
  /** Never rejects. */
  readonly outcome: Promise<CommandOutcome>
  /** Sends a signal (default SIGKILL) to it and everything in its process group; before its turn, it never starts. */
  kill(signal?: NodeJS.Signals): void
}

/**
 * Starts a command in a coming turn of the event loop.
 * What it leaves running in the background lives on, as after keepalived; at the time limit all of it ends.
 */
export function startCommand(command: PreparedCommand, options: CommandOptions): RunningCommand {
  const run = new CommandRun(command, options)
  if (turns.push(() => run.begin()) === 1) setImmediate(takeTurn)
  return run
}

const turns: (() => void)[] = []

function takeTurn(): void {
  turns[0]?.()
  turns.shift()
  if (turns.length > 0) setImmediate(takeTurn)
}

class CommandRun implements RunningCommand {
  readonly outcome: Promise<CommandOutcome>
  readonly #command: PreparedCommand
  readonly #options: CommandOptions
  #settle: (outcome: CommandOutcome) => void = () => {}
  #child: ChildProcess | undefined
  #alive = false
  /** Why it is being ended, if it is. */
  #ending: 'timed-out' | 'stopped' | undefined

  constructor(command: PreparedCommand, options: CommandOptions) {
    this.#command = command
    this.#options = options
    this.outcome = new Promise(resolve => {
      this.#settle = resolve
    })
  }

  begin(): void {
    if (this.#ending !== undefined) return this.#settle({ type: this.#ending })
    try {
      const child = this.#spawn()
      this.#child = child
      this.#alive = child.pid !== undefined
      this.#watch(child)
    } catch (error) {
      this.#settle({ type: 'not-started', message: messageOf(error) })
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#ending ??= 'stopped'
    this.#signal(signal)
  }

  #spawn(): ChildProcess {
    const { path, arguments: configured, user } = this.#command
    const { words = [], environment, onLine } = this.#options
    const variables = Object.entries(process.env).filter(([name]) => !DANGEROUS_VARIABLES.includes(name))
    const output = onLine === undefined ? 'ignore' : 'pipe'
    return spawn(path, [...configured, ...words], {
      // A session, and so a process group, of its own.
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...Object.fromEntries(variables), ...environment },
      // Supplementary groups are dropped with it.
      ...(process.getuid?.() === 0 && { uid: user.uid, gid: user.gid }),
    })
  }

  #watch(child: ChildProcess): void {
    const { timeLimit, onLine } = this.#options
    let limit: NodeJS.Timeout | undefined
    if (Number.isFinite(timeLimit)) {
      limit = setTimeout(() => {
        this.#ending ??= 'timed-out'
        this.#signal('SIGTERM')
        limit = setTimeout(() => this.#signal('SIGKILL'), KILL_DELAY)
      }, timeLimit)
    }
    if (onLine !== undefined) collectLines(child, onLine)
    child.on('error', error => {
      clearTimeout(limit)
      // Also comes for a signal that could not be sent: then the process lives, and ends otherwise.
      if (child.pid === undefined) this.#settle({ type: 'not-started', message: messageOf(error) })
    })
    child.on('exit', (status, signal) => {
      clearTimeout(limit)
      // What is left of its group has had its warning.
      if (this.#ending !== undefined) this.#signal('SIGKILL')
      this.#alive = false
      const outcome = this.#outcome(status, signal)
      // A background process may hold the pipes for ever. They are read on, or their next writer would get SIGPIPE.
      const drained = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref()
        this.#settle(outcome)
      }, DRAIN_DELAY)
      child.on('close', () => {
        clearTimeout(drained)
        this.#settle(outcome)
      })
    })
  }

  #outcome(status: number | null, signal: NodeJS.Signals | null): CommandOutcome {
    if (this.#ending !== undefined) return { type: this.#ending }
    return status === null ? { type: 'killed', signal: signal ?? 'unknown' } : { type: 'exited', status }
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined || !this.#alive) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It ended between the look and the signal.
    }
  }
}

function collectLines(child: ChildProcess, onLine: (line: string) => void): void {
  const budget = { left: OUTPUT_LIMIT }
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new OutputLines(budget, onLine)
    stream?.setEncoding('utf8').on('data', text => {
      lines.add(text)
      // A flood is drained slowly: its writer may wait, the event loop may not.
      if (budget.left > 0) return
      stream.pause()
      setTimeout(() => stream.resume(), FLOOD_PAUSE).unref()
    })
    stream?.on('end', () => lines.end())
  }
}
