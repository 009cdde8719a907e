/**
 * A client on a host of the lab that asks web servers for their pages, over sockets of this very process: nothing is
 * started for a request.
 */
import { connect, type Socket } from 'node:net'
import type { Host } from './host.ts'
import { enterNamespace } from './namespace.ts'

/** Milliseconds for a connection and for an answer. */
const PATIENCE = 3000

/** One TCP connection to a web server. */
export class Connection {
  readonly #socket: Socket
  readonly #address: string

  private constructor(socket: Socket, address: string) {
    this.#socket = socket
    this.#address = address
  }

  /** Connects from `host`. @throws Error when nobody answers */
  static async open(host: Host, address: string, port = 80): Promise<Connection> {
    const leave = enterNamespace(host)
    const socket = connect({ host: address, port, noDelay: true })
    // Node makes the socket at the next tick, and a socket stays in the namespace where it was made.
    await new Promise<void>(resolve => process.nextTick(resolve))
    leave()
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE} ms`)))
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', error => reject(new Error(`${host.name} to ${address}: ${error.message}`)))
    })
    return new Connection(socket, address)
  }

  /** Asks for the page once more, on the same connection. Resolves with the body, without its line end. */
  async ask(): Promise<string> {
    const socket = this.#socket
    if (socket.destroyed) throw new Error(`the connection to ${this.#address} is closed`)
    return await new Promise<string>((resolve, reject) => {
      let text = ''
      const settle = (outcome: () => void) => {
        socket.setTimeout(0)
        for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event)
        // An error between two requests is told by the next one.
        socket.on('error', () => {})
        outcome()
      }
      socket.setTimeout(PATIENCE)
      socket.on('data', chunk => {
        text += chunk.toString('latin1')
        const body = /^HTTP\/1\.1 200 .*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n(.*)$/s.exec(text)
        if (body !== null && body[2]?.length === Number(body[1])) settle(() => resolve(body[2]?.trimEnd() ?? ''))
      })
      socket.on('error', error => settle(() => reject(new Error(`from ${this.#address}: ${error.message}`))))
      socket.on('close', () => settle(() => reject(new Error(`${this.#address} closed the connection: ${text}`))))
      socket.write(`GET / HTTP/1.1\r\nHost: lab\r\n\r\n`)
    })
  }

  /** Ends it. */
  close(): void {
    this.#socket.destroy()
  }
}

/** A connection for one page. */
export async function visit(host: Host, address: string, port = 80): Promise<string> {
  const connection = await Connection.open(host, address, port)
  try {
    return await connection.ask()
  } finally {
    connection.close()
  }
}
