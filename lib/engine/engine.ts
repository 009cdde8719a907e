/**
 * All virtual routers of a process: fed by plain-data commands, read through plain-data events, so that it can run in the
 * host's event loop as well as alone in a worker.
 */
import type { InstanceEvent } from '../instance/event.ts'
import type { Ports } from '../instance/ports.ts'
import { InstanceShell } from '../instance/shell.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import type { Clock } from '../time/index.ts'
import type { EngineCommand } from './command.ts'
import type { EngineEvent } from './event.ts'
import type { EngineSnapshot } from './snapshot.ts'
import type { NodeSpecification, SyncGroupSpecification } from './specification.ts'
import { SyncGroup } from './sync-groups.ts'

/** What an {@link Engine} stands on. It does not close the ports: they belong to the caller. */
export interface EngineOptions {
  readonly clock: Clock
  readonly ports: Ports
}

/**
 * Runs virtual routers and sync groups.
 *
 * @example
 * ```ts
 * const engine = new Engine({ clock, ports })
 * engine.subscribe(event => console.log(event.instance, event.type))
 * engine.dispatch({ type: 'configure', specification })
 * // …
 * await engine.stop()
 * ```
 */
export class Engine {
  readonly #clock: Clock
  readonly #ports: Ports
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  readonly #shells = new Map<string, InstanceShell>()
  readonly #groups = new Map<string, SyncGroup>()
  #unclaimed = 0

  constructor({ clock, ports }: EngineOptions) {
    this.#clock = clock
    this.#ports = ports
    ports.transport.onUnclaimed = () => {
      this.#unclaimed++
    }
  }

  /** Calls `listener` with every event. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Carries out a command. @throws RangeError for an unknown instance or a priority that cannot be */
  dispatch(command: EngineCommand): void {
    switch (command.type) {
      case 'configure':
        return this.#configure(command.specification)
      case 'tracker':
        for (const shell of this.#shells.values()) shell.setTracker(command)
        return
      case 'priority': {
        const shell = this.#shells.get(command.instance)
        if (shell === undefined) throw new RangeError(`instance: there is no '${command.instance}'`)
        return shell.setPriority(command.priority)
      }
      case 'stop':
        this.stop()
        return
    }
  }

  /** Resigns where active and takes all addresses away. Resolves when they are gone. */
  async stop(): Promise<void> {
    // Groups first: a member that stops must not be answered by its group.
    this.#groups.clear()
    const stopped = [...this.#shells.values()].map(shell => shell.stop())
    this.#shells.clear()
    await Promise.all(stopped)
  }

  /** Drops everything at once and silently, as a crash would: nothing is sent, addresses stay. */
  close(): void {
    for (const shell of this.#shells.values()) shell.close()
    this.#shells.clear()
    this.#groups.clear()
  }

  /** What it is and knows now. */
  snapshot(): EngineSnapshot {
    const instances = [...this.#shells.values()].map(shell => shell.snapshot())
    const sum = (leaf: 'checksum-errors' | 'version-errors' | 'vrid-errors' | 'ip-ttl-errors') =>
      instances.reduce((total, { statistics }) => total + statistics[leaf], 0)
    return {
      instances,
      syncGroups: [...this.#groups.values()].map(({ specification: { name, members }, state }) => ({
        name,
        members,
        state,
      })),
      statistics: {
        'checksum-errors': sum('checksum-errors'),
        'version-errors': sum('version-errors'),
        'vrid-errors': sum('vrid-errors') + this.#unclaimed,
        'ip-ttl-errors': sum('ip-ttl-errors'),
      },
    }
  }

  /** Stops what is no longer wanted as it is, keeps what did not change, starts the rest. */
  #configure({ instances, syncGroups }: NodeSpecification): void {
    const groups = new Map(syncGroups.map(group => [group.name, group]))
    const changed = new Set(
      [...this.#groups.values()].filter(old => !same(old.specification, groups.get(old.specification.name))),
    )
    const wanted = new Map(instances.map(instance => [instance.name, instance]))
    const restarted = new Set([...changed].flatMap(({ specification }) => specification.members))
    for (const group of syncGroups)
      if (!this.#groups.has(group.name)) for (const name of group.members) restarted.add(name)
    for (const { specification } of changed) this.#groups.delete(specification.name)
    for (const [name, shell] of this.#shells) {
      if (!restarted.has(name) && same(shell.specification, wanted.get(name))) continue
      this.#shells.delete(name)
      void shell.stop()
    }
    for (const group of syncGroups)
      if (!this.#groups.has(group.name)) this.#groups.set(group.name, new SyncGroup(group))
    const started = instances.filter(({ name }) => !this.#shells.has(name)).map(instance => this.#create(instance))
    for (const shell of started) shell.start()
  }

  #create(specification: InstanceSpecification): InstanceShell {
    const { name } = specification
    const group = [...this.#groups.values()].find(({ specification: { members } }) => members.includes(name))
    const hooks = {
      emit: (event: InstanceEvent) => {
        this.#tell({ ...event, at: this.#clock.now(), instance: name })
        group?.hear(name, event)
      },
      wish: (active: boolean) => group?.wish(name, active),
    }
    const shell = new InstanceShell(specification, this.#clock, this.#ports, hooks, group !== undefined)
    this.#shells.set(name, shell)
    group?.join(shell)
    return shell
  }

  #tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

function same(a: InstanceSpecification | SyncGroupSpecification, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
