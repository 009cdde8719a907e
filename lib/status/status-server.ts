/**
 * The status socket: who may connect (root alone) can ask what the router is and does. A request costs the router slices
 * of a millisecond, whatever its size, and a client can hold nothing up: clients, input, time and memory are bounded.
 */
import { createServer, type Server, type Socket } from 'node:net'
import type { NodeHistory } from './node-history.ts'
import { refusalLine } from './protocol.ts'
import { collectInSlices } from './slices.ts'
import type { StatusReporter } from './status-reporter.ts'
import { SESSION_TIMING, type SessionTiming, StatusSession } from './status-session.ts'
import { listenAt } from './unix-listener.ts'

/** What a {@link StatusServer} serves. */
export interface StatusServerOptions {
  /** Path of the socket. */
  readonly path: string
  readonly reporter: StatusReporter
  readonly history: NodeHistory
  /** Default {@link SESSION_TIMING}. */
  readonly timing?: SessionTiming
}

/** More clients than this are told so and sent away. */
const CLIENTS = 16

/** A listening status socket. */
export class StatusServer {
  readonly #server: Server
  readonly #clients = new Set<Socket>()
  readonly #source: ConstructorParameters<typeof StatusSession>[1]
  readonly #timing: SessionTiming

  private constructor({ reporter, history, timing = SESSION_TIMING }: StatusServerOptions) {
    this.#timing = timing
    this.#source = {
      pieces: () => collectInSlices(reporter.pieces()),
      onChange: listener => history.onChange(listener),
    }
    this.#server = createServer(socket => this.#welcome(socket))
    // One that fails to accept (no descriptors left) tries again with the next; there is nobody to tell.
    this.#server.on('error', () => {})
  }

  /** Listens. @throws Error saying why that is not possible; nothing is left then */
  static async open(options: StatusServerOptions): Promise<StatusServer> {
    const server = new StatusServer(options)
    try {
      await listenAt(server.#server, options.path)
    } catch (error) {
      server.#server.close()
      throw error
    }
    // A router that has stopped ends, whoever still listens.
    server.#server.unref()
    return server
  }

  /** Hangs up and removes the socket. Twice is once. */
  close(): void {
    this.#server.close()
    for (const socket of this.#clients) socket.destroy()
  }

  #welcome(socket: Socket): void {
    if (this.#clients.size >= CLIENTS) {
      socket.on('error', () => socket.destroy())
      socket.end(refusalLine('too-many-clients', `${CLIENTS} are connected already`), () => socket.destroy())
      return
    }
    this.#clients.add(socket)
    socket.unref()
    socket.on('close', () => this.#clients.delete(socket))
    new StatusSession(socket, this.#source, this.#timing)
  }
}
