/**
 * Keeps the replay memory of an engine on disk, so that an authenticated advert that was accepted is not accepted again after a
 * restart of the program. RFC 2402 §3.4.3, draft-cassen-vrrp-auth-hmac.
 */
import type { EngineHost, ReplayRecord } from '../engine/index.ts'
import { messageOf } from '../errors.ts'
import { type Clock, milliseconds, type Timer } from '../time/index.ts'
import type { KeepalivedLogOptions } from './keepalived-log.ts'
import { replaceFile } from './replace-file.ts'
import { formatReplayNotes, type ReplayNotes, readReplayFile } from './replay-file.ts'
import { isRunningDaemon } from './same-program.ts'

/** What a {@link ReplayKeeper} stands on. */
export interface ReplayKeeperOptions {
  readonly engine: EngineHost
  readonly clock: Clock
  /** The file: JSON, mode 0600, without secrets. */
  readonly path: string
  readonly log: KeepalivedLogOptions['write']
}

/** Between two looks, ms: as old may the file be after a crash. */
const PERIOD = milliseconds(1000)

/** Reminds the engine at the start, then writes what has changed once a second and at the stop. */
export class ReplayKeeper {
  readonly #options: ReplayKeeperOptions
  #timer: Timer | undefined
  #written = ''
  #troubled = false

  constructor(options: ReplayKeeperOptions) {
    this.#options = options
  }

  /**
   * Reads what an earlier run left, and begins to write. To be called before the engine is configured. A file that cannot be
   * trusted or written is one warning; one that another daemon writes is left alone.
   */
  begin(): void {
    const { engine, clock, path, log } = this.#options
    const notes = this.#read()
    if (notes !== undefined && isRunningDaemon(notes.pid)) {
      log(
        'warning',
        `replays are not remembered over a restart: ${path} is that of process ${notes.pid}; give another one`,
      )
      return
    }
    // After a crash the last second is missing.
    const until = notes?.complete === false ? { until: clock.wallTime() } : {}
    const records = (notes?.records ?? []).map(record => ({ ...record, ...until }))
    if (records.length > 0) engine.dispatch({ type: 'remember', records })
    this.#write(records, false)
    this.#wait()
  }

  /** Writes for the last time. To be called when the engine has stopped. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    const { engine } = this.#options
    this.#write(await engine.replayRecords(), !engine.broken)
  }

  #wait(): void {
    const { clock } = this.#options
    this.#timer = clock.wakeAt(milliseconds(clock.now() + PERIOD), () => void this.#look(), { slack: PERIOD })
  }

  async #look(): Promise<void> {
    const records = await this.#options.engine.replayRecords()
    if (this.#timer === undefined) return
    this.#write(records, false)
    this.#wait()
  }

  #read(): ReplayNotes | undefined {
    const { path, log } = this.#options
    try {
      return readReplayFile(path)
    } catch (error) {
      log('warning', `${path} is not used, ${messageOf(error)}: replays from before this start cannot all be told`)
      return undefined
    }
  }

  #write(records: readonly ReplayRecord[], complete: boolean): void {
    const { path, log } = this.#options
    const text = formatReplayNotes({ pid: process.pid, complete, records })
    if (text === this.#written) return
    try {
      replaceFile(path, text)
      this.#written = text
      this.#troubled = false
    } catch (error) {
      if (!this.#troubled) log('warning', `replays are not remembered over a restart: ${messageOf(error)}`)
      this.#troubled = true
    }
  }
}
