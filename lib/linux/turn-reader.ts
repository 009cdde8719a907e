/**
 * Reads a socket for one turn of the event loop: as much as waits there, but never so much that a timer is late for it.
 *
 * Nothing that counts is filtered out by the kernel: a filter that drops cannot tell how much, and every refused advert is a
 * standard counter (RFC 8347 `ip-ttl-errors`, `vrid-errors` …). So a flood is read and counted, which costs a few
 * microseconds a packet, and the turn is bounded by count and by time: what is left stays readable, the timers that are due
 * run before it is read, and the socket's buffer holds what comes meanwhile.
 *
 * After a stall (a suspended machine, a starved CPU, 255 takeovers at once) the adverts that would have kept a deadline from
 * passing wait in the socket, behind each other. Then everything that came during the stall is read first; otherwise 255
 * routers would take over from one that is alive.
 */
import { ERRNO } from '../netlink/system-error.ts'
import { SO_MEMINFO, SOL_SOCKET } from './constants.ts'
import type { MessageBatch } from './message-batch.ts'
import { monotonicNow } from './monotonic-clock.ts'
import { syscalls } from './syscalls.ts'

/** Most messages of a turn, and its longest time in milliseconds, while there was no stall. */
const MESSAGES = 256
const TURN = 1
/** After a stall: so many more for each millisecond of it. A flood has no more of them. */
const MESSAGES_PER_MILLISECOND = 128
/** What the kernel counts for a short message, at least. */
const MESSAGE_MEMORY = 512
/** SK_MEMINFO_VARS of linux/sock_diag.h, each 32 bits; the first is what waits to be read. */
const MEMORY_VALUES = 9

/** Reads one socket, batch after batch. */
export class TurnReader {
  readonly #batch: MessageBatch
  readonly #take: (index: number) => void
  /** When the last turn ended. */
  #ended = monotonicNow()
  #closed = false

  /** @param take - gets the index of each message within the batch, in order of arrival */
  constructor(batch: MessageBatch, take: (index: number) => void) {
    this.#batch = batch
    this.#take = take
  }

  /** Reads what waits in the socket. */
  read(fd: number): void {
    const away = monotonicNow() - this.#ended
    const end = monotonicNow() + TURN
    if (this.#readUntil(fd, MESSAGES, end)) {
      const missed = Math.min(away * MESSAGES_PER_MILLISECOND, waiting(fd) / MESSAGE_MEMORY)
      if (missed > 0) this.#readUntil(fd, missed, Number.POSITIVE_INFINITY)
    }
    this.#ended = monotonicNow()
  }

  /** Takes nothing any more, not even what was read already. */
  close(): void {
    this.#closed = true
  }

  /** Returns whether there may be more. */
  #readUntil(fd: number, messages: number, end: number): boolean {
    for (let read = 0; read < messages && monotonicNow() < end; ) {
      const count = this.#batch.receive(fd)
      // Errors (ENETDOWN when the interface goes down) are of the past; the socket stays good.
      if (count === -ERRNO.EINTR || count === -ERRNO.ENETDOWN) {
        read++
        continue
      }
      for (let i = 0; i < count && !this.#closed; i++) this.#take(i)
      if (this.#closed || count < this.#batch.capacity) return false
      read += count
    }
    return true
  }
}

/** Memory of what waits in a socket, in bytes. */
function waiting(fd: number): number {
  const values = Buffer.alloc(MEMORY_VALUES * 4)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(values.length)
  return syscalls().getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, length) < 0 ? 0 : values.readUInt32LE(0)
}
