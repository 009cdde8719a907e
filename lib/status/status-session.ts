/**
 * One client of the status socket: its requests one after the other, and a stream of answers if it asks to watch.
 */
import type { Socket } from 'node:net'
import { messageOf } from '../errors.ts'
import { parseRequest, REQUEST_LIMIT, type RefusalCode, refusalLine } from './protocol.ts'

/** What a session serves. */
export interface SessionSource {
  /** A status as JSON text, in pieces. */
  readonly pieces: () => Promise<readonly string[]>
  readonly onChange: (listener: () => void) => () => void
}

/** Limits of a session, ms. */
export interface SessionTiming {
  /** A client that asks nothing is sent away after this. */
  readonly idle: number
  /** A client that does not read is sent away after this. */
  readonly stalled: number
  /** Changes within this are told together. */
  readonly gather: number
  /** A watcher gets a status at least this often. */
  readonly refresh: number
}

/** The limits that are used. */
export const SESSION_TIMING: SessionTiming = { idle: 30_000, stalled: 10_000, gather: 250, refresh: 5000 }

/** Characters that are written at one go, about. */
const CHUNK = 1 << 16

/** A client. Ends by itself when the client does, or misbehaves. */
export class StatusSession {
  readonly #socket: Socket
  readonly #source: SessionSource
  readonly #timing: SessionTiming
  #pending = ''
  #busy = false
  #timer: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined
  #changed = false
  #sending = false

  constructor(socket: Socket, source: SessionSource, timing: SessionTiming = SESSION_TIMING) {
    this.#socket = socket
    this.#source = source
    this.#timing = timing
    socket.setEncoding('utf8')
    socket.setTimeout(timing.idle, () => socket.destroy())
    socket.on('data', (text: string) => this.#take(text))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#end())
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#unsubscribe?.()
  }

  #take(text: string): void {
    // A watcher has said what it wants; whatever it says then is not kept.
    if (this.#unsubscribe !== undefined) return
    this.#pending += text
    if (!this.#pending.includes('\n') && this.#pending.length > REQUEST_LIMIT) return this.#refuse('too-long')
    void this.#work()
  }

  #refuse(code: RefusalCode): void {
    this.#socket.end(refusalLine(code, `a request has at most ${REQUEST_LIMIT} bytes`))
    // Whoever sends more than that may send for ever.
    this.#socket.removeAllListeners('data').resume()
    this.#socket.setTimeout(this.#timing.gather, () => this.#socket.destroy())
  }

  /** Answers the lines that are there. Nothing more is read meanwhile, so that a flood fills the client's buffers. */
  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    this.#socket.pause()
    for (let end = this.#pending.indexOf('\n'); end >= 0; end = this.#pending.indexOf('\n')) {
      const line = this.#pending.slice(0, end)
      this.#pending = this.#pending.slice(end + 1)
      if (line.length > REQUEST_LIMIT) return this.#refuse('too-long')
      if (line.trim() === '') continue
      const parsed = parseRequest(line)
      if ('error' in parsed) await this.#write(refusalLine(parsed.error, parsed.message))
      else if (parsed.request === 'status') await this.#sendStatus()
      else {
        await this.#watch()
        break
      }
      if (this.#socket.destroyed) return
    }
    this.#busy = false
    this.#socket.resume()
  }

  async #watch(): Promise<void> {
    this.#pending = ''
    this.#socket.setTimeout(0)
    this.#unsubscribe = this.#source.onChange(() => this.#note())
    await this.#sendNext()
  }

  #note(): void {
    if (this.#changed) return
    this.#changed = true
    this.#schedule()
  }

  /** The next status: soon after a change, else later. While one is on its way, none is made. */
  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#sending || this.#socket.destroyed) return
    const { gather, refresh } = this.#timing
    this.#timer = setTimeout(() => void this.#sendNext(), this.#changed ? gather : refresh)
    this.#timer.unref()
  }

  async #sendNext(): Promise<void> {
    this.#sending = true
    this.#changed = false
    await this.#sendStatus()
    this.#sending = false
    this.#schedule()
  }

  async #sendStatus(): Promise<void> {
    try {
      const pieces = await this.#source.pieces()
      await this.#write('{"status":')
      for (const chunk of chunksOf(pieces)) await this.#write(chunk)
      await this.#write('}\n')
    } catch (error) {
      // A client that went away is no failure of ours.
      if (this.#socket.destroyed) return
      this.#socket.end(refusalLine('failed', messageOf(error)))
    }
  }

  /** Resolves when the client has taken it; a client that does not is dropped. */
  #write(text: string): Promise<void> {
    const { stalled } = this.#timing
    return new Promise(resolve => {
      const socket = this.#socket
      if (socket.destroyed) return resolve()
      const timer = setTimeout(() => socket.destroy(), stalled)
      socket.write(text, () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}

/** Joins pieces to texts of a size that is written at one go: what waits for a slow client is one of them. */
function* chunksOf(pieces: readonly string[]): Generator<string, void, undefined> {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
