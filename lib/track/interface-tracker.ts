/**
 * track_interface: ok while the interface can carry traffic. One that does not exist is down.
 */
import type { LinkStates } from './link-states.ts'
import type { TrackListener } from './track-event.ts'
import type { Tracker } from './tracker.ts'

/** Watches one interface. */
export class InterfaceTracker implements Tracker {
  readonly kind = 'interface'
  readonly name: string
  readonly #links: LinkStates
  readonly #tell: TrackListener
  #verdict: 'ok' | 'failing' | undefined
  #unsubscribe: () => void = () => {}

  constructor(name: string, links: LinkStates, tell: TrackListener) {
    this.name = name
    this.#links = links
    this.#tell = tell
  }

  start(): void {
    this.#unsubscribe()
    this.#unsubscribe = this.#links.subscribe(name => {
      if (name === this.name) this.#look()
    })
    this.#look()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#unsubscribe = () => {}
  }

  #look(): void {
    const verdict = this.#links.get(this.name)?.running === true ? 'ok' : 'failing'
    if (verdict === this.#verdict) return
    this.#verdict = verdict
    this.#tell({ type: 'verdict', kind: 'interface', name: this.name, verdict })
  }
}
