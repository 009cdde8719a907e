/**
 * Interfaces whose changes count only when they have lasted: a link that bounces causes no failover. keepalived.conf(5),
 * interface_up_down_delays.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { LinkState, LinkWatch } from './ports.ts'

/** How long a change of one interface must last. */
export interface InterfaceDelay {
  readonly interface: string
  /** Until it counts as down, ms; 0: at once. */
  readonly down: Milliseconds
  /** Until it counts as up again, ms; 0: at once. */
  readonly up: Milliseconds
}

interface Watched {
  readonly delay: InterfaceDelay
  /** What counts; undefined: nothing was seen yet, or the interface does not exist. */
  settled: LinkState | undefined
  /** Runs while the interface is not what counts. */
  timer: Timer | undefined
}

type Listener = (interfaceName: string, link: LinkState | undefined) => void

/** A {@link LinkWatch} over another one. Interfaces without a delay, and all addresses, are as they are there. */
export class SettledLinks implements LinkWatch {
  readonly #links: LinkWatch
  readonly #clock: Clock
  readonly #longest: (interfaceName: string) => Milliseconds
  readonly #listeners = new Set<Listener>()
  #watched: ReadonlyMap<string, Watched> = new Map()

  /** @param longest - the longest delay that an interface may have now, whatever is configured */
  constructor(links: LinkWatch, clock: Clock, longest: (interfaceName: string) => Milliseconds) {
    this.#links = links
    this.#clock = clock
    this.#longest = longest
  }

  /** Takes other delays. A change that waits for a delay that is no more counts at once. */
  configure(delays: readonly InterfaceDelay[]): void {
    const before = this.#watched
    if (before.size + delays.length === 0) return
    this.#watched = new Map(
      delays.map(delay => {
        const old = before.get(delay.interface)
        if (old?.delay.down === delay.down && old.delay.up === delay.up) return [delay.interface, old]
        old?.timer?.cancel()
        return [delay.interface, { delay, settled: old?.settled, timer: undefined }]
      }),
    )
    for (const name of this.#watched.keys()) this.get(name)
    for (const [name, { timer }] of before) {
      if (this.#watched.has(name) || timer === undefined) continue
      timer.cancel()
      this.#tell(name)
    }
  }

  get(interfaceName: string): LinkState | undefined {
    const link = this.#links.get(interfaceName)
    const watched = this.#watched.get(interfaceName)
    return watched === undefined ? link : this.#settle(watched, link)
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    const unsubscribe = this.#links.subscribe((name, link) => {
      listener(name, this.#watched.has(name) ? this.get(name) : link)
    })
    return () => {
      this.#listeners.delete(listener)
      unsubscribe()
    }
  }

  close(): void {
    for (const { timer } of this.#watched.values()) timer?.cancel()
    this.#watched = new Map()
    this.#links.close()
  }

  /** What an interface counts as, given what it is. */
  #settle(watched: Watched, link: LinkState | undefined): LinkState | undefined {
    const { settled, delay } = watched
    const changed = link !== undefined && settled?.index === link.index && rank(link) !== rank(settled)
    if (
      !changed ||
      (watched.timer === undefined && !this.#wait(watched, rank(link) < rank(settled) ? delay.down : delay.up))
    ) {
      watched.timer?.cancel()
      watched.timer = undefined
      watched.settled = link
      return link
    }
    return { ...link, running: settled.running, up: isUp(settled), unsettled: true }
  }

  /** Returns false when there is nothing to wait for. */
  #wait(watched: Watched, delay: Milliseconds): boolean {
    const name = watched.delay.interface
    const limit = delay > 0 ? Math.min(delay, this.#longest(name)) : 0
    if (limit <= 0) return false
    watched.timer = this.#clock.wakeAt(milliseconds(this.#clock.now() + limit), () => {
      watched.timer = undefined
      watched.settled = undefined
      this.#tell(name)
    })
    return true
  }

  #tell(name: string): void {
    const link = this.get(name)
    for (const listener of [...this.#listeners]) listener(name, link)
  }
}

/** How much an interface can do: down, up without carrier, running. */
function rank(link: LinkState): number {
  return link.running ? 2 : isUp(link) ? 1 : 0
}

function isUp({ up, running }: LinkState): boolean {
  return up ?? running
}
