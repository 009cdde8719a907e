/**
 * A running router: an engine on its ports, with keepalived's log. What a daemon is made of, without the daemon.
 */
import { Engine, type EngineEvent, type EngineSnapshot, type NodeSpecification } from '../engine/index.ts'
import type { Ports } from '../instance/index.ts'
import type { Clock } from '../time/index.ts'
import { KeepalivedLog, type KeepalivedLogOptions } from './keepalived-log.ts'

/** What a {@link Router} is made from. */
export interface RouterOptions {
  readonly specification: NodeSpecification
  readonly clock: Clock
  readonly ports: Ports
  readonly log: KeepalivedLogOptions
}

/** All virtual routers of one node, logged as keepalived logs. */
export class Router {
  readonly #engine: Engine
  readonly #specification: NodeSpecification

  constructor({ specification, clock, ports, log }: RouterOptions) {
    const lines = new KeepalivedLog(log)
    this.#specification = specification
    this.#engine = new Engine({ clock, ports })
    this.#engine.subscribe(event => lines.hear(event))
  }

  /** Calls `listener` with every event of every instance. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#engine.subscribe(listener)
  }

  /** Begins. */
  start(): void {
    this.#engine.dispatch({ type: 'configure', specification: this.#specification })
  }

  /** Resigns where active, takes all addresses away. Resolves when they are gone. */
  stop(): Promise<void> {
    return this.#engine.stop()
  }

  /** What it is and knows now. */
  snapshot(): EngineSnapshot {
    return this.#engine.snapshot()
  }
}
