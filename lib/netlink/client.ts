/**
 * Requests and their answers over one netlink socket. RFC 3549 §2.3.
 *
 * The kernel works a request off inside the call that sends it, so answers are there when `send` returns, and reading
 * them at once is both the simplest and the fastest. Many requests go in one datagram with one acknowledgement.
 */
import type { SystemError } from '../errors.ts'
import { decodeAcknowledgement, type Refusal } from './acknowledgement.ts'
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './constants.ts'
import { decodeMessages, encodeMessages, type NetlinkMessage } from './message.ts'
import type { NetlinkSocket } from './netlink-socket.ts'
import { systemError } from './system-error.ts'

/** A request before it gets its number. */
export interface NetlinkRequest {
  readonly type: number
  /** Beyond NLM_F_REQUEST and NLM_F_ACK. */
  readonly flags: number
  readonly body: Uint8Array
}

/** Requests in one datagram: its answers fit the receive buffer even if each is refused. */
const BATCH = 128
/** How long an answer may take, ms. It never takes any time, unless the kernel is in trouble. */
const PATIENCE = 2000
/** How often a torn dump is asked for again. */
const DUMP_ATTEMPTS = 8
const ETIMEDOUT = 110

/** A client of one netlink socket, which it owns. */
export class NetlinkClient {
  readonly #socket: NetlinkSocket
  #sequence = 0

  constructor(socket: NetlinkSocket) {
    this.#socket = socket
  }

  /**
   * Sends all requests, in order. One result for each: undefined when it was done, else why not; a refused one does
   * not stop the others.
   * @throws SystemError when the socket fails
   */
  transact(requests: readonly NetlinkRequest[]): (Refusal | undefined)[] {
    const results: (Refusal | undefined)[] = []
    for (let start = 0; start < requests.length; start += BATCH) {
      results.push(...this.#transactBatch(requests.slice(start, start + BATCH)))
    }
    return results
  }

  /**
   * All objects that a dump request names. Bodies are copies.
   * @param what the object, for the error: `links`
   * @throws SystemError `ERR_NETLINK`
   */
  dump(type: number, body: Uint8Array, what: string): NetlinkMessage[] {
    for (let attempt = 1; ; attempt++) {
      const { messages, torn } = this.#dumpOnce(type, body, what)
      if (!torn || attempt === DUMP_ATTEMPTS) return messages
    }
  }

  close(): void {
    this.#socket.close()
  }

  #next(): number {
    this.#sequence = (this.#sequence + 1) >>> 0
    return this.#sequence
  }

  #transactBatch(requests: readonly NetlinkRequest[]): (Refusal | undefined)[] {
    const results: (Refusal | undefined)[] = requests.map(() => undefined)
    const first = this.#sequence + 1
    const messages = requests.map(({ type, flags, body }, index) => {
      const ack = index === requests.length - 1 ? NLM_F_ACK : 0
      return { type, flags: flags | NLM_F_REQUEST | ack, sequence: this.#next(), body }
    })
    this.#socket.send(encodeMessages(messages))
    for (;;) {
      for (const answer of this.#receive('request')) {
        const index = answer.sequence - first
        // Answers of an earlier transaction that was given up are passed over.
        if (answer.type !== NLMSG_ERROR || index < 0 || index >= requests.length) continue
        results[index] = decodeAcknowledgement(answer)
        if (index === requests.length - 1) return results
      }
    }
  }

  #dumpOnce(type: number, body: Uint8Array, what: string): { messages: NetlinkMessage[]; torn: boolean } {
    const sequence = this.#next()
    this.#socket.send(encodeMessages([{ type, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence, body }]))
    const messages: NetlinkMessage[] = []
    let torn = false
    for (;;) {
      for (const message of this.#receive(`dump ${what}`)) {
        if (message.sequence !== sequence) continue
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) torn = true
        if (message.type === NLMSG_DONE || message.type === NLMSG_ERROR) {
          const refusal = decodeAcknowledgement(message)
          if (refusal !== undefined) throw refusalError(`dump ${what}`, refusal)
          return { messages, torn }
        }
        messages.push({ ...message, body: Uint8Array.from(message.body) })
      }
    }
  }

  #receive(call: string): NetlinkMessage[] {
    const datagram = this.#socket.receive(PATIENCE)
    if (datagram === undefined) throw systemError(`netlink ${call}`, ETIMEDOUT, { code: 'ERR_NETLINK' })
    return decodeMessages(datagram)
  }
}

/** A refusal as an error. @param call what was asked: `ip address add 192.0.2.1/24 dev eth0` */
export function refusalError(call: string, { errno, message }: Refusal): SystemError {
  return systemError(call, errno, { code: 'ERR_NETLINK', ...(message !== undefined && { message }) })
}
