/**
 * One datagram to a server and what comes back, over UDP or as ICMP echo. The socket is connected, so that the kernel
 * takes datagrams of nobody else, and tells ICMP errors.
 */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { milliseconds, type Timer } from '../time/index.ts'
import type { Target } from './check-specification.ts'
import type { ConversationPorts } from './conversation.ts'
import { nameOf, socketFailure } from './failures.ts'
import type { Look, LookListener, LookOutcome } from './look.ts'
import { openSocket, zoned } from './open-socket.ts'

/** What is asked, and what counts as an answer. */
export interface Question {
  readonly bytes: Uint8Array
  /** Undefined: not an answer to this, go on waiting. */
  answer(bytes: Uint8Array): LookOutcome | undefined
  /** Nothing came in time. */
  silence(): LookOutcome
}

/** Sends a datagram and waits. @param type `icmp` has no ports */
export function ask(
  target: Target,
  type: 'udp' | 'icmp',
  { clock, sockets }: ConversationPorts,
  question: Question,
  done: LookListener,
): Look {
  let socket: Socket | undefined
  let timer: Timer | undefined
  let over = false
  const cancel = () => {
    if (over) return
    over = true
    timer?.cancel()
    socket?.close()
  }
  const finish = (outcome: LookOutcome | undefined) => {
    if (over || outcome === undefined) return
    cancel()
    done(outcome)
  }
  const fail = (error: unknown) =>
    finish({
      success: false,
      failure: socketFailure(error, `${type === 'udp' ? 'datagram' : 'echo'} to ${nameOf(target)}`),
    })
  try {
    const { made, fd } = openSocket(target, type, sockets, given => ({
      made: createSocket({ type: isIPv6(target.address) ? 'udp6' : 'udp4' }),
      fd: given,
    }))
    socket = made
    made.on('error', fail)
    made.on('message', bytes => finish(question.answer(bytes)))
    // Without callbacks of their own these tell failures as `error` alone.
    made.once('connect', () => made.send(question.bytes, error => error && fail(error)))
    bind(made, target, fd, () => {
      if (!over) made.connect(type === 'icmp' ? 1 : target.port, zoned(target.address, target.interface))
    })
    timer = clock.wakeAt(milliseconds(clock.now() + target.timeout), () => {
      // What has arrived while the event loop was busy with something else is heard first.
      setImmediate(() => finish(over ? undefined : question.silence()))
    })
  } catch (error) {
    fail(error)
  }
  return { cancel }
}

function bind(socket: Socket, target: Target, fd: number | undefined, bound: () => void): void {
  const { sourceAddress, sourcePort = 0 } = target
  if (fd !== undefined) socket.bind({ fd }, bound)
  else socket.bind(sourcePort, sourceAddress && zoned(sourceAddress, target.interface), bound)
}
