/**
 * The clock port over CLOCK_MONOTONIC. All wake-ups share one alarm.
 *
 * The alarm is moved only when an earlier wake-up comes in: a cancelled one lets it ring for nothing, once, which is
 * far cheaper than moving it at every received advert.
 */
import { performance } from 'node:perf_hooks'
import type { Clock, Timer } from '../time/clock.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { type Alarm, SpinAlarm } from './alarm.ts'
import { type Deadline, DeadlineHeap } from './deadline-heap.ts'

// performance.now() is CLOCK_MONOTONIC less the start of its thread, and reads in 30 ns; hrtime.bigint() is the whole.
const ORIGIN = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** No deadline is prepared for longer before, in milliseconds. */
const EARLY = 2

/** CLOCK_MONOTONIC in milliseconds: the same instant in all threads and processes of the machine. */
export function monotonicNow(): Milliseconds {
  return milliseconds(ORIGIN + performance.now())
}

/** A {@link Clock} on the machine's monotonic time. */
export class MonotonicClock implements Clock {
  readonly #alarm: Alarm
  readonly #deadlines = new DeadlineHeap()
  /** When the alarm is to ring; undefined when it is not set. */
  #armed: Milliseconds | undefined
  #waking = false

  /** @param alarm what wakes it; {@link SpinAlarm}, which needs nothing native, by default */
  constructor(alarm: Alarm = new SpinAlarm(monotonicNow)) {
    this.#alarm = alarm
    alarm.onAlarm = () => this.#wake()
    alarm.onEarly = () => this.#prepare()
  }

  now(): Milliseconds {
    return monotonicNow()
  }

  wallTime(): Milliseconds {
    return milliseconds(Date.now())
  }

  wakeAt(deadline: Milliseconds, wake: () => void, prepare?: () => void): Timer {
    if (Number.isNaN(deadline)) throw new RangeError('deadline: not a number')
    const entry: Deadline = { at: deadline, wake, prepare, place: -1, cancelled: false }
    this.#deadlines.add(entry)
    if (!this.#waking) this.#arm()
    return { cancel: () => this.#cancel(entry) }
  }

  /** Forgets all wake-ups and gives back what the alarm holds. */
  close(): void {
    for (let first = this.#deadlines.first; first !== undefined; first = this.#deadlines.first) {
      this.#deadlines.remove(first)
    }
    this.#armed = undefined
    this.#alarm.close()
  }

  #cancel(entry: Deadline): void {
    entry.cancelled = true
    // With none left the alarm must go too, or it would keep the process alive.
    if (this.#deadlines.remove(entry) && this.#deadlines.size === 0 && !this.#waking) this.#arm()
  }

  #arm(): void {
    const at = this.#deadlines.first?.at
    if (at === undefined ? this.#armed === undefined : this.#armed !== undefined && this.#armed <= at) return
    this.#armed = at
    this.#alarm.set(at !== undefined && Number.isFinite(at) ? at : undefined)
  }

  /** The alarm may be one that was not moved for a later deadline: then nothing is near. */
  #prepare(): void {
    const first = this.#deadlines.first
    if (first !== undefined && first.at - monotonicNow() <= EARLY) first.prepare?.()
  }

  #wake(): void {
    this.#armed = undefined
    this.#waking = true
    // What a wake-up adds for now or the past waits for the next turn, so that packets get their chance between.
    const due = this.#takeDue()
    let done = 0
    try {
      for (const entry of due) {
        done++
        if (!entry.cancelled) entry.wake()
      }
    } finally {
      for (const entry of due.slice(done)) if (!entry.cancelled) this.#deadlines.add(entry)
      this.#waking = false
      this.#arm()
    }
  }

  #takeDue(): Deadline[] {
    const due: Deadline[] = []
    const now = this.now()
    for (let first = this.#deadlines.first; first !== undefined && first.at <= now; first = this.#deadlines.first) {
      this.#deadlines.remove(first)
      due.push(first)
    }
    return due
  }
}
