/**
 * Keeps the kernel's table as it is wanted: reads it once and takes over what is there, then writes differences alone, in
 * batches, one after the other. When the kernel refuses something the table is read again.
 */
import { messageOf } from '../errors.ts'
import {
  completeTable,
  type DesiredService,
  diff,
  formatServiceKey,
  type IpvsClient,
  type IpvsTable,
  planCommands,
  type ServiceKey,
  serviceKeyOf,
} from '../ipvs/index.ts'
import { type Clock, milliseconds, type Timer } from '../time/index.ts'
import type { LogLevel } from './keepalived-log.ts'

/** The part of an {@link IpvsClient} that the table needs. */
export type TableClient = Pick<IpvsClient, 'reconcile' | 'execute'>

/** One wish for each owner, and the table that they make. */
export class TableKeeper {
  readonly #client: TableClient
  readonly #log: (level: LogLevel, line: string) => void
  readonly #wanted = new Map<string, readonly DesiredService[]>()
  /** What the table has, as far as we know, by owner. */
  readonly #applied = new Map<string, IpvsTable>()
  readonly #dirty = new Set<string>()
  /** Services that were ours, by key: they may be removed. */
  readonly #owned = new Map<string, ServiceKey>()
  /** The table must be read before the next write. */
  #unread = true
  #work: Promise<void> | undefined
  #retry: Timer | undefined
  #lastError = ''
  readonly #clock: Clock

  constructor(client: TableClient, clock: Clock, log: (level: LogLevel, line: string) => void) {
    this.#client = client
    this.#clock = clock
    this.#log = log
  }

  /** Wants these services for an owner, none to be without. Written when the caller's turn is over. */
  want(owner: string, services: readonly DesiredService[]): void {
    if (services.length > 0) this.#wanted.set(owner, services)
    else this.#wanted.delete(owner)
    this.#dirty.add(owner)
    this.#begin()
  }

  /** Gives up what could not be written. */
  close(): void {
    this.#retry?.cancel()
  }

  /** Resolves when everything that is wanted was written, or refused. */
  async settled(): Promise<void> {
    while (this.#work !== undefined) await this.#work
  }

  /** Services in the table that are ours. */
  get services(): number {
    return this.#owned.size
  }

  #begin(): void {
    this.#retry?.cancel()
    this.#work ??= this.#write()
  }

  async #write(): Promise<void> {
    // All that one turn of the event loop changes is one batch.
    await new Promise<void>(resolve => setImmediate(resolve))
    try {
      while (this.#dirty.size > 0) {
        if (this.#unread) await this.#reconcile()
        else await this.#writeDifference()
      }
      this.#lastError = ''
    } catch (error) {
      const message = `IPVS: the table is not as it should be: ${messageOf(error)}`
      if (message !== this.#lastError) this.#log('error', message)
      this.#lastError = message
      this.#unread = true
      for (const owner of this.#wanted.keys()) this.#dirty.add(owner)
      this.#retry = this.#clock.wakeAt(milliseconds(this.#clock.now() + RETRY), () => this.#begin())
    } finally {
      this.#work = undefined
    }
  }

  async #reconcile(): Promise<void> {
    this.#dirty.clear()
    const desired = new Map(this.#wanted)
    const owned = [...this.#owned.values()]
    const { errors } = await this.#client.reconcile([...desired.values()].flat(), { owned })
    this.#unread = false
    this.#applied.clear()
    this.#owned.clear()
    for (const [owner, services] of desired) this.#remember(owner, completeTable(services))
    for (const error of errors.slice(0, ERRORS_SHOWN)) this.#log('error', `IPVS: ${messageOf(error)}`)
    if (errors.length > ERRORS_SHOWN) this.#log('error', `IPVS: ${errors.length - ERRORS_SHOWN} more commands failed`)
  }

  async #writeDifference(): Promise<void> {
    const owners = [...this.#dirty]
    this.#dirty.clear()
    const before = owners.flatMap(owner => this.#applied.get(owner) ?? [])
    const after = new Map(owners.map(owner => [owner, completeTable(this.#wanted.get(owner) ?? [])]))
    const commands = planCommands(diff(before, [...after.values()].flat(), { prune: 'all' }))
    const results = await this.#client.execute(commands)
    for (const [owner, table] of after) {
      for (const entry of this.#applied.get(owner) ?? []) this.#owned.delete(formatServiceKey(entry))
      this.#remember(owner, table)
    }
    if (results.every(error => error === undefined)) return
    // Somebody else wrote to the table: look, and put it right.
    this.#unread = true
    for (const owner of owners) this.#dirty.add(owner)
  }

  #remember(owner: string, table: IpvsTable): void {
    if (table.length === 0) this.#applied.delete(owner)
    else this.#applied.set(owner, table)
    for (const entry of table) this.#owned.set(formatServiceKey(entry), serviceKeyOf(entry))
  }
}

/** Until the next try when the table could not be read or written at all, ms. */
const RETRY = 5000

/** So many refused commands have a line of their own. */
const ERRORS_SHOWN = 5
