/**
 * Lines to a descriptor, one write at a time, outside the event loop's thread: a full disk, a slow one or a reader that has
 * stopped reading costs lines of the log and never an advert.
 */
import { write } from 'node:fs'

/** More than this is not kept waiting. */
const LIMIT = 1 << 20
const RETRY_MS = 20

/** Writes lines in order. */
export class LineWriter {
  readonly #fd: number
  readonly #complain: (message: string) => void
  readonly #idle = new Set<() => void>()
  #waiting = ''
  #busy = false
  #failing = false
  #lost = 0

  /** @param complain - hears once when lines begin to be lost, and once how many were when that is over */
  constructor(fd: number, complain: (message: string) => void = () => {}) {
    this.#fd = fd
    this.#complain = complain
  }

  /** Takes a line. Returns at once. */
  write(line: string): void {
    if (this.#waiting.length > LIMIT) return this.#lose('too many lines wait to be written')
    this.#waiting += `${line}\n`
    if (!this.#busy) this.#next()
  }

  /** Resolves when everything is written or lost, after `limit` ms at the latest. */
  flush(limit: number): Promise<void> {
    if (!this.#busy) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, limit)
      this.#idle.add(done)
    })
  }

  #next(): void {
    if (this.#waiting === '') {
      this.#busy = false
      for (const done of this.#idle) done()
      this.#idle.clear()
      return
    }
    this.#busy = true
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#write(bytes)
  }

  #write(bytes: Buffer): void {
    write(this.#fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes), RETRY_MS)
      } else if (error !== null) {
        this.#lose(error.message, bytes.toString().split('\n').length - 1)
        this.#next()
      } else if (written < bytes.length) {
        this.#write(bytes.subarray(written))
      } else {
        this.#recover()
        this.#next()
      }
    })
  }

  #lose(why: string, lines = 1): void {
    this.#lost += lines
    if (this.#failing) return
    this.#failing = true
    this.#complain(`the log cannot be written: ${why}`)
  }

  #recover(): void {
    if (!this.#failing) return
    this.#failing = false
    const lost = this.#lost
    this.#lost = 0
    this.#complain(`the log can be written again; ${lost} lines were lost`)
  }
}
