/**
 * LVS of a node: checks, the states of virtual servers, the kernel's table, the synchronisation daemon. It works beside the
 * virtual routers: nothing of it is waited for, and where the kernel has no IPVS one line says so and the rest runs.
 */
import type { EngineEvent } from '../engine/index.ts'
import { messageOf } from '../errors.ts'
import { type CheckSpecification, type HealthSnapshot, Monitor, standardLookers } from '../health/index.ts'
import type { Configuration } from '../keepalived/index.ts'
import type { VirtualServerState } from '../lvs/index.ts'
import type { ServerNotification } from '../notify/index.ts'
import { startCommand } from '../process/index.ts'
import type { Clock } from '../time/index.ts'
import type { LogLevel } from './keepalived-log.ts'
import { localAddresses } from './local-addresses.ts'
import { type LvsPlan, lvsPlanOf } from './lvs-plan.ts'
import type { LvsClient, LvsPorts } from './lvs-ports.ts'
import { ScriptPolicy } from './script-policy.ts'
import { suspendChecks, suspendedAmong, suspensionLines } from './suspension.ts'
import { SyncDaemonKeeper } from './sync-daemon-keeper.ts'
import { TableKeeper } from './table-keeper.ts'
import { VirtualServerSet } from './virtual-server-set.ts'

/** What {@link VirtualServers} are made from. */
export interface VirtualServersOptions extends LvsPorts {
  readonly clock: Clock
  readonly log: (level: LogLevel, line: string) => void
  readonly tell: (notification: ServerNotification) => void
  /** Tells that an address may have come or gone. Returns the end of it. */
  readonly onAddressChange?: (listener: () => void) => () => void
  /** The addresses of this machine. Default: as the system says. */
  readonly addresses?: () => ReadonlySet<string>
}

/** What LVS is and knows. */
export interface LvsSnapshot {
  /** Why there is no LVS, although the configuration asks for it. */
  readonly unavailable?: string
  readonly virtualServers: readonly VirtualServerState[]
  readonly health: HealthSnapshot
}

interface Running {
  readonly client: LvsClient
  readonly table: TableKeeper
  readonly syncDaemons: SyncDaemonKeeper
}

/** Virtual servers, from configuration to kernel. */
export class VirtualServers {
  readonly #options: VirtualServersOptions
  readonly #monitor: Monitor
  readonly #set: VirtualServerSet
  #policy: ScriptPolicy | undefined
  #configuration: Configuration | undefined
  #running: Running | undefined
  #unavailable: string | undefined
  /** VRRP instances that are active: the synchronisation may follow one. */
  readonly #active = new Set<string>()
  #plan: LvsPlan = { virtualServers: [], problems: [] }
  #checks: readonly CheckSpecification[] = []
  #suspended: ReadonlySet<string> = new Set()
  #stopWatching = () => {}
  #work: Promise<void> = Promise.resolve()

  constructor(options: VirtualServersOptions) {
    const { clock, log, tell, concurrency } = options
    this.#options = options
    this.#set = new VirtualServerSet({ log, tell, want: (name, services) => this.#running?.table.want(name, services) })
    this.#monitor = new Monitor({
      clock,
      lookers: options.lookers ?? this.#standardLookers(),
      seed: process.pid,
      ...(concurrency !== undefined && { concurrency }),
    })
    this.#monitor.subscribe(event => this.#set.hear(event))
  }

  /** Changes to another configuration, when the changes before are done. */
  apply(configuration: Configuration | undefined): void {
    this.#work = this.#work.then(() => this.#apply(configuration)).catch(error => this.#fail(error))
  }

  /** Takes an event of the engine: the synchronisation daemon follows an instance. */
  hear(event: EngineEvent): void {
    if (event.type !== 'transition') return
    if (event.to === 'active') this.#active.add(event.instance)
    else this.#active.delete(event.instance)
    this.#running?.syncDaemons.hear(this.#isMaster)
  }

  /** Looks which addresses this machine has, for virtual servers with ha_suspend. */
  lookAtAddresses(): void {
    const { addresses = localAddresses, log } = this.#options
    const before = this.#suspended
    const { virtualServers } = this.#plan
    this.#suspended = suspendedAmong(virtualServers, addresses)
    const changed = virtualServers.filter(
      ({ virtualServer: { name } }) => before.has(name) !== this.#suspended.has(name),
    )
    for (const each of changed) {
      for (const line of suspensionLines(each, this.#suspended.has(each.virtualServer.name))) log('info', line)
    }
    if (changed.length > 0) this.#applyChecks()
  }

  /** Tells of the end, and takes our services out of the kernel, unless they are to stay. Resolves when that is done. */
  async stop(): Promise<void> {
    await this.#work
    this.#stopWatching()
    this.#monitor.stop()
    const names = this.#set.states().map(({ virtualServer }) => virtualServer.name)
    this.#set.stop()
    if (this.#running === undefined) return
    const { client, table, syncDaemons } = this.#running
    this.#running = undefined
    try {
      await syncDaemons.stop()
      if (this.#options.release !== false) {
        if (this.#configuration?.lvs?.flushOnStop === 'all') await client.flush()
        else for (const name of names) table.want(name, [])
      }
      await table.settled()
    } catch (error) {
      this.#options.log('error', `IPVS: ${messageOf(error)}`)
    }
    table.close()
    client.close()
  }

  /** Resolves when everything that is known is in the kernel's table. */
  async settled(): Promise<void> {
    await this.#work
    await this.#running?.table.settled()
  }

  /** What it is and knows now. */
  snapshot(): LvsSnapshot {
    return {
      ...(this.#unavailable !== undefined && { unavailable: this.#unavailable }),
      virtualServers: this.#set.states(),
      health: this.#monitor.snapshot(),
    }
  }

  get #isMaster(): boolean {
    const instance = this.#configuration?.lvs?.syncDaemon?.instance
    return instance !== undefined && this.#active.has(instance)
  }

  async #apply(configuration: Configuration | undefined): Promise<void> {
    const before = this.#configuration
    this.#configuration = configuration
    const lvs = configuration?.lvs
    // A node without LVS opens no socket for it; one that had it keeps it open.
    if (lvs === undefined && this.#running === undefined) return
    if (configuration !== undefined) this.#policy = new ScriptPolicy(configuration.global)
    const plan = lvsPlanOf(lvs, configuration?.trackFiles ?? [])
    for (const { text } of plan.problems) this.#options.log('error', text)
    const isNew = this.#running === undefined
    this.#running ??= await this.#open()
    if (this.#running === undefined) return
    const { client, syncDaemons } = this.#running
    if (isNew && lvs?.flush === true) await client.flush()
    const timeouts = lvs?.timeouts
    if (timeouts !== undefined && JSON.stringify(timeouts) !== JSON.stringify(before?.lvs?.timeouts)) {
      await this.#setTimeouts(client, timeouts)
    }
    syncDaemons.configure(lvs?.syncDaemon)
    syncDaemons.hear(this.#isMaster)
    const found = isNew && plan.virtualServers.length > 0 ? await client.table() : []
    this.#run(plan, { checkMails: lvs?.checkMails ?? true, found })
  }

  #run(plan: LvsPlan, options: Parameters<VirtualServerSet['apply']>[1]): void {
    const { onAddressChange, addresses = localAddresses } = this.#options
    this.#plan = plan
    this.#checks = this.#set.apply(plan.virtualServers, options)
    this.#suspended = suspendedAmong(plan.virtualServers, addresses)
    this.#applyChecks()
    this.#stopWatching()
    const suspends = plan.virtualServers.some(({ configuration }) => configuration.haSuspend)
    this.#stopWatching = (suspends && onAddressChange?.(() => this.lookAtAddresses())) || (() => {})
  }

  #applyChecks(): void {
    this.#monitor.apply(suspendChecks(this.#plan.virtualServers, this.#checks, this.#suspended))
  }

  async #open(): Promise<Running | undefined> {
    const { clock, log, openIpvs } = this.#options
    try {
      const client = await openIpvs()
      this.#unavailable = undefined
      log('info', 'Initializing ipvs')
      return {
        client,
        table: new TableKeeper(client, clock, log),
        syncDaemons: new SyncDaemonKeeper(client, clock, log),
      }
    } catch (error) {
      this.#unavailable = messageOf(error)
      log('error', `LVS is not set up, everything else runs: ${this.#unavailable}`)
      return undefined
    }
  }

  async #setTimeouts(client: LvsClient, { tcp, tcpFin, udp }: NonNullable<LvsTimeoutsOf>): Promise<void> {
    await client.setTimeouts({
      ...(tcp !== undefined && { tcp: tcp / 1000 }),
      ...(tcpFin !== undefined && { tcpFin: tcpFin / 1000 }),
      ...(udp !== undefined && { udp: udp / 1000 }),
    })
  }

  #fail(error: unknown): void {
    this.#options.log('error', `LVS: ${messageOf(error)}`)
  }

  #standardLookers() {
    const { clock, sockets, startCommand: start = startCommand } = this.#options
    return standardLookers({
      clock,
      ...(sockets !== undefined && { sockets }),
      commands: {
        start,
        prepare: ({ arguments: words, user, group }) => {
          const description = {
            arguments: words,
            ...(user !== undefined && { user }),
            ...(group !== undefined && { group }),
          }
          return this.#policy?.prepare(description) ?? { problem: 'there is no configuration' }
        },
      },
    })
  }
}

type LvsTimeoutsOf = NonNullable<Configuration['lvs']>['timeouts']
