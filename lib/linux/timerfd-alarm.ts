/**
 * An alarm of the kernel: timerfd_create(2) on CLOCK_MONOTONIC, watched by the reactor. Sockets that became ready in
 * the same turn go first.
 *
 * The timer rings a little ahead, and the loop turns for the rest.
 */

import { check } from '../netlink/system-error.ts'
import type { Milliseconds } from '../time/units.ts'
import type { Alarm } from './alarm.ts'
import { CLOCK_MONOTONIC, SOCK_FLAGS, TFD_TIMER_ABSTIME } from './constants.ts'
import { Lead } from './lead.ts'
import type { Reactor, Watch } from './reactor.ts'
import { nativeSizes, syscalls } from './syscalls.ts'

/** An alarm that the kernel rings. */
export class TimerfdAlarm implements Alarm {
  onAlarm: () => void = () => {}
  onEarly: () => void = () => {}
  readonly #calls = syscalls()
  readonly #fd: number
  readonly #watch: Watch
  readonly #expirations = Buffer.alloc(8)
  /** struct itimerspec: interval and value, each seconds and nanoseconds in words of the machine. */
  readonly #value: Buffer
  readonly #word = nativeSizes().word
  readonly #now: () => Milliseconds
  readonly #account = new Lead()
  #instant: Milliseconds | undefined
  #closed = false

  /**
   * @param now CLOCK_MONOTONIC, which `set` counts in
   * @throws SystemError
   */
  constructor(reactor: Reactor, now: () => Milliseconds) {
    this.#now = now
    this.#value = Buffer.alloc(4 * this.#word)
    this.#fd = check('timerfd_create', this.#calls.timerfd_create(CLOCK_MONOTONIC, SOCK_FLAGS))
    this.#watch = reactor.watch(this.#fd, () => this.#ring(), { last: true })
    this.#watch.setRef(false)
  }

  set(instant: Milliseconds | undefined, relaxed = false): void {
    if (this.#closed) return
    this.#instant = instant
    if (instant === undefined) {
      this.#program(0)
    } else {
      const now = this.#now()
      // An instant of the past rings at once, but 0 would disarm.
      this.#program(Math.max(instant - this.#account.of(instant - now, relaxed, now), 1))
    }
    this.#watch.setRef(instant !== undefined)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#instant = undefined
    this.#watch.close()
    this.#calls.close(this.#fd)
  }

  /** @param at absolute milliseconds; 0 disarms */
  #program(at: number): void {
    let seconds = Math.floor(at / 1000)
    let nanoseconds = Math.ceil((at - seconds * 1000) * 1e6)
    if (nanoseconds >= 1e9) {
      seconds += 1
      nanoseconds -= 1e9
    }
    if (this.#word === 8) {
      this.#value.writeBigInt64LE(BigInt(seconds), 16)
      this.#value.writeInt32LE(nanoseconds, 24)
    } else {
      this.#value.writeInt32LE(seconds, 8)
      this.#value.writeInt32LE(nanoseconds, 12)
    }
    check('timerfd_settime', this.#calls.timerfd_settime(this.#fd, TFD_TIMER_ABSTIME, this.#value, null))
  }

  #ring(): void {
    // EAGAIN: it was set anew between the wake-up and now, and has not run out again.
    if (this.#calls.read(this.#fd, this.#expirations, 8) !== 8 || this.#instant === undefined) return
    const instant = this.#instant
    const now = this.#now()
    if (now < instant) this.onEarly()
    this.#turn(instant, now)
  }

  /** @param early - when it woke for this instant */
  #turn(instant: Milliseconds, early: Milliseconds): void {
    if (this.#instant !== instant) return
    if (this.#now() < instant) {
      setImmediate(() => this.#turn(instant, early))
      return
    }
    this.#account.pay(Math.max(instant - early, 0))
    this.#instant = undefined
    this.#watch.setRef(false)
    this.onAlarm()
  }
}
