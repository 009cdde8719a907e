/**
 * track_file: the number in a file, by which weights are multiplied. A file that does not exist counts as 0.
 */
import { dirname } from 'node:path'
import { messageOf } from '../errors.ts'
import { type Clock, milliseconds, type Timer } from '../time/index.ts'
import { parseFileNumber } from './file-number.ts'
import type { FileSource } from './file-source.ts'
import type { TrackListener } from './track-event.ts'
import type { Tracker } from './tracker.ts'

/** From a change to the look at it, ms: a writer first empties the file, and then writes. */
const SETTLE = 20
/** An empty file is looked at again after this, ms, before it counts as 0. */
const EMPTY_SETTLE = 200
/** What events do not tell (a network file system, a symbolic link's target) is seen after this, ms. */
const POLL = 5000
/** The same while the directory cannot be watched, ms. */
const FAST_POLL = 1000

/** One track_file. */
export interface FileSpecification {
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** Written at the start, if the file does not exist or `overwrite` says so. */
  readonly initial?: { readonly value: number; readonly overwrite: boolean }
}

/** What a {@link FileTracker} stands on. */
export interface FilePorts {
  readonly clock: Clock
  readonly files: FileSource
}

/** Watches the number in one file. */
export class FileTracker implements Tracker {
  readonly kind = 'file'
  readonly name: string
  readonly #specification: FileSpecification
  readonly #ports: FilePorts
  readonly #tell: TrackListener
  #value: number | undefined
  #complaint = ''
  #empty = false
  #unwatch: (() => void) | undefined
  #look: Timer | undefined
  #poll: Timer | undefined
  #running = false

  constructor(specification: FileSpecification, ports: FilePorts, tell: TrackListener) {
    this.name = specification.name
    this.#specification = specification
    this.#ports = ports
    this.#tell = tell
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#initialize()
    this.#watch()
    this.#read()
    this.#schedulePoll()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#look?.cancel()
    this.#look = undefined
    this.#poll?.cancel()
  }

  #initialize(): void {
    const { path, initial } = this.#specification
    if (initial === undefined) return
    const { files } = this.#ports
    try {
      if (initial.overwrite || files.read(path) === undefined) files.write(path, `${initial.value}\n`)
    } catch (error) {
      this.#complain(`cannot be written: ${messageOf(error)}`)
    }
  }

  #watch(): void {
    if (this.#unwatch !== undefined) return
    const lost = () => {
      this.#unwatch = undefined
      this.#readSoon(SETTLE)
      this.#schedulePoll()
    }
    try {
      this.#unwatch = this.#ports.files.watch(dirname(this.#specification.path), () => this.#readSoon(SETTLE), lost)
    } catch {
      // No directory, or no watches left: polling does.
    }
  }

  #schedulePoll(): void {
    const { clock } = this.#ports
    this.#poll?.cancel()
    const at = milliseconds(clock.now() + (this.#unwatch === undefined ? FAST_POLL : POLL))
    this.#poll = clock.wakeAt(at, () => {
      this.#watch()
      if (this.#look === undefined) this.#read()
      this.#schedulePoll()
    })
  }

  #readSoon(delay: number): void {
    const { clock } = this.#ports
    this.#look ??= clock.wakeAt(milliseconds(clock.now() + delay), () => {
      this.#look = undefined
      this.#read()
    })
  }

  #read(): void {
    const text = this.#readText()
    const wasEmpty = this.#empty
    this.#empty = text === ''
    // It is being written, unless it stays like that.
    if (this.#empty && !wasEmpty && this.#value !== undefined) return this.#readSoon(EMPTY_SETTLE)
    const number = text === undefined ? 0 : parseFileNumber(text)
    if (number !== undefined) this.#complaint = ''
    else if (!this.#empty) this.#complain('does not begin with a number')
    this.#set(number ?? 0)
  }

  #readText(): string | undefined {
    try {
      return this.#ports.files.read(this.#specification.path)
    } catch (error) {
      this.#complain(messageOf(error))
      return ''
    }
  }

  #complain(what: string): void {
    if (what === this.#complaint) return
    this.#complaint = what
    const message = `${this.#specification.path} ${what}: it counts as 0`
    this.#tell({ type: 'unreadable', name: this.name, message })
  }

  #set(value: number): void {
    if (value === this.#value) return
    this.#value = value
    this.#tell({ type: 'verdict', kind: 'file', name: this.name, verdict: value === 0 ? 'ok' : 'failing', value })
  }
}
