/**
 * `notify_fifo`, `vrrp_notify_fifo` and `lvs_notify_fifo`: changes as lines in a named pipe, and the program that reads it. fifo(7).
 *
 * Writing never waits: without a reader the pipe holds 64 KiB, and lines that find no room are lost, as with keepalived;
 * unlike there they are counted, and the log has their number.
 */
import { execFileSync } from 'node:child_process'
import { chownSync, closeSync, constants, fstatSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { messageOf } from '../errors.ts'
import {
  type CommandDescription,
  type CommandPolicy,
  lookUpUser,
  prepareCommand,
  type RunningCommand,
  startCommand,
} from '../process/index.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'
import type { NotifyLog } from './log.ts'

/** A FIFO as it is configured. */
export interface FifoSettings {
  readonly path: string
  /** What is written: instances and groups, or virtual and real servers. Default: both. */
  readonly only?: 'vrrp' | 'lvs'
  /** Who owns it, when it has to be made. Default: the user of scripts. */
  readonly user?: string
  readonly group?: string
  /** A program that reads it: started with the path of the FIFO as its last argument. */
  readonly script?: CommandDescription
}

/** An open FIFO. */
export class Fifo {
  readonly #settings: FifoSettings
  readonly #log: NotifyLog
  readonly #created: boolean
  readonly #reader: RunningCommand | undefined
  #descriptor: number | undefined
  #lost = 0
  #closing = false

  /**
   * Makes the pipe if it is not there, opens it, and starts its reader.
   * @throws the file system's error, or an Error when there is something else of that name
   */
  constructor(settings: FifoSettings, policy: CommandPolicy, log: NotifyLog) {
    this.#settings = settings
    this.#log = log
    this.#created = createIfAbsent(settings, policy)
    // O_RDWR: opens without a reader, and none that comes and goes ends the pipe.
    const descriptor = openSync(settings.path, constants.O_RDWR | constants.O_NONBLOCK)
    if (!fstatSync(descriptor).isFIFO()) {
      closeSync(descriptor)
      throw new Error(`${settings.path} is there, and is no FIFO`)
    }
    this.#descriptor = descriptor
    this.#reader = settings.script === undefined ? undefined : this.#startReader(settings.script, policy)
  }

  /** What is written to it; undefined: everything. */
  get only(): FifoSettings['only'] {
    return this.#settings.only
  }

  /** Writes one line, which ends in `\n`, or loses it. */
  write(line: string): void {
    if (this.#descriptor === undefined) return
    try {
      // Up to PIPE_BUF bytes (4096) go in whole or not at all.
      writeSync(this.#descriptor, line)
      if (this.#lost > 0) this.#say('warning', `${this.#lost} lines were lost, because nobody read`)
      this.#lost = 0
    } catch (error) {
      if (this.#lost++ === 0) this.#say('warning', `a line is lost: ${messageOf(error)}`)
    }
  }

  /**
   * Closes the pipe and removes it if it was made here. Its reader sees the end of file; half of `grace` later it gets
   * SIGTERM, and at the end SIGKILL. Resolves when it is gone.
   */
  async close(grace: Milliseconds): Promise<void> {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    if (this.#created) rmSync(this.#settings.path, { force: true })
    if (this.#reader === undefined) return
    this.#closing = true
    const ask = setTimeout(() => this.#reader?.kill('SIGTERM'), grace / 2)
    const end = setTimeout(() => this.#reader?.kill(), grace)
    await this.#reader.outcome
    clearTimeout(ask)
    clearTimeout(end)
  }

  #startReader(script: CommandDescription, policy: CommandPolicy): RunningCommand | undefined {
    const command = prepareCommand(script, policy)
    if ('problem' in command) {
      this.#say('error', `its script is not started: ${command.problem}`)
      return undefined
    }
    if (command.warning !== undefined) this.#say('warning', `its script: ${command.warning}`)
    const reader = startCommand(command, {
      words: [this.#settings.path],
      timeLimit: milliseconds(Number.POSITIVE_INFINITY),
      onLine: line => this.#say('info', line),
    })
    reader.outcome.then(outcome => {
      const text = outcome.type === 'not-started' ? outcome.message : `it ${outcome.type}`
      if (!this.#closing) this.#say('warning', `its script runs no longer: ${text}`)
    })
    return reader
  }

  #say(level: Parameters<NotifyLog>[0], text: string): void {
    this.#log(level, `FIFO ${this.#settings.path}: ${text}`)
  }
}

/** Makes the pipe; false when it was there. @throws Error */
function createIfAbsent({ path, user, group }: FifoSettings, policy: CommandPolicy): boolean {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return false
  const owner = user === undefined ? policy.user : lookUpUser(user, group)
  if ('problem' in owner) throw new Error(owner.problem)
  // Node has no mkfifo(3).
  execFileSync('mkfifo', ['-m', '644', '--', path], { stdio: ['ignore', 'ignore', 'pipe'] })
  if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid)
  return true
}
