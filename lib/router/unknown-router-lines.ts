/**
 * log_unknown_vrids: one line about each virtual router that is heard and not configured, and again once an hour.
 */
import type { EngineSnapshot } from '../engine/index.ts'
import { type Clock, milliseconds, type Timer } from '../time/index.ts'

/** Between two looks, and between two lines about the same router, ms. */
const PERIOD = 10_000
const AGAIN = 3_600_000

/** Looks into the engine from time to time: the receiving of a flood knows nothing of logs. */
export class UnknownRouterLines {
  readonly #clock: Clock
  readonly #snapshot: () => EngineSnapshot
  readonly #write: (line: string) => void
  readonly #told = new Map<string, { at: number; count: number }>()
  #timer: Timer | undefined

  constructor(clock: Clock, snapshot: () => EngineSnapshot, write: (line: string) => void) {
    this.#clock = clock
    this.#snapshot = snapshot
    this.#write = write
  }

  /** Begins or ends. */
  enable(enabled: boolean): void {
    if (enabled === (this.#timer !== undefined)) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (enabled) this.#wait()
  }

  #wait(): void {
    this.#timer = this.#clock.wakeAt(milliseconds(this.#clock.now() + PERIOD), () => {
      this.#look()
      this.#wait()
    })
  }

  #look(): void {
    const now = this.#clock.now()
    for (const { interface: device, family, vrid, source, count } of this.#snapshot().unknownRouters ?? []) {
      const key = `${device} ${family} ${vrid}`
      const told = this.#told.get(key)
      if (told !== undefined && (told.count === count || now - told.at < AGAIN)) continue
      this.#told.set(key, { at: now, count })
      const heard = `IPv${family}, first from ${source}, ${count} so far`
      this.#write(`Unknown VRID(${vrid}) received on interface(${device}). ignoring... [${heard}]`)
    }
  }
}
