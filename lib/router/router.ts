/**
 * A running router: an engine on its ports, with keepalived's log. What a daemon is made of, without the daemon.
 */
import { Engine, type EngineEvent, type EngineSnapshot, type NodeSpecification } from '../engine/index.ts'
import { type Ports, rehearse } from '../instance/index.ts'
import { Notifier, type NotifySettings } from '../notify/index.ts'
import { type Clock, milliseconds } from '../time/index.ts'
import { KeepalivedLog, type KeepalivedLogOptions } from './keepalived-log.ts'
import { Notifications } from './notifications.ts'

/** What a {@link Router} is made from. */
export interface RouterOptions {
  readonly specification: NodeSpecification
  readonly clock: Clock
  readonly ports: Ports
  readonly log: KeepalivedLogOptions
  /** Scripts, FIFOs and mail; see `notifySettingsOf`. Absent: nobody is notified. */
  readonly notify?: NotifySettings
}

/** How long scripts and mail about the end may take, as with keepalived. */
const STOP_GRACE = milliseconds(1000)

/** All virtual routers of one node, logged as keepalived logs. */
export class Router {
  readonly #engine: Engine
  readonly #specification: NodeSpecification
  readonly #notifications: Notifications | undefined

  constructor({ specification, clock, ports, log, notify }: RouterOptions) {
    const lines = new KeepalivedLog(log)
    this.#specification = specification
    this.#engine = new Engine({ clock, ports })
    this.#engine.subscribe(event => lines.hear(event))
    if (notify === undefined) return
    const notifier = new Notifier({
      log: (level, line) => {
        if (level !== 'debug' || log.detail) log.write(level, line)
      },
    })
    notifier.configure(notify)
    const notifications = new Notifications(notifier, specification)
    this.#engine.subscribe(event => notifications.hear(event))
    this.#notifications = notifications
  }

  /** Calls `listener` with every event of every instance. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#engine.subscribe(listener)
  }

  /** Begins. */
  start(): void {
    for (const instance of this.#specification.instances) rehearse(instance)
    this.#engine.dispatch({ type: 'configure', specification: this.#specification })
  }

  /**
   * Resigns where active, takes all addresses away, and tells of the end. Resolves when the addresses are gone and the
   * scripts are done, which may take a second.
   */
  async stop(): Promise<void> {
    await this.#engine.stop()
    await this.#notifications?.stop(STOP_GRACE)
  }

  /** What it is and knows now. */
  snapshot(): EngineSnapshot {
    return this.#engine.snapshot()
  }
}
