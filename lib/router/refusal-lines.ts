/**
 * When refused adverts are worth a line: an operator's log must survive a flood, and still tell of the one router that is
 * configured wrongly.
 */
import type { EngineEvent } from '../engine/index.ts'

type Refused = Extract<EngineEvent, { type: 'advertisement-refused' }>

/** Between two lines about the same thing, ms. */
const PERIOD = 60_000
/** Most senders that are told apart; forged ones must not grow the table. */
const LIMIT = 256

interface Told {
  at: number
  /** Refused since then. */
  count: number
}

/** The first of a kind is told at once, then their number once a minute while they come. */
export class RefusalLines {
  readonly #told = new Map<string, Told>()

  /** The line about a refused advert, if it is time for one. */
  lineOf(event: Refused): string | undefined {
    const { instance, reason, message, at, untold = 0 } = event
    const key = `${instance} ${event.source} ${reason}`
    const isKnown = this.#told.has(key) || this.#told.size < LIMIT
    const source = isKnown ? event.source : 'many senders'
    const known = this.#told.get(isKnown ? key : `${instance} ${reason}`)
    const count = (known?.count ?? 0) + 1 + untold
    if (known !== undefined && at - known.at < PERIOD) {
      known.count = count
      return undefined
    }
    this.#told.set(isKnown ? key : `${instance} ${reason}`, { at, count: 0 })
    const what = count === 1 ? `advert from ${source}` : `${count} adverts from ${source}`
    return `(${instance}) ${what} refused: ${message}`
  }

  /** Begins anew: after a change of state everything may be otherwise. */
  clear(): void {
    this.#told.clear()
  }
}
