/**
 * Counts the processes of all vrrp_track_process blocks together, so that the machine's table is gone through once for all
 * of them: at the start and after a loss of events; without events, every second.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import { matchesProcess, needsArguments, type ProcessPattern } from './process-pattern.ts'
import type { ProcessEvent, ProcessEvents, ProcessTable } from './process-table.ts'

/** Processes that are looked at in one turn of the event loop: about 1 ms. */
const SLICE = 64
/** From one look to the next where there are no events, ms. */
const DEFAULT_POLL = milliseconds(1000)

/** What a {@link ProcessWatch} stands on. */
export interface ProcessPorts {
  readonly clock: Clock
  readonly processes: ProcessTable
  /** Absent: poll. */
  readonly processEvents?: ProcessEvents
  /** How often to poll. Default 1 s. */
  readonly pollInterval?: Milliseconds
}

interface Entry {
  readonly pattern: ProcessPattern
  readonly tell: (count: number) => void
  count: number | undefined
}

/** Entries that a process belongs to; processes of none are not kept. */
type Membership = Map<number, readonly Entry[]>

/** Runs while something is counted. */
export class ProcessWatch {
  readonly #ports: ProcessPorts
  readonly #entries = new Set<Entry>()
  #members: Membership = new Map()
  /** The one that a look through the table is filling. */
  #fresh: Membership | undefined
  /** Events were lost during that look: another one has to follow. */
  #stale = false
  #timer: Timer | undefined
  #unsubscribe: (() => void) | undefined

  constructor(ports: ProcessPorts) {
    this.#ports = ports
  }

  /** Calls `tell` with the number of processes, once they are counted and whenever it changes. Returns the end of it. */
  count(pattern: ProcessPattern, tell: (count: number) => void): () => void {
    const entry: Entry = { pattern, tell, count: undefined }
    this.#entries.add(entry)
    if (this.#entries.size === 1) {
      this.#unsubscribe = this.#ports.processEvents?.subscribe(event => this.#hear(event))
    }
    this.#scan()
    return () => {
      this.#entries.delete(entry)
      if (this.#entries.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      this.#timer?.cancel()
      this.#fresh = undefined
    }
  }

  /** Looks through the whole table, beginning in a turn of its own, in which more patterns may have come. */
  #scan(): void {
    const { clock, processes } = this.#ports
    this.#timer?.cancel()
    this.#stale = false
    this.#fresh = new Map()
    this.#timer = clock.wakeAt(clock.now(), () => this.#scanSlice(processes.list(), 0))
  }

  #scanSlice(pids: readonly number[], from: number): void {
    const { clock, pollInterval = DEFAULT_POLL } = this.#ports
    for (const pid of pids.slice(from, from + SLICE)) this.#look(pid)
    if (from + SLICE < pids.length) {
      this.#timer = clock.wakeAt(clock.now(), () => this.#scanSlice(pids, from + SLICE))
      return
    }
    this.#members = this.#fresh ?? this.#members
    this.#fresh = undefined
    if (this.#unsubscribe === undefined || this.#stale) {
      this.#timer = clock.wakeAt(milliseconds(clock.now() + pollInterval), () => this.#scan())
    }
    this.#tellCounts()
  }

  #hear(event: ProcessEvent): void {
    if (event.type === 'lost') {
      // Under a flood that never ends the look that has begun must end all the same.
      if (this.#fresh === undefined) this.#scan()
      else this.#stale = true
      return
    }
    if (event.type === 'exec') this.#look(event.pid)
    // A child is what its parent is, until it executes something else.
    else this.#assign(event.pid, event.type === 'fork' ? (this.#known(event.parent) ?? []) : [])
    if (this.#fresh === undefined) this.#tellCounts()
  }

  #known(pid: number): readonly Entry[] | undefined {
    return this.#fresh?.get(pid) ?? this.#members.get(pid)
  }

  #look(pid: number): void {
    const entries = [...this.#entries]
    const withArguments = entries.some(({ pattern }) => needsArguments(pattern))
    const process = this.#ports.processes.describe(pid, withArguments)
    this.#assign(pid, process === undefined ? [] : entries.filter(({ pattern }) => matchesProcess(pattern, process)))
  }

  #assign(pid: number, entries: readonly Entry[]): void {
    for (const members of [this.#members, this.#fresh]) {
      if (entries.length > 0) members?.set(pid, entries)
      else members?.delete(pid)
    }
  }

  #tellCounts(): void {
    const counts = new Map<Entry, number>()
    for (const entries of this.#members.values())
      for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1)
    for (const entry of [...this.#entries]) {
      const count = counts.get(entry) ?? 0
      if (count === entry.count) continue
      entry.count = count
      entry.tell(count)
    }
  }
}
