/**
 * All virtual routers of a process: fed by plain-data commands, read through plain-data events, so that it can run in the
 * host's event loop as well as alone in a worker.
 */
import type { InstanceEvent } from '../instance/event.ts'
import { activeInterval, dependsOn, longestSettling } from '../instance/longest-settling.ts'
import type { Ports } from '../instance/ports.ts'
import { sameSpecification } from '../instance/same-specification.ts'
import { SettledLinks } from '../instance/settled-links.ts'
import { InstanceShell } from '../instance/shell.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import type { TrackerReport } from '../instance/tracker-verdicts.ts'
import { type Clock, type Milliseconds, milliseconds } from '../time/index.ts'
import type { EngineCommand } from './command.ts'
import type { EngineHost } from './engine-host.ts'
import type { EngineEvent } from './event.ts'
import { EventListeners } from './event-listeners.ts'
import { planConfiguration } from './plan-configuration.ts'
import type { ReplayRecord } from './replay-record.ts'
import { ReplayVault } from './replay-vault.ts'
import type { EngineSnapshot } from './snapshot.ts'
import type { NodeSpecification, SyncGroupSpecification } from './specification.ts'
import { StartupHold } from './startup-hold.ts'
import { SyncGroup } from './sync-groups.ts'
import { UnknownRouters } from './unknown-routers.ts'

/** What an {@link Engine} stands on. It does not close the ports: they belong to the caller. */
export interface EngineOptions {
  readonly clock: Clock
  readonly ports: Ports
  /** Do not tell of adverts that only repeat the last one, sent or received. Default false. */
  readonly quiet?: boolean
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
export class Engine implements EngineHost {
  readonly #clock: Clock
  readonly #ports: Ports
  readonly #links: SettledLinks
  readonly #listeners = new EventListeners()
  /** By name, in the order of the specification. */
  #shells: ReadonlyMap<string, InstanceShell> = new Map()
  #groups: readonly SyncGroup[] = []
  readonly #memberships = new Map<InstanceShell, SyncGroup>()
  /** The latest of each tracked thing, for instances that a new configuration brings. */
  readonly #reports = new Map<string, TrackerReport>()
  readonly #quiet: boolean
  readonly #hold: StartupHold
  readonly #unknown = new UnknownRouters()
  readonly #vault = new ReplayVault()

  constructor({ clock, ports, quiet = false }: EngineOptions) {
    this.#clock = clock
    this.#links = new SettledLinks(ports.links, clock, name => this.#longestSettling(name))
    this.#ports = { ...ports, links: this.#links }
    this.#quiet = quiet
    this.#hold = new StartupHold(clock)
    ports.transport.onUnclaimed = (message, ip, interfaceName) => this.#unknown.hear(message, ip, interfaceName)
  }

  /** Calls `listener` with every event. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Carries out a command. @throws RangeError for an unknown instance or a priority that cannot be */
  dispatch(command: EngineCommand): void {
    switch (command.type) {
      case 'configure':
        return this.#configure(command.specification)
      case 'remember':
        this.#vault.add(command.records)
        for (const shell of this.#shells.values()) this.#vault.remind(shell)
        return
      case 'tracker':
        this.#reports.set(trackerKey(command), command)
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
    this.#memberships.clear()
    const shells = [...this.#shells.values()]
    const stopped = shells.map(shell => shell.stop())
    this.#vault.keep(shells)
    this.#forget()
    await Promise.all(stopped)
  }

  /** Drops everything at once and silently, as a crash would: nothing is sent, addresses stay. */
  close(): void {
    for (const shell of this.#shells.values()) shell.close()
    this.#forget()
  }

  async replayRecords(): Promise<readonly ReplayRecord[]> {
    this.#vault.keep(this.#shells.values())
    return this.#vault.records
  }

  /** Rehearses takeover and stop with the first instance: all others run the same code. Nothing leaves, nothing is changed. */
  rehearse(): void {
    for (const shell of this.#shells.values()) return shell.rehearse()
  }

  /** An error came out of an instance's own work: what it does from now on cannot be trusted. */
  get broken(): boolean {
    return [...this.#shells.values()].some(shell => shell.broken)
  }

  /** What it is and knows now. */
  snapshot(): EngineSnapshot {
    const instances = [...this.#shells.values()].map(shell => shell.snapshot())
    const sum = (leaf: 'checksum-errors' | 'version-errors' | 'vrid-errors' | 'ip-ttl-errors') =>
      instances.reduce((total, { statistics }) => total + statistics[leaf], 0)
    return {
      instances,
      syncGroups: this.#groups.map(({ specification: { name, members }, state }) => ({
        name,
        members,
        state,
      })),
      statistics: {
        'checksum-errors': sum('checksum-errors'),
        'version-errors': sum('version-errors'),
        'vrid-errors': sum('vrid-errors') + this.#unknown.total,
        'ip-ttl-errors': sum('ip-ttl-errors'),
      },
      unknownRouters: this.#unknown.list(),
    }
  }

  /**
   * Changes what differs and nothing else: keepalived's reload. An instance keeps its state for as long as it is the
   * same on the wire, see {@link planConfiguration}.
   */
  #configure({
    instances,
    syncGroups,
    interfaceDelays = [],
    packetFilter = {},
    startupDelay = milliseconds(0),
  }: NodeSpecification): void {
    this.#links.configure(interfaceDelays)
    this.#ports.packetFilter?.configure?.(packetFilter)
    this.#hold.begin(startupDelay, () => this.#start([...this.#shells.values()]))
    const { kept, ended, started } = planConfiguration([...this.#shells.values()], instances)
    const grouped = new Set(syncGroups.flatMap(({ members }) => members))
    const shells = new Map(kept.map(({ shell, wanted }) => [wanted.name, shell]))
    for (const instance of started) shells.set(instance.name, this.#create(instance, grouped.has(instance.name)))
    const groups = syncGroups.map(group => {
      return this.#groups.find(old => same(old.specification, group) && old.consistsOf(shells)) ?? group
    })
    this.#vault.keep(this.#shells.values())
    // A member hears nothing from its group while that changes: the new one begins with what its members are then.
    this.#memberships.clear()
    for (const group of groups) if (group instanceof SyncGroup) this.#join(group)
    for (const shell of ended) void shell.stop()
    this.#forgetReports(instances)
    for (const { shell, wanted } of kept) {
      const member = grouped.has(wanted.name)
      if (shell.grouped !== member || !sameSpecification(shell.specification, wanted)) shell.reconfigure(wanted, member)
    }
    for (const shell of shells.values()) this.#vault.remind(shell)
    for (const shell of shells.values()) for (const report of this.#reports.values()) shell.setTracker(report)
    this.#shells = inOrder(shells, instances)
    this.#groups = groups.map(group => (group instanceof SyncGroup ? group : this.#form(group)))
    for (const shell of this.#shells.values()) this.#release(shell)
    this.#start(started.flatMap(({ name }) => this.#shells.get(name) ?? []))
  }

  #start(shells: readonly InstanceShell[]): void {
    for (const shell of shells) if (!this.#hold.holds) shell.start()
    if (!this.#hold.holds) return
    // A peer may have had them for long.
    const leftOver = shells.flatMap(({ specification: { addresses, excludedAddresses } }) => [
      ...addresses,
      ...excludedAddresses,
    ])
    // Those that start will try again, and tell.
    this.#ports.addressManager.removeLeftOver(leftOver).catch(() => {})
  }

  #create(specification: InstanceSpecification, grouped: boolean): InstanceShell {
    const hooks = {
      quiet: this.#quiet,
      emit: (event: InstanceEvent) => {
        const { name } = shell.specification
        this.#listeners.tell({ ...event, at: this.#clock.now(), instance: name })
        this.#memberships.get(shell)?.hear(name, event)
      },
      wish: (active: boolean) => this.#memberships.get(shell)?.wish(shell.specification.name, active),
    }
    const shell = new InstanceShell(specification, this.#clock, this.#ports, hooks, grouped)
    return shell
  }

  #form(specification: SyncGroupSpecification): SyncGroup {
    const group = new SyncGroup(specification, this.#shells)
    this.#join(group)
    group.settle()
    return group
  }

  #join(group: SyncGroup): void {
    for (const shell of group.members) this.#memberships.set(shell, group)
  }

  /** Takes faults away that belong to a group of an earlier configuration. */
  #release(shell: InstanceShell): void {
    const group = this.#memberships.get(shell)
    for (const fault of shell.faults) {
      if (fault.type !== 'sync-group') continue
      if (fault.group !== group?.specification.name || !group.holds(shell.specification.name)) shell.clearFault(fault)
    }
  }

  /** The longest that a change of an interface may wait, now. */
  #longestSettling(interfaceName: string): Milliseconds {
    const limits = [...this.#shells.values()]
      .filter(({ specification }) => dependsOn(specification, interfaceName))
      .map(shell => longestSettling(shell.specification, activeInterval(shell.specification, shell.snapshot())))
    return milliseconds(Math.min(...limits))
  }

  #forget(): void {
    this.#hold.cancel()
    this.#links.configure([])
    this.#shells = new Map()
    this.#groups = []
    this.#memberships.clear()
    this.#reports.clear()
  }

  #forgetReports(instances: NodeSpecification['instances']): void {
    const tracked = new Set(instances.flatMap(({ trackers }) => trackers.map(trackerKey)))
    for (const key of this.#reports.keys()) if (!tracked.has(key)) this.#reports.delete(key)
  }
}

function same(a: SyncGroupSpecification, b: SyncGroupSpecification): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function trackerKey({ kind, name }: Pick<TrackerReport, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

function inOrder(
  shells: ReadonlyMap<string, InstanceShell>,
  instances: NodeSpecification['instances'],
): ReadonlyMap<string, InstanceShell> {
  const ordered = new Map<string, InstanceShell>()
  for (const { name } of instances) {
    const shell = shells.get(name)
    if (shell !== undefined) ordered.set(name, shell)
  }
  return ordered
}
