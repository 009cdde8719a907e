/**
 * A socket under TLS, watched: whether it was still open when TLS said that it ends. Only then the server sent
 * close_notify (RFC 8446 §6.1); node itself reports both ends alike.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Passes everything on. */
export class WatchedStream extends Duplex {
  readonly #socket: Socket
  #open = true

  constructor(socket: Socket) {
    super()
    this.#socket = socket
    socket.on('data', bytes => {
      if (!this.push(bytes)) socket.pause()
    })
    socket.on('end', () => {
      this.#open = false
      this.push(null)
    })
    // Whoever made the socket hears why.
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.destroy())
  }

  /** The server has not closed the connection below TLS. */
  get open(): boolean {
    return this.#open
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#socket.write(bytes, callback)
  }

  override _final(callback: () => void): void {
    this.#socket.end(callback)
  }
}
