/**
 * The client of IPVS, the kernel's load balancer.
 */
import { SystemError } from '../errors.ts'
import { ERRNO } from '../netlink/index.ts'
import { IpvsChannel, readable } from './channel.ts'
import type { IpvsCommand } from './command.ts'
import { completeSyncDaemon, completeTimeouts } from './complete-daemon.ts'
import { completeDestination } from './complete-destination.ts'
import { completeService } from './complete-service.ts'
import { type Connection, parseConnections } from './connection.ts'
import { decodeService } from './decode-service.ts'
import { decodeDaemon, decodeInfo, decodeTimeouts, type IpvsInfo } from './decode-state.ts'
import {
  type DestinationKey,
  type DestinationOptions,
  type DestinationSettings,
  type DestinationState,
  formatDestinationKey,
} from './destination.ts'
import { commandError, type IpvsError, questionError, unavailableError } from './ipvs-error.ts'
import type { IpvsKernel } from './kernel.ts'
import { Pace } from './pace.ts'
import { readDestinations, readTable } from './read-table.ts'
import { type ReconcileOptions, type ReconcileReport, reconcileTable } from './reconcile.ts'
import type { SchedulingOptions } from './scheduling.ts'
import type { ServiceOptions, ServiceSettingOptions, ServiceState } from './service.ts'
import { formatServiceKey, type ServiceKey, serviceKeyOf } from './service-key.ts'
import type { SyncDaemon, SyncDaemonOptions, SyncDaemonState } from './sync-daemon.ts'
import type { DesiredTable, TableEntryState } from './table.ts'
import type { Timeouts } from './timeouts.ts'
import { type TableObservation, type WatchOptions, watchTable } from './watch.ts'

/** Options of {@link IpvsClient.open}. */
export interface IpvsClientOptions {
  /** Network namespace: a name that ip-netns(8) shows, or a path like `/proc/1234/ns/net`. Default: the thread's own. */
  readonly netns?: string
  /** How long the kernel may take for one answer, in milliseconds. Default 2000. */
  readonly timeout?: number
  /** When it is aborted, everything that the client does ends with its reason, now and later. */
  readonly signal?: AbortSignal
  /** Another kernel than this machine's. */
  readonly kernel?: IpvsKernel
}

/** Options of a call. */
export interface CallOptions {
  /** Ends the call when it is aborted. What was sent until then is done. */
  readonly signal?: AbortSignal
}

/**
 * Reads and writes the IPVS table of a network namespace. Needs CAP_NET_ADMIN.
 *
 * Calls may overlap; what they send leaves in the order of the calls. The answer to each is there before others get
 * their turn, but a long one lets them have it every 4 ms.
 * @example
 * await using ipvs = await IpvsClient.open()
 * await ipvs.addService({ protocol: 'tcp', address: '192.0.2.1', port: 80, scheduler: 'rr' })
 * for await (const service of ipvs.services()) console.log(formatServiceKey(service), service.statistics.connections)
 */
export class IpvsClient {
  readonly #channel: IpvsChannel
  readonly #kernel: IpvsKernel
  readonly #signal: AbortSignal | undefined

  private constructor(kernel: IpvsKernel, { timeout = 2000, signal }: IpvsClientOptions) {
    this.#kernel = kernel
    this.#signal = signal
    this.#channel = new IpvsChannel(kernel, timeout)
  }

  /**
   * Opens the sockets. The kernel loads its module for that, if it is not loaded.
   * @throws IpvsError `ERR_IPVS_UNAVAILABLE` when the kernel has no IPVS
   * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when this is no Linux
   * @throws SystemError
   */
  static async open(options: IpvsClientOptions = {}): Promise<IpvsClient> {
    options.signal?.throwIfAborted()
    if (options.kernel !== undefined) return new IpvsClient(options.kernel, options)
    const { LinuxIpvsKernel } = await import('../linux/index.ts')
    return new IpvsClient(new LinuxIpvsKernel(options.netns), options)
  }

  /** All services, in the kernel's order, as of the first step. @throws IpvsError, SystemError */
  async *services({ signal }: CallOptions = {}): AsyncGenerator<ServiceState, void, undefined> {
    // Read before the first is given: in between the caller may ask for destinations, on the same socket.
    yield* await this.#channel.dump('getService', decodeService, this.#pace(signal))
  }

  /** A service, or undefined when there is none of that key. @throws IpvsError, SystemError */
  async service(key: ServiceKey): Promise<ServiceState | undefined> {
    this.#pace().check()
    const answer = this.#channel.ask('getService', key)
    return answer === undefined ? undefined : readable(decodeService(answer.body), formatServiceKey(key))
  }

  /** The destinations of a service, as of the first step. @throws IpvsError `ERR_IPVS_SERVICE_NOT_FOUND`, SystemError */
  async *destinations(
    service: ServiceKey,
    { signal }: CallOptions = {},
  ): AsyncGenerator<DestinationState, void, undefined> {
    const pace = this.#pace(signal)
    const found = await this.#channel.exclusive(() => readDestinations(this.#channel, service, pace))
    // The kernel tells the destinations of a service that it does not have like those of one without any.
    if (found.length === 0 && this.#channel.ask('getService', service) === undefined) {
      throw questionError(`destinations of ${formatServiceKey(service)}`, ERRNO.ESRCH, serviceKeyOf(service))
    }
    yield* found
  }

  /** All services with their destinations. @throws IpvsError, SystemError */
  async table({ signal }: CallOptions = {}): Promise<TableEntryState[]> {
    return await readTable(this.#channel, this.#pace(signal))
  }

  /** The connections that the kernel remembers, persistence templates too. @throws IpvsError `ERR_IPVS_UNAVAILABLE`, SystemError */
  async *connections({ signal }: CallOptions = {}): AsyncGenerator<Connection, void, undefined> {
    const pace = this.#pace(signal)
    try {
      for await (const connection of parseConnections(this.#kernel.readConnections())) {
        pace.check()
        yield connection
      }
    } catch (error) {
      if (error instanceof SystemError && error.errno === ERRNO.ENOENT) throw unavailableError()
      throw error
    }
  }

  /** The synchronisation daemons that run: none, one or both. @throws IpvsError, SystemError */
  async *daemons({ signal }: CallOptions = {}): AsyncGenerator<SyncDaemon, void, undefined> {
    yield* await this.#channel.dump('getDaemon', decodeDaemon, this.#pace(signal))
  }

  /** Time-outs of connections. @throws IpvsError, SystemError */
  async timeouts(): Promise<Timeouts> {
    this.#pace().check()
    return readable(decodeTimeouts(this.#channel.ask('getConfig')?.body ?? NOTHING), 'timeouts')
  }

  /** Version and table size. @throws IpvsError, SystemError */
  async info(): Promise<IpvsInfo> {
    this.#pace().check()
    return readable(decodeInfo(this.#channel.ask('getInfo')?.body ?? NOTHING), 'info')
  }

  /** @throws RangeError for a wrong value, IpvsError, SystemError */
  async addService(service: ServiceOptions): Promise<void> {
    await this.#one({ type: 'add-service', service: completeService(service) })
  }

  /**
   * Changes settings of a service; its other settings and its connections stay. Flags belong to their scheduler: a new
   * one has none but those given.
   * @throws RangeError for a wrong value, IpvsError, SystemError
   */
  async editService(key: ServiceKey, changes: SchedulingOptions & ServiceSettingOptions): Promise<void> {
    const current = await this.service(key)
    if (current === undefined) {
      throw questionError(`edit-service ${formatServiceKey(key)}`, ERRNO.ESRCH, serviceKeyOf(key))
    }
    const flags = changes.scheduler === undefined ? {} : { schedulerFlags: [] }
    const options = { ...current, ...flags, ...changes } as ServiceOptions
    await this.#one({ type: 'edit-service', service: completeService(options) })
  }

  /** Deletes a service with its destinations. @throws IpvsError, SystemError */
  async deleteService(key: ServiceKey): Promise<void> {
    await this.#one({ type: 'delete-service', service: serviceKeyOf(key) })
  }

  /** @throws RangeError for a wrong value, IpvsError, SystemError */
  async addDestination(service: ServiceKey, destination: DestinationOptions): Promise<void> {
    const key = serviceKeyOf(service)
    await this.#one({ type: 'add-destination', service: key, destination: completeDestination(key, destination) })
  }

  /**
   * Changes settings of a destination; its other settings and its connections stay.
   * @throws RangeError for a wrong value, IpvsError, SystemError
   */
  async editDestination(
    service: ServiceKey,
    destination: DestinationKey,
    changes: Partial<DestinationSettings>,
  ): Promise<void> {
    const key = serviceKeyOf(service)
    const name = formatDestinationKey(destination)
    for await (const current of this.destinations(key)) {
      if (formatDestinationKey(current) !== name) continue
      const changed = completeDestination(key, { ...current, ...changes })
      await this.#one({ type: 'edit-destination', service: key, destination: changed })
      return
    }
    throw commandError({ type: 'delete-destination', service: key, destination }, ERRNO.ENOENT)
  }

  /** Deletes a destination; its connections end when their next packet comes. @throws IpvsError, SystemError */
  async deleteDestination(service: ServiceKey, { address, port }: DestinationKey): Promise<void> {
    await this.#one({ type: 'delete-destination', service: serviceKeyOf(service), destination: { address, port } })
  }

  /** Sets the counters of a service, or of all, to 0. @throws IpvsError, SystemError */
  async zero(service?: ServiceKey): Promise<void> {
    await this.#one({ type: 'zero', ...(service !== undefined && { service: serviceKeyOf(service) }) })
  }

  /** Deletes all services. @throws IpvsError, SystemError */
  async flush(): Promise<void> {
    await this.#one({ type: 'flush' })
  }

  /** Sets time-outs of connections; those left out stay. @throws RangeError for a wrong value, IpvsError, SystemError */
  async setTimeouts(timeouts: Partial<Timeouts>): Promise<void> {
    await this.#one({ type: 'set-timeouts', timeouts: completeTimeouts(timeouts) })
  }

  /** Starts a synchronisation daemon. @throws RangeError for a wrong value, IpvsError, SystemError */
  async startDaemon(daemon: SyncDaemonOptions): Promise<void> {
    await this.#one({ type: 'start-daemon', daemon: completeSyncDaemon(daemon) })
  }

  /** Stops a synchronisation daemon. @throws IpvsError, SystemError */
  async stopDaemon(state: SyncDaemonState): Promise<void> {
    await this.#one({ type: 'stop-daemon', state })
  }

  /**
   * Sends commands in order, 64 at a time; a refused one does not stop the others. One result for each: undefined when
   * it was done.
   * @throws SystemError when the socket fails: what was done is not known then
   */
  async execute(
    commands: readonly IpvsCommand[],
    { signal }: CallOptions = {},
  ): Promise<readonly (IpvsError | undefined)[]> {
    return await this.#channel.execute(commands, this.#pace(signal))
  }

  /**
   * Makes the table what is wanted, with the fewest commands, and without touching what is right already: a second call
   * sends nothing. Others may write to the table meanwhile.
   * @throws RangeError before anything is sent when the wanted table is wrong
   * @throws IpvsError, SystemError when the table cannot be read; refused commands are in the report
   */
  async reconcile(desired: DesiredTable, options: ReconcileOptions = {}): Promise<ReconcileReport> {
    const pace = this.#pace(options.signal)
    const access = {
      read: () => readTable(this.#channel, pace),
      execute: (commands: readonly IpvsCommand[]) => this.#channel.execute(commands, pace),
    }
    return await reconcileTable(access, desired, options, pace)
  }

  /** Observes the table again and again, until the loop is left or a signal aborted. @throws RangeError, IpvsError, SystemError */
  watch(options: WatchOptions = {}): AsyncGenerator<TableObservation, void, undefined> {
    const pace = this.#pace(options.signal)
    return watchTable(() => readTable(this.#channel, pace), options, pace)
  }

  /** Closes the sockets. The table stays as it is. */
  close(): void {
    this.#channel.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #pace(signal?: AbortSignal): Pace {
    return new Pace(this.#signal, signal)
  }

  async #one(command: IpvsCommand): Promise<void> {
    const [error] = await this.#channel.execute([command], this.#pace())
    if (error !== undefined) throw error
  }
}

const NOTHING = new Uint8Array()
