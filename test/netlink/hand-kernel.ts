/**
 * A kernel made by hand behind the NetlinkSocket port.
 */
import {
  decodeMessages,
  encodeMessages,
  type NetlinkMessage,
  type NetlinkSocket,
  NLM_F_ACK,
  NLMSG_ERROR,
} from '../../lib/netlink/index.ts'

/** What is answered to a request; `place` is that in its datagram. */
export type Answer = (request: NetlinkMessage, place: number) => NetlinkMessage[]

/** Answers each request by `answer`; what it gives back comes one datagram a message. */
export class HandKernel implements NetlinkSocket {
  readonly datagrams: NetlinkMessage[][] = []
  readonly #answers: Uint8Array[] = []
  readonly #answer: Answer

  constructor(answer: Answer) {
    this.#answer = answer
  }

  send(datagram: Uint8Array): void {
    const requests = decodeMessages(datagram).map(request => ({ ...request, body: Uint8Array.from(request.body) }))
    this.datagrams.push(requests)
    for (const [place, request] of requests.entries()) {
      for (const answer of this.#answer(request, place)) this.#answers.push(encodeMessages([answer]))
    }
  }

  receive(): Uint8Array | undefined {
    return this.#answers.shift()
  }

  close(): void {}
}

/** NLMSG_ERROR; `errno` 0 says that all is well. */
export function acknowledgement({ sequence }: NetlinkMessage, errno: number): NetlinkMessage {
  const body = Buffer.alloc(20)
  body.writeInt32LE(-errno)
  return { type: NLMSG_ERROR, flags: 0, sequence, body }
}

/** As the kernel does: errors always, successes when asked. */
export function obedient(refuse: (request: NetlinkMessage, place: number) => number): Answer {
  return (request, place) => {
    const errno = refuse(request, place)
    return errno !== 0 || (request.flags & NLM_F_ACK) !== 0 ? [acknowledgement(request, errno)] : []
  }
}

/** A batch that is refused as such has no other answers: nfnetlink. */
export function refusedBatch(errno: number): Answer {
  return (request, place) => (place === 0 ? [acknowledgement(request, errno)] : [])
}
