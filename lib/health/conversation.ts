/**
 * A conversation with a server over TCP or TLS: connect, say something, hear the answer, always come to an end.
 *
 * keepalived's connect_timeout bounds connecting and each silence; a server that drips one byte a second would hold its
 * checker for ever, so the whole is bounded too, to ten times that.
 */

import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { Target } from './check-specification.ts'
import { failed, nameOf, socketFailure } from './failures.ts'
import type { Look, LookListener, LookOutcome } from './look.ts'
import { openSocket, zoned } from './open-socket.ts'
import type { SocketOpener } from './socket-opener.ts'
import { WatchedStream } from './watched-stream.ts'

/** The whole conversation takes at most this many times the time-out. */
const PATIENCE = 10

/** What is said: bytes, nothing, or the outcome, which ends it. */
export type Turn = Uint8Array | LookOutcome | undefined

/** Our side of a conversation. */
export interface Speaker {
  /** The connection stands. */
  connected(): Turn
  /** The bytes are valid during the call only. */
  received(bytes: Uint8Array): Turn
  /** The server closed. @param clean over TLS: with close_notify */
  ended(clean: boolean): LookOutcome
}

/** How TLS is spoken. */
export interface TlsOptions {
  readonly context: SecureContext
  readonly serverName: string | undefined
  readonly verify: boolean
  /** Find out whether the server ends with close_notify. */
  readonly watchEnd: boolean
}

/** What conversations stand on. */
export interface ConversationPorts {
  readonly clock: Clock
  readonly sockets: SocketOpener | undefined
}

/** As node documents and implements them; its types lack two. */
interface SocketOptions extends SocketConstructorOpts {
  readonly manualStart?: boolean
  readonly onread?: OnReadOpts
}

// Filled by one socket at a time, and read before the next one is.
const shared = Buffer.allocUnsafeSlow(65536)

/** Begins a conversation. */
export function converse(
  target: Target,
  ports: ConversationPorts,
  speaker: Speaker,
  done: LookListener,
  tls?: TlsOptions,
): Look {
  const conversation = new Conversation(target, ports, speaker, done, tls)
  conversation.begin()
  return conversation
}

class Conversation implements Look {
  readonly #target: Target
  readonly #ports: ConversationPorts
  readonly #speaker: Speaker
  readonly #done: LookListener
  readonly #tls: TlsOptions | undefined
  readonly #name: string
  #socket: Socket | undefined
  /** Where is talked: the socket, or TLS over it. */
  #stream: Socket | undefined
  #timer: Timer | undefined
  #heard: Milliseconds
  /** When it must be over; known when the connection stands. */
  #end = Number.POSITIVE_INFINITY
  #over = false

  constructor(
    target: Target,
    ports: ConversationPorts,
    speaker: Speaker,
    done: LookListener,
    tls: TlsOptions | undefined,
  ) {
    this.#target = target
    this.#ports = ports
    this.#speaker = speaker
    this.#done = done
    this.#tls = tls
    this.#name = nameOf(target)
    this.#heard = ports.clock.now()
  }

  begin(): void {
    const { address, port, sourceAddress, sourcePort, timeout } = this.#target
    this.#watchTime(milliseconds(this.#heard + timeout))
    try {
      const socket = openSocket(this.#target, 'tcp', this.#ports.sockets, fd => new Socket(this.#socketOptions(fd)))
      this.#socket = socket
      this.#stream = socket
      socket.on('error', error => this.#fail(error))
      socket.once('connect', () => (this.#tls === undefined ? this.#connected() : this.#secure(this.#tls)))
      if (this.#tls === undefined) this.#listen(socket)
      socket.connect({
        host: zoned(address, this.#target.interface),
        port,
        ...(sourceAddress !== undefined && { localAddress: zoned(sourceAddress, this.#target.interface) }),
        ...(sourcePort !== undefined && { localPort: sourcePort }),
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#timer?.cancel()
    this.#stream?.destroy()
    this.#socket?.destroy()
  }

  #socketOptions(fd: number | undefined): SocketOptions {
    const handle = fd === undefined ? {} : { fd, manualStart: true }
    if (this.#tls !== undefined) return handle
    return {
      ...handle,
      onread: {
        buffer: shared,
        callback: size => {
          this.#received(shared.subarray(0, size))
          return !this.#over
        },
      },
    }
  }

  #secure({ context, serverName, verify, watchEnd }: TlsOptions): void {
    const socket = this.#socket
    if (this.#over || socket === undefined) return
    const watched = watchEnd ? new WatchedStream(socket) : undefined
    const stream = connectTls({
      socket: watched ?? socket,
      secureContext: context,
      rejectUnauthorized: verify,
      // Servers are known by address; whose name is in the certificate is the clients' concern.
      checkServerIdentity: () => undefined,
      ...(serverName !== undefined && { servername: serverName }),
    })
    this.#stream = stream
    stream.on('error', error => this.#fail(error, 'TLS with'))
    stream.once('secureConnect', () => this.#connected())
    stream.on('data', bytes => this.#received(bytes))
    stream.on('end', () => this.#ended(watched?.open ?? true))
    stream.on('close', () => this.#ended(false))
  }

  #listen(socket: Socket): void {
    socket.on('end', () => this.#ended(true))
    socket.on('close', () => this.#ended(true))
  }

  #connected(): void {
    if (this.#over) return
    this.#heard = this.#ports.clock.now()
    this.#end = this.#heard + PATIENCE * this.#target.timeout
    this.#take(() => this.#speaker.connected())
  }

  #received(bytes: Uint8Array): void {
    if (this.#over) return
    this.#heard = this.#ports.clock.now()
    this.#take(() => this.#speaker.received(bytes))
  }

  #ended(clean: boolean): void {
    if (!this.#over) this.#take(() => this.#speaker.ended(clean))
  }

  #take(turn: () => Turn): void {
    let said: Turn
    try {
      said = turn()
    } catch (error) {
      return this.#fail(error)
    }
    if (said instanceof Uint8Array) this.#stream?.write(said)
    else if (said !== undefined) this.#finish(said)
  }

  #fail(error: unknown, what = 'connection to'): void {
    this.#finish({ success: false, failure: socketFailure(error, `${what} ${this.#name}`) })
  }

  #finish(outcome: LookOutcome): void {
    if (this.#over) return
    this.cancel()
    this.#done(outcome)
  }

  #watchTime(at: Milliseconds): void {
    this.#timer = this.#ports.clock.wakeAt(at, () => {
      // What has arrived while the event loop was busy with something else is heard first.
      setImmediate(() => this.#judgeTime())
    })
  }

  #judgeTime(): void {
    if (this.#over) return
    const { timeout } = this.#target
    const now = this.#ports.clock.now()
    if (now >= this.#end)
      return this.#finish(failed('timeout', `no complete answer of ${this.#name} in ${(PATIENCE * timeout) / 1000} s`))
    if (now < this.#heard + timeout) return this.#watchTime(milliseconds(Math.min(this.#heard + timeout, this.#end)))
    const secured = this.#stream !== this.#socket
    const what = this.#end < Number.POSITIVE_INFINITY ? 'answer of' : secured ? 'TLS with' : 'connection to'
    this.#finish(failed('timeout', `${what} ${this.#name} timed out after ${timeout / 1000} s`))
  }
}
