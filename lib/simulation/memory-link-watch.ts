/**
 * The {@link LinkWatch} port on a simulated host.
 */
import type { LinkState, LinkWatch } from '../instance/ports.ts'
import type { MemoryHost } from './memory-host.ts'

/** Watches the interfaces of a simulated host. */
export class MemoryLinkWatch implements LinkWatch {
  readonly #host: MemoryHost
  readonly #listeners = new Set<(interfaceName: string, link: LinkState | undefined) => void>()
  /** Interfaces whose change is on its way to the listeners. */
  readonly #pending = new Set<string>()
  readonly #unwatch: () => void

  constructor(host: MemoryHost) {
    this.#host = host
    this.#unwatch = host.watch(name => this.#changed(name))
  }

  get(interfaceName: string): LinkState | undefined {
    return this.#host.interfaces.get(interfaceName)?.link()
  }

  subscribe(listener: (interfaceName: string, link: LinkState | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#unwatch()
    this.#listeners.clear()
  }

  /** Told as netlink tells it: later, and several changes of one instant as one. */
  #changed(interfaceName: string): void {
    // What is above an interface changes with it.
    for (const { name, parent } of this.#host.interfaces.values())
      if (parent?.name === interfaceName) this.#changed(name)
    if (this.#listeners.size === 0 || this.#pending.has(interfaceName)) return
    this.#pending.add(interfaceName)
    const { clock } = this.#host.network
    clock.wakeAt(clock.now(), () => {
      this.#pending.delete(interfaceName)
      for (const listener of this.#listeners) listener(interfaceName, this.get(interfaceName))
    })
  }
}
