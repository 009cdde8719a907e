/**
 * Reads a socket for one turn of the event loop: as much as waits there, but never so much that a timer is late for it.
 *
 * Nothing that counts is filtered out by the kernel: a filter that drops cannot tell how much, and every refused advert is a
 * standard counter (RFC 8347 `ip-ttl-errors`, `vrid-errors` …). So a flood is read and counted, which costs a few
 * microseconds a packet, and the turn is bounded by count and by time: what is left stays readable, the timers that are due
 * run before it is read, and the socket's buffer holds what comes meanwhile.
 */
import { ERRNO } from '../netlink/system-error.ts'
import type { MessageBatch } from './message-batch.ts'
import { monotonicNow } from './monotonic-clock.ts'

/** Most batches of a turn: 256 messages. */
const BATCHES_PER_TURN = 8
/** No batch is begun later than this in a turn, in milliseconds. */
const TURN = 1

/** Reads batch after batch. */
export class TurnReader {
  readonly #batch: MessageBatch
  readonly #take: (index: number) => void
  #closed = false

  /** @param take - gets the index of each message within the batch, in order of arrival */
  constructor(batch: MessageBatch, take: (index: number) => void) {
    this.#batch = batch
    this.#take = take
  }

  /** Reads what waits in a socket. */
  read(fd: number): void {
    const end = monotonicNow() + TURN
    for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
      const count = this.#batch.receive(fd)
      // Errors (ENETDOWN when the interface goes down) are of the past; the socket stays good.
      if (count <= 0) {
        if (count === -ERRNO.EINTR || count === -ERRNO.ENETDOWN) continue
        return
      }
      for (let i = 0; i < count && !this.#closed; i++) this.#take(i)
      if (this.#closed || count < this.#batch.capacity || monotonicNow() >= end) return
    }
  }

  /** Takes nothing any more, not even what was read already. */
  close(): void {
    this.#closed = true
  }
}
