/**
 * lvs_sync_daemon: the kernel's connection synchronisation follows the state of a VRRP instance, master daemon on the
 * master, backup daemon elsewhere; without an instance both run. keepalived.conf(5), global_defs.
 */
import { messageOf } from '../errors.ts'
import type { IpvsClient, SyncDaemonOptions, SyncDaemonState } from '../ipvs/index.ts'
import type { SyncDaemonConfiguration } from '../keepalived/index.ts'
import { type Clock, milliseconds, type Timer } from '../time/index.ts'
import type { LogLevel } from './keepalived-log.ts'

/** The part of an {@link IpvsClient} that the daemons need. */
export type SyncDaemonClient = Pick<IpvsClient, 'daemons' | 'startDaemon' | 'stopDaemon'>

/** Until the next try when a daemon could not be started: its interface may be down. */
const RETRY = 5000

/** Starts and stops the daemons. */
export class SyncDaemonKeeper {
  readonly #client: SyncDaemonClient
  readonly #clock: Clock
  readonly #log: (level: LogLevel, line: string) => void
  #configuration: SyncDaemonConfiguration | undefined
  #isMaster = false
  #work: Promise<void> = Promise.resolve()
  #retry: Timer | undefined
  #lastError = ''
  /** Ours run, or ran: only then they are for us to stop. */
  #used = false

  constructor(client: SyncDaemonClient, clock: Clock, log: (level: LogLevel, line: string) => void) {
    this.#client = client
    this.#clock = clock
    this.#log = log
  }

  /** Wants these daemons; undefined: none. */
  configure(configuration: SyncDaemonConfiguration | undefined): void {
    this.#configuration = configuration
    this.#used ||= configuration !== undefined
    this.#schedule()
  }

  /** The instance is master, or is not. */
  hear(isMaster: boolean): void {
    if (this.#isMaster === isMaster) return
    this.#isMaster = isMaster
    this.#schedule()
  }

  /** Stops them. */
  async stop(): Promise<void> {
    this.#configuration = undefined
    this.#schedule()
    await this.#work
    this.#retry?.cancel()
  }

  #schedule(): void {
    if (!this.#used) return
    this.#retry?.cancel()
    this.#work = this.#work.then(() => this.#apply())
  }

  async #apply(): Promise<void> {
    try {
      const wanted = this.#wanted()
      for await (const { state, ...running } of this.#client.daemons()) {
        const same = wanted.get(state)
        if (same !== undefined && matches(same, running)) wanted.delete(state)
        else await this.#client.stopDaemon(state)
      }
      for (const daemon of wanted.values()) await this.#client.startDaemon(daemon)
      this.#lastError = ''
    } catch (error) {
      const message = `lvs_sync_daemon: ${messageOf(error)}`
      if (message !== this.#lastError) this.#log('error', message)
      this.#lastError = message
      if (this.#configuration === undefined) return
      this.#retry = this.#clock.wakeAt(milliseconds(this.#clock.now() + RETRY), () => this.#schedule())
    }
  }

  #wanted(): Map<SyncDaemonState, SyncDaemonOptions> {
    if (this.#configuration === undefined) return new Map()
    const { instance, id, origin: _, ...rest } = this.#configuration
    const states: readonly SyncDaemonState[] =
      instance === undefined ? ['master', 'backup'] : [this.#isMaster ? 'master' : 'backup']
    return new Map(states.map(state => [state, { ...rest, state, syncId: id }]))
  }
}

/** What is not said is as the kernel has it. */
function matches(wanted: SyncDaemonOptions, running: Omit<SyncDaemonOptions, 'state'>): boolean {
  const { state: _, ...said } = wanted
  return Object.entries(said).every(([name, value]) => running[name as keyof typeof running] === value)
}
