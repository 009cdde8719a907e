/**
 * Readiness of descriptors, and the alarm of a clock, in a thread that does nothing else: ppoll(2) waits for both, to the
 * microsecond. For a worker: it does not go back to the event loop of node but now and then, for what node has to do.
 *
 * Sockets go before the alarm: a message that waits must be seen before the deadline that it would have moved.
 */
import type { Milliseconds } from '../time/units.ts'
import type { Alarm } from './alarm.ts'
import { POLLIN } from './constants.ts'
import { Gathering } from './gathering.ts'
import { Lead } from './lead.ts'
import { monotonicNow } from './monotonic-clock.ts'
import type { Reactor, ReadableListener, Watch, WatchOptions } from './reactor.ts'
import { takeSocketError } from './socket-error.ts'
import { nativeSizes, syscalls } from './syscalls.ts'

/** The longest wait, in milliseconds: so late may node hear of what only its event loop tells (the end of the thread). */
const LONGEST = 500
/** Node has its turn this often when nothing is due soon, and this often in any case, in milliseconds. */
const BREATH = 100
const FORCED_BREATH = 1000
/** What counts as soon. */
const SOON = 2
/** The last part of a lead, in milliseconds, is not slept but computed away: the core would wake late. */
const SPIN = 0.1
/** Size of struct pollfd: descriptor, events, returned events. */
const POLLFD = 8

interface Entry {
  readonly fd: number
  readonly listener: ReadableListener
  readonly urgent: boolean
  closed: boolean
}

/** The loop of a thread of its own. */
export class PpollReactor implements Reactor {
  /** The alarm for a clock of this thread. */
  readonly alarm: Alarm
  readonly #calls = syscalls()
  readonly #onError: (error: unknown) => void
  /** The urgent ones first. */
  #entries: readonly Entry[] = []
  #urgent = 0
  readonly #gathering = new Gathering()
  #descriptors = Buffer.alloc(0)
  /** struct timespec: seconds and nanoseconds in words of the machine. */
  readonly #timeout = Buffer.alloc(16)
  readonly #nanosecondsAt = nativeSizes().word
  /** When the alarm is to ring; infinite when it is not set. */
  #instant = Number.POSITIVE_INFINITY
  #deferred: (() => void)[] = []
  readonly #account = new Lead()
  #lead = 0
  /** When it woke early for the alarm; undefined before. */
  #early: Milliseconds | undefined
  #ended = false

  /** @param onError hears what a listener or a wake-up throws; the loop goes on */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
    this.alarm = {
      onAlarm: () => {},
      onEarly: () => {},
      set: (instant, relaxed) => this.#set(instant, relaxed),
      close: () => this.#set(undefined),
    }
  }

  watch(fd: number, listener: ReadableListener, { urgent = false }: WatchOptions = {}): Watch {
    const entry: Entry = { fd, listener, urgent, closed: false }
    this.#setEntries(urgent ? [entry, ...this.#entries] : [...this.#entries, entry])
    return {
      // The thread lives until it is told to end.
      setRef: () => {},
      close: () => {
        if (entry.closed) return
        entry.closed = true
        this.#setEntries(this.#entries.filter(other => other !== entry))
      },
    }
  }

  defer(work: () => void): void {
    this.#deferred.push(work)
  }

  /** Waits and serves until {@link end} is called. */
  async run(): Promise<void> {
    let breathed = monotonicNow()
    while (!this.#ended) {
      this.#turn()
      // The promises that this turn settled.
      await undefined
      const idle = monotonicNow() - breathed
      if (idle < BREATH) continue
      if (idle < FORCED_BREATH && this.#wait() < SOON) continue
      await new Promise(resolve => setImmediate(resolve))
      breathed = monotonicNow()
    }
  }

  /** Waits out a moment, as before an alarm: V8 compiles the loop when it is often run, and that must not be then. */
  rehearse(): void {
    waitOut(monotonicNow() + SPIN)
  }

  /** Ends {@link run} after the turn under way. */
  end(): void {
    this.#ended = true
  }

  #set(instant: Milliseconds | undefined, relaxed = false): void {
    this.#instant = instant ?? Number.POSITIVE_INFINITY
    this.#early = undefined
    if (instant === undefined) return
    const now = monotonicNow()
    this.#lead = this.#account.of(instant - now, relaxed, now)
  }

  #setEntries(entries: readonly Entry[]): void {
    const descriptors = Buffer.alloc(entries.length * POLLFD)
    for (const [i, { fd }] of entries.entries()) {
      descriptors.writeInt32LE(fd, i * POLLFD)
      descriptors.writeInt16LE(POLLIN, i * POLLFD + 4)
    }
    this.#entries = entries
    this.#urgent = entries.filter(({ urgent }) => urgent).length
    this.#descriptors = descriptors
  }

  /** Milliseconds until something is to be done about the alarm. */
  #wait(): number {
    if (this.#deferred.length > 0) return 0
    const lead = this.#early === undefined ? this.#lead : SPIN
    return Math.max(this.#instant - lead - monotonicNow(), 0)
  }

  #turn(): void {
    const gathering = Math.min(this.#gathering.rest(monotonicNow()), this.#wait())
    if (gathering > 0) this.#poll(gathering, this.#urgent)
    const wait = Math.min(this.#wait(), LONGEST)
    if (wait === 0 && this.#early !== undefined && this.#instant - monotonicNow() <= SPIN) waitOut(this.#instant)
    this.#poll(wait, this.#entries.length)
    if (this.#instant < Number.POSITIVE_INFINITY) this.#ring(this.#instant)
    if (this.#deferred.length > 0) this.#doDeferred()
  }

  /** Waits for the first `count` descriptors, and serves those that are ready. @param wait - ms at the most */
  #poll(wait: number, count: number): void {
    const seconds = Math.floor(wait / 1000)
    this.#timeout.writeUInt32LE(seconds, 0)
    this.#timeout.writeUInt32LE(Math.min(Math.ceil((wait - seconds * 1000) * 1e6), 999_999_999), this.#nanosecondsAt)
    const ready = this.#calls.ppoll(this.#descriptors, count, this.#timeout, null)
    if (ready > 0) this.#serve(ready, count)
  }

  #doDeferred(): void {
    const deferred = this.#deferred
    this.#deferred = []
    for (const work of deferred) this.#attempt(work)
  }

  #attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#onError(error)
    }
  }

  #serve(ready: number, count: number): void {
    if (count > this.#urgent) this.#gathering.note(monotonicNow())
    const entries = this.#entries
    const descriptors = this.#descriptors
    let left = ready
    for (let i = 0; i < count && left > 0; i++) {
      const events = descriptors.readInt16LE(i * POLLFD + 6)
      const entry = entries[i]
      if (events === 0 || entry === undefined) continue
      left--
      if (entry.closed) continue
      try {
        entry.listener(events === POLLIN ? 0 : takeSocketError(entry.fd))
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  #ring(instant: number): void {
    const now = monotonicNow()
    if (instant - now > this.#lead) return
    try {
      if (now >= instant) {
        if (this.#early !== undefined) this.#account.pay(Math.min(instant - this.#early, SPIN))
        this.#instant = Number.POSITIVE_INFINITY
        this.alarm.onAlarm()
      } else if (this.#early === undefined) {
        this.#early = now
        this.alarm.onEarly?.()
      }
    } catch (error) {
      this.#onError(error)
    }
  }
}

/** Not by turns of the {@link PpollReactor}, which would be compiled anew, for speed, in the wrong millisecond. */
function waitOut(instant: number): void {
  while (monotonicNow() < instant) {}
}
