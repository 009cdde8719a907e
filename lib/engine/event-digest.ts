/**
 * Of all events of an engine those that somebody far from it needs: 25,000 adverts a second are its own affair, and what
 * others send must not become a flood of messages.
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'
import type { EngineEvent } from './event.ts'

/** What repeats itself is told this often at most. */
const PERIOD = milliseconds(100)
/** Most senders that are told apart. */
const MOST_KEYS = 1024

/** Filters the events of one engine. */
export class EventDigest {
  /** Tell of each announcement too. */
  detail: boolean
  readonly #active = new Set<string>()
  /** Instances whose last advert could not be sent. */
  readonly #failing = new Set<string>()
  /** Senders of whom an advert was refused since one was accepted. */
  readonly #refused = new Set<string>()
  /** When a repetition was last told. */
  readonly #told = new Map<string, Milliseconds>()

  /** @param detail - tell of each announcement too */
  constructor(detail = false) {
    this.detail = detail
  }

  /** Whether it is to be told. */
  passes(event: EngineEvent): boolean {
    switch (event.type) {
      case 'transition':
        if (event.to === 'active') this.#active.add(event.instance)
        else this.#active.delete(event.instance)
        return true
      case 'advertisement-sent':
        return this.#failing.delete(event.instance) || event.priority === 0
      case 'send-failed':
        this.#failing.add(event.instance)
        return this.#isDue(event, event.what) || Number.isInteger(Math.log10(event.count))
      case 'advertisement-refused':
        if (this.#refused.size >= MOST_KEYS) this.#refused.clear()
        this.#refused.add(`${event.instance} ${event.source}`)
        return true
      case 'advertisement-received':
        if (this.#refused.delete(`${event.instance} ${event.source}`) || event.priority === 0) return true
        return this.#active.has(event.instance) && this.#isDue(event, event.source)
      case 'notice':
        // While a machine is starved every timer is late; that one was says enough.
        if (event.notice.type === 'late-timer') return event.notice.heldOff || this.#isDue(event, 'late-timer')
        return !('source' in event.notice) || this.#isDue(event, `${event.notice.type} ${event.notice.source}`)
      case 'announced':
        return this.detail
      default:
        return true
    }
  }

  #isDue(event: EngineEvent, about: string): boolean {
    const key = `${event.type} ${event.instance} ${about}`
    const told = this.#told.get(key)
    if (told !== undefined && event.at - told < PERIOD) return false
    if (told === undefined && this.#told.size >= MOST_KEYS) this.#told.clear()
    this.#told.set(key, event.at)
    return true
  }
}
