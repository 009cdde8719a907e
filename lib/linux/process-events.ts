/**
 * Word of every process that begins, becomes another program or ends: the kernel's process connector. It exists in the
 * first network and process namespace only, so it is not to be had in most containers; whoever needs it there polls.
 */
import { messageOf, SystemError, VrrpError } from '../errors.ts'
import {
  CN_IDX_PROC,
  decodeMessages,
  decodeProcessEvent,
  ERRNO,
  encodeMessages,
  encodeProcessSubscription,
  NETLINK_CONNECTOR,
  type ProcessEventMessage,
  systemError,
} from '../netlink/index.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import type { Reactor } from './reactor.ts'

/** Events that are read before the rest of the event loop gets its turn. */
const EVENTS_PER_TURN = 256
/** The kernel answers a subscription at once; without one in this time, ms, it does not hear us. */
const ANSWER_TIME = 50

/** What a listener hears: a change of one process, or that some changes were lost. */
export type ProcessNews = Exclude<ProcessEventMessage, { readonly type: 'subscribed' }> | { readonly type: 'lost' }

/** The events of this machine. The socket is open while somebody listens, and does not keep the process alive. */
export class LinuxProcessEvents {
  readonly #reactor: Reactor
  readonly #unavailable: (message: string) => void

  /** @param unavailable - hears why, when a subscription cannot be had */
  constructor(reactor: Reactor, unavailable: (message: string) => void = () => {}) {
    this.#reactor = reactor
    this.#unavailable = unavailable
  }

  /** Calls `listener` with each event. Returns the end of it; undefined when there are no events here. */
  subscribe(listener: (event: ProcessNews) => void): (() => void) | undefined {
    let socket: LinuxNetlinkSocket | undefined
    try {
      socket = new LinuxNetlinkSocket({ protocol: NETLINK_CONNECTOR, groups: [CN_IDX_PROC] })
      return this.#listen(socket, listener)
    } catch (error) {
      socket?.close()
      this.#unavailable(messageOf(error))
      return undefined
    }
  }

  #listen(socket: LinuxNetlinkSocket, listener: (event: ProcessNews) => void): () => void {
    socket.send(encodeMessages([encodeProcessSubscription()]))
    awaitAnswer(socket)
    let open = true
    const watch = this.#reactor.watch(socket.fd, errno => {
      if (errno === ERRNO.ENOBUFS) listener({ type: 'lost' })
      for (let count = 0; open && count < EVENTS_PER_TURN; count++) {
        const news = receive(socket)
        if (news === undefined) return
        for (const event of news) if (open) listener(event)
      }
    })
    watch.setRef(false)
    return () => {
      if (!open) return
      open = false
      watch.close()
      socket.close()
    }
  }
}

/** Events of others that listen may come before the answer; they are of the past, as the first look is still to come. */
function awaitAnswer(socket: LinuxNetlinkSocket): void {
  const deadline = performance.now() + ANSWER_TIME
  for (let left = ANSWER_TIME; left > 0; left = Math.ceil(deadline - performance.now())) {
    const datagram = socket.receive(left)
    for (const { body } of datagram === undefined ? [] : decodeMessages(datagram)) {
      const event = decodeProcessEvent(body)
      if (event?.type !== 'subscribed') continue
      if (event.errno !== 0) throw systemError('subscribe to process events', event.errno)
      return
    }
  }
  const message = 'the kernel sends process events to its first process namespace only'
  throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', message)
}

/** The events of the next datagram; undefined when none waits. */
function receive(socket: LinuxNetlinkSocket): readonly ProcessNews[] | undefined {
  try {
    const datagram = socket.receive(0)
    if (datagram === undefined) return undefined
    return decodeMessages(datagram).flatMap(({ body }) => {
      const event = decodeProcessEvent(body)
      return event === undefined || event.type === 'subscribed' ? [] : [event]
    })
  } catch (error) {
    if (error instanceof SystemError && error.errno === ERRNO.ENOBUFS) return [{ type: 'lost' }]
    throw error
  }
}
