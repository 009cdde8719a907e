/**
 * Virtual servers that are loaded when a configuration first has some: most routers never balance a load.
 */
import type { EngineEvent } from '../engine/index.ts'
import { messageOf } from '../errors.ts'
import type { Configuration } from '../keepalived/index.ts'
import type { LvsSnapshot, VirtualServers, VirtualServersOptions } from './virtual-servers.ts'

/** {@link VirtualServers}, as soon as they are needed. */
export class VirtualServersOnDemand {
  readonly #options: VirtualServersOptions
  #loading: Promise<VirtualServers | undefined> | undefined
  #loaded: VirtualServers | undefined
  /** The last transition of each instance, for those who come later. */
  readonly #transitions = new Map<string, EngineEvent>()

  constructor(options: VirtualServersOptions) {
    this.#options = options
  }

  /** Changes to another configuration. */
  apply(configuration: Configuration | undefined): void {
    if (this.#loading === undefined && configuration?.lvs === undefined) return
    this.#loading ??= this.#load()
    void this.#loading.then(servers => servers?.apply(configuration))
  }

  /** Takes an event of the engine. */
  hear(event: EngineEvent): void {
    if (event.type !== 'transition') return
    this.#transitions.set(event.instance, event)
    this.#loaded?.hear(event)
  }

  /** As that of {@link VirtualServers}. */
  async stop(): Promise<void> {
    const servers = await this.#loading
    await servers?.stop()
  }

  /** What they are and know now; undefined when there are none. */
  snapshot(): LvsSnapshot | undefined {
    return this.#loaded?.snapshot()
  }

  async #load(): Promise<VirtualServers | undefined> {
    try {
      const { VirtualServers: Loaded } = await import('./virtual-servers.ts')
      const servers = new Loaded(this.#options)
      for (const event of this.#transitions.values()) servers.hear(event)
      this.#loaded = servers
      return servers
    } catch (error) {
      this.#options.log('error', `LVS does not work here: ${messageOf(error)}`)
      return undefined
    }
  }
}
