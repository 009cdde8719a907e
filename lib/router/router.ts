/**
 * A running router: an engine on its ports, with keepalived's log. What a daemon is made of, without the daemon.
 */
import { uptime } from 'node:os'
import type { EngineEvent, EngineHost, EngineSnapshot, NodeSpecification } from '../engine/index.ts'
import type { Ports, VirtualAddress } from '../instance/index.ts'
import { dependsOn, longestSettling } from '../instance/longest-settling.ts'
import { SettledLinks } from '../instance/settled-links.ts'
import type { Configuration } from '../keepalived/index.ts'
import { Notifier, type NotifySettings } from '../notify/index.ts'
import { type Clock, type Milliseconds, milliseconds } from '../time/index.ts'
import type { TrackVerdict } from '../track/index.ts'
import { KeepalivedLog, type KeepalivedLogOptions } from './keepalived-log.ts'
import type { LvsPorts } from './lvs-ports.ts'
import { Notifications } from './notifications.ts'
import { type LookUp, PeerNames } from './peer-names.ts'
import { prepareTracking, type Tracking } from './prepare-tracking.ts'
import { startupDelay } from './startup-delay.ts'
import { StaticSet } from './static-set.ts'
import { Trackers, type TrackersOptions } from './trackers.ts'
import { UnknownRouterLines } from './unknown-router-lines.ts'
import type { LvsSnapshot } from './virtual-servers.ts'
import { VirtualServersOnDemand } from './virtual-servers-on-demand.ts'

/** What a {@link Router} runs. */
export interface RouterConfiguration {
  readonly specification: NodeSpecification
  /** Where the specification comes from: what is tracked, and how. Absent: nothing is tracked. */
  readonly configuration?: Configuration
  /** Scripts, FIFOs and mail; see `notifySettingsOf`. Absent: nobody is notified. */
  readonly notify?: NotifySettings
}

/** What a {@link Router} is made from. */
export interface RouterOptions extends RouterConfiguration {
  readonly clock: Clock
  readonly ports: Ports
  /** Where the virtual routers run: `new Engine({ clock, ports })` here, or a thread of their own (`startEngineThread`). */
  readonly engine: EngineHost
  readonly log: KeepalivedLogOptions
  /** How host names of unicast peers are looked up. Default: by the resolver of this machine. */
  readonly lookUp?: LookUp
  /** What trackers stand on beside clock and links. Default: this machine. */
  readonly tracking?: Pick<TrackersOptions, 'startCommand' | 'files' | 'processes' | 'processEvents'>
  /** What virtual servers stand on. Absent: there is no LVS. */
  readonly lvs?: LvsPorts
}

/** How long scripts and mail about the end may take, as with keepalived. */
const STOP_GRACE = milliseconds(1000)

/** All virtual routers of one node, logged as keepalived logs. */
export class Router {
  readonly #engine: EngineHost
  readonly #ports: Ports
  readonly #log: KeepalivedLogOptions
  #specification: NodeSpecification
  #tracking: Tracking | undefined
  readonly #links: SettledLinks
  readonly #trackers: Trackers
  readonly #statics: StaticSet
  readonly #names: PeerNames
  readonly #unknown: UnknownRouterLines
  #configuration: Configuration | undefined
  readonly #notifier: Notifier | undefined
  readonly #notifications: Notifications | undefined
  readonly #virtualServers: VirtualServersOnDemand | undefined

  constructor({ configuration, clock, ports, engine, log, lookUp, notify, tracking, lvs, ...options }: RouterOptions) {
    const lines = new KeepalivedLog(log)
    this.#log = log
    this.#tracking = configuration && prepareTracking(configuration, options.specification, log.write)
    const specification = this.#tracking?.specification ?? options.specification
    this.#specification = specification
    this.#engine = engine
    this.#ports = ports
    this.#configuration = configuration
    this.#statics = new StaticSet(ports, clock, {
      refused: message => log.write('error', `static addresses and routes: ${message}`),
      restored: what => log.write('info', `Restoring deleted static ${what}`),
    })
    this.#unknown = new UnknownRouterLines(
      clock,
      () => this.snapshot(),
      line => log.write('info', line),
    )
    const changed = () => this.#configureEngine()
    this.#names = new PeerNames({ clock, log: log.write, changed, ...(lookUp !== undefined && { lookUp }) })
    const report: TrackersOptions['report'] = verdict => this.#engine.dispatch({ type: 'tracker', ...verdict })
    this.#links = new SettledLinks(ports.links, clock, name => longestSettlingOf(this.#specification, name))
    this.#trackers = new Trackers({ ...tracking, clock, links: this.#links, log: log.write, report })
    this.#engine.subscribe(event => lines.hear(event))
    this.#virtualServers =
      lvs &&
      new VirtualServersOnDemand({
        ...lvs,
        clock,
        log: log.write,
        tell: notification => this.#notifier?.tellServer(notification),
        onAddressChange: listener => ports.links.subscribe(listener),
      })
    this.#engine.subscribe(event => this.#virtualServers?.hear(event))
    if (notify === undefined) return
    const notifier = new Notifier({
      log: (level, line) => {
        if (level !== 'debug' || log.detail) log.write(level, line)
      },
    })
    notifier.configure(notify)
    const notifications = new Notifications(notifier, specification)
    this.#engine.subscribe(event => notifications.hear(event))
    this.#notifier = notifier
    this.#notifications = notifications
  }

  /** Calls `listener` with every event of every instance. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#engine.subscribe(listener)
  }

  /** Begins. */
  start(): void {
    const { startupDelay: least = milliseconds(0) } = this.#specification
    const { delayAfterBoot = milliseconds(0) } = this.#configuration?.global ?? {}
    const delay = startupDelay({ startupDelay: least, delayAfterBoot }, milliseconds(uptime() * 1000))
    if (delay > 0) {
      this.#specification = { ...this.#specification, startupDelay: delay }
      this.#log.write('info', `Delaying startup for ${Math.round(delay) / 1000} seconds`)
    }
    this.#apply()
  }

  /**
   * Changes to another configuration. What is the same in both goes on: not one packet, no transition, no script. A
   * router that was made to track nothing, or to notify nobody, does not begin to.
   */
  reconfigure({ configuration, notify, specification }: RouterConfiguration): void {
    this.#tracking &&= configuration && prepareTracking(configuration, specification, this.#log.write)
    this.#specification = this.#tracking?.specification ?? specification
    this.#configuration = configuration
    if (notify !== undefined) this.#notifier?.configure(notify)
    this.#notifications?.configure(this.#specification)
    this.#apply()
  }

  #apply(): void {
    this.#links.configure(this.#specification.interfaceDelays ?? [])
    void this.#statics.apply(this.#configuration?.statics)
    this.#virtualServers?.apply(this.#configuration)
    this.#names.watch(this.#specification)
    this.#unknown.enable(this.#configuration?.global.logUnknownVrids === true)
    this.#configureEngine()
    if (this.#tracking !== undefined) this.#trackers.apply(this.#tracking)
  }

  #configureEngine(): void {
    this.#engine.dispatch({ type: 'configure', specification: this.#names.resolve(this.#specification) })
  }

  /**
   * Resigns where active, takes all addresses away, and tells of the end. Resolves when the addresses are gone and the
   * scripts are done, which may take a second; a tracked one that must be killed two more.
   */
  async stop(): Promise<void> {
    const resigned = this.#engine.stop()
    this.#names.stop()
    this.#links.configure([])
    this.#unknown.enable(false)
    const trackersStopped = this.#trackers.stop()
    const servicesRemoved = this.#virtualServers?.stop()
    await resigned
    if (this.#engine.broken) await this.#ports.addressManager.removeLeftOver(addressesOf(this.#specification))
    await this.#statics.apply(undefined)
    await servicesRemoved
    await Promise.all([trackersStopped, this.#notifications?.stop(STOP_GRACE)])
  }

  /** The latest verdict of everything that is tracked, with what decided it. */
  verdicts(): readonly TrackVerdict[] {
    return this.#trackers.verdicts()
  }

  /** What LVS is and knows; undefined: there is none. */
  virtualServers(): LvsSnapshot | undefined {
    return this.#virtualServers?.snapshot()
  }

  /** An error came out of the engine's own work: resign and end. */
  get broken(): boolean {
    return this.#engine.broken
  }

  /** What it is and knows now. */
  snapshot(): EngineSnapshot {
    return this.#engine.snapshot()
  }
}

/** The longest that a change of an interface may wait, as far as that is configured. */
function longestSettlingOf({ instances }: NodeSpecification, interfaceName: string): Milliseconds {
  const concerned = instances.filter(instance => dependsOn(instance, interfaceName))
  return milliseconds(Math.min(...concerned.map(instance => longestSettling(instance))))
}

/** All that its instances may have put on: what an engine that failed may have left behind. */
function addressesOf({ instances }: NodeSpecification): readonly VirtualAddress[] {
  return instances.flatMap(({ addresses, excludedAddresses }) => [...addresses, ...excludedAddresses])
}
