/**
 * Requests and their answers over one netlink socket. RFC 3549 §2.3.
 *
 * The kernel works a request off inside the call that sends it, so answers are there when `send` returns, and reading
 * them at once is both the simplest and the fastest. Many requests go in one datagram with one acknowledgement.
 */
import { SystemError } from '../errors.ts'
import { decodeAcknowledgement, type Refusal } from './acknowledgement.ts'
import { AttributeWriter } from './attribute-writer.ts'
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './constants.ts'
import { decodeMessages, type NetlinkMessage } from './message.ts'
import type { NetlinkSocket } from './netlink-socket.ts'
import { ERRNO, systemError } from './system-error.ts'

/** The body of a request, or what writes it. */
export type NetlinkBody = Uint8Array | ((writer: AttributeWriter) => void)

/** A request before it gets its number. */
export interface NetlinkRequest {
  readonly type: number
  /** Beyond NLM_F_REQUEST and NLM_F_ACK. */
  readonly flags: number
  readonly body: NetlinkBody
}

/** Options of {@link NetlinkClient}. */
export interface NetlinkClientOptions {
  /** Requests in one datagram. Default 128: the answers fit the receive buffer even if each is refused. */
  readonly batch?: number
  /**
   * How long an answer may take, in milliseconds. Default 2000. It never takes any time, unless the kernel is in
   * trouble.
   */
  readonly timeout?: number
}

/** The answers to one question. */
export interface NetlinkAnswer {
  /** Bodies are copies. */
  readonly messages: readonly NetlinkMessage[]
  /** Why there is no answer. */
  readonly refusal: Refusal | undefined
}

/** How often a torn dump is asked for again. */
const DUMP_ATTEMPTS = 8
const ETIMEDOUT = 110

/** A client of one netlink socket, which it owns. */
export class NetlinkClient {
  readonly #socket: NetlinkSocket
  readonly #batch: number
  readonly #timeout: number
  readonly #writer = new AttributeWriter()
  #sequence = 0

  constructor(socket: NetlinkSocket, { batch = 128, timeout = 2000 }: NetlinkClientOptions = {}) {
    this.#socket = socket
    this.#batch = batch
    this.#timeout = timeout
  }

  /**
   * Sends all requests, in order. One result for each: undefined when it was done, else why not; a refused one does
   * not stop the others.
   * @throws SystemError when the socket fails, or answers were lost: what was done is not known then
   */
  transact(requests: readonly NetlinkRequest[]): (Refusal | undefined)[] {
    const results: (Refusal | undefined)[] = []
    for (let start = 0; start < requests.length; start += this.#batch) {
      results.push(...this.#transactBatch(requests.slice(start, start + this.#batch)))
    }
    return results
  }

  /**
   * Asks one question that is no dump.
   * @param what the question, for errors: `family IPVS`
   * @throws SystemError when the socket fails
   */
  ask(request: NetlinkRequest, what: string): NetlinkAnswer {
    const sequence = this.#write(request, NLM_F_ACK)
    this.#sendWritten()
    const messages: NetlinkMessage[] = []
    for (;;) {
      for (const message of this.#receive(what)) {
        if (message.sequence !== sequence) continue
        if (message.type === NLMSG_ERROR) return { messages, refusal: decodeAcknowledgement(message) }
        messages.push(copied(message))
      }
    }
  }

  /**
   * Sends requests between the messages that begin and end a batch (nf_tables): all are done, or none.
   * @returns why not, with the place of the refused request (-1: the batch as such); undefined when it was done
   * @throws SystemError when the socket fails
   */
  commit(
    begin: NetlinkRequest,
    requests: readonly NetlinkRequest[],
    end: NetlinkRequest,
  ): (Refusal & { readonly index: number }) | undefined {
    if (requests.length === 0) return undefined
    const results = this.#exchange([begin, ...requests, end], requests.length)
    const index = results.findIndex(result => result !== undefined)
    const refusal = results[index]
    return refusal && { ...refusal, index: index - 1 }
  }

  /**
   * All objects that a dump request names. Bodies are copies.
   * @param what the object, for the error: `links`
   * @throws SystemError `ERR_NETLINK`
   */
  dump(type: number, body: NetlinkBody, what: string): NetlinkMessage[] {
    let messages: NetlinkMessage[] = []
    for (const part of this.dumpParts(type, body, what)) {
      if (part === 'again') messages = []
      else messages.push(...part.map(copied))
    }
    return messages
  }

  /**
   * A dump, one datagram after the other, so that the caller can do something else between them. `'again'`: what came
   * until now was torn or incomplete, and the dump begins anew. Bodies are valid until the next step.
   * @throws SystemError `ERR_NETLINK`
   */
  *dumpParts(type: number, body: NetlinkBody, what: string): Generator<readonly NetlinkMessage[] | 'again', void> {
    for (let attempt = 1; ; attempt++) {
      if (!(yield* this.#dumpOnce(type, body, what)) || attempt === DUMP_ATTEMPTS) return
      yield 'again'
    }
  }

  close(): void {
    this.#socket.close()
  }

  /** Writes a request behind those that are not sent yet. Its number. */
  #write({ type, flags, body }: NetlinkRequest, more: number): number {
    this.#sequence = (this.#sequence + 1) >>> 0
    const header = { type, flags: flags | NLM_F_REQUEST | more, sequence: this.#sequence }
    try {
      this.#writer.message(header, typeof body === 'function' ? body : writer => writer.raw(body))
    } catch (error) {
      // Half a message, and those before it, would leave with the next.
      this.#writer.clear()
      throw error
    }
    return this.#sequence
  }

  #sendWritten(): void {
    try {
      this.#socket.send(this.#writer.written())
    } finally {
      this.#writer.clear()
    }
  }

  #transactBatch(requests: readonly NetlinkRequest[]): (Refusal | undefined)[] {
    return this.#exchange(requests, requests.length - 1)
  }

  /** Sends requests in one datagram, with an acknowledgement of the one at `last`. */
  #exchange(requests: readonly NetlinkRequest[], last: number): (Refusal | undefined)[] {
    const results: (Refusal | undefined)[] = requests.map(() => undefined)
    const first = (this.#sequence + 1) >>> 0
    for (const [index, request] of requests.entries()) this.#write(request, index === last ? NLM_F_ACK : 0)
    this.#sendWritten()
    for (;;) {
      for (const answer of this.#receive('request')) {
        const index = (answer.sequence - first) >>> 0
        // Answers of an earlier transaction that was given up are passed over.
        if (answer.type !== NLMSG_ERROR || index >= requests.length) continue
        results[index] = decodeAcknowledgement(answer)
        // A refused begin of a batch is the only answer to it.
        if (index === last || (index === 0 && last < requests.length - 1)) return results
      }
    }
  }

  /** Gives back whether what came is torn or incomplete. */
  *#dumpOnce(type: number, body: NetlinkBody, what: string): Generator<readonly NetlinkMessage[], boolean> {
    const sequence = this.#write({ type, flags: NLM_F_DUMP, body }, 0)
    this.#sendWritten()
    let torn = false
    let ended = false
    try {
      for (;;) {
        const part: NetlinkMessage[] = []
        for (const message of this.#receive(`dump ${what}`)) {
          if (message.sequence !== sequence) continue
          if ((message.flags & NLM_F_DUMP_INTR) !== 0) torn = true
          ended = message.type === NLMSG_DONE || message.type === NLMSG_ERROR
          if (!ended) part.push(message)
          const refusal = ended ? decodeAcknowledgement(message) : undefined
          if (refusal !== undefined) throw refusalError(`dump ${what}`, refusal)
        }
        if (part.length > 0) yield part
        if (ended) return torn
      }
    } catch (error) {
      // Messages were lost because they were not fetched in time.
      if (error instanceof SystemError && error.errno === ERRNO.ENOBUFS) return true
      throw error
    } finally {
      // The kernel refuses a second dump while one is not read to its end.
      if (!ended) while (this.#socket.receive(0) !== undefined);
    }
  }

  #receive(call: string): NetlinkMessage[] {
    const datagram = this.#socket.receive(this.#timeout)
    if (datagram === undefined) throw systemError(`netlink ${call}`, ETIMEDOUT, { code: 'ERR_NETLINK' })
    return decodeMessages(datagram)
  }
}

/** With a body that outlives the next `receive`. */
function copied(message: NetlinkMessage): NetlinkMessage {
  return { ...message, body: new Uint8Array(message.body) }
}

/** A refusal as an error. @param call what was asked: `ip address add 192.0.2.1/24 dev eth0` */
export function refusalError(call: string, { errno, message }: Refusal): SystemError {
  return systemError(call, errno, { code: 'ERR_NETLINK', ...(message !== undefined && { message }) })
}
