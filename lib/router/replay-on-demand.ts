/**
 * Replay memory that is loaded when a configuration first authenticates adverts by numbers: most routers never do.
 */
import type { NodeSpecification } from '../engine/index.ts'
import type { ReplayKeeper, ReplayKeeperOptions } from './replay-keeper.ts'

/** A {@link ReplayKeeper}, as soon as it is needed. */
export class ReplayOnDemand {
  readonly #options: ReplayKeeperOptions
  #keeper: Promise<ReplayKeeper> | undefined

  constructor(options: ReplayKeeperOptions) {
    this.#options = options
  }

  /** Resolves when the engine may be configured with this. */
  async prepare({ instances }: Pick<NodeSpecification, 'instances'>): Promise<void> {
    if (!instances.some(({ authentication, hmac }) => authentication.type === 'ah' || hmac !== undefined)) return
    this.#keeper ??= this.#begin()
    await this.#keeper
  }

  /** As that of {@link ReplayKeeper}. */
  async stop(): Promise<void> {
    const keeper = await this.#keeper
    await keeper?.stop()
  }

  async #begin(): Promise<ReplayKeeper> {
    const { ReplayKeeper: Loaded } = await import('./replay-keeper.ts')
    const keeper = new Loaded(this.#options)
    keeper.begin()
    return keeper
  }
}
