/**
 * What all virtual routers of a node went through, from the events of the engine.
 */
import type { EngineEvent } from '../engine/index.ts'
import type { Clock } from '../time/index.ts'
import { InstanceMemory, type InstanceRecord } from './instance-memory.ts'

const NOTHING: InstanceRecord = new InstanceMemory()

/** Remembers, bounded for each instance. */
export class NodeHistory {
  readonly #clock: Clock
  readonly #instances = new Map<string, InstanceMemory>()
  readonly #listeners = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes an event; to be subscribed to the engine. */
  hear(event: EngineEvent): void {
    let memory = this.#instances.get(event.instance)
    if (memory === undefined) {
      memory = new InstanceMemory()
      this.#instances.set(event.instance, memory)
    }
    if (memory.hear(event, event.at, this.#clock.wallTime())) for (const listener of this.#listeners) listener()
  }

  /** What is remembered of an instance. */
  of(instance: string): InstanceRecord {
    return this.#instances.get(instance) ?? NOTHING
  }

  /** Forgets all instances but these: after a new configuration. */
  retain(instances: ReadonlySet<string>): void {
    for (const name of this.#instances.keys()) if (!instances.has(name)) this.#instances.delete(name)
  }

  /** Calls `listener`, which must be quick, when something worth showing happened. Returns the end of it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
