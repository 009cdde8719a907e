/**
 * One virtual router for programs to embed: options in, events out, every port pluggable. RFC 9568, RFC 3768.
 */
import { EventEmitter } from 'node:events'
import type { Clock } from '../time/index.ts'
import type { Fault, InstanceEvent } from './event.ts'
import { specify, type VrrpInstanceOptions } from './options.ts'
import type { Ports } from './ports.ts'
import { InstanceShell } from './shell.ts'
import type { InstanceSnapshot } from './snapshot.ts'
import type { InstanceSpecification } from './specification.ts'

/** The events of a {@link VrrpInstance}: each by its own type, and all of them as `event`. */
export type VrrpInstanceEvents = {
  [Type in InstanceEvent['type']]: [event: Extract<InstanceEvent, { type: Type }>]
} & { event: [event: InstanceEvent] }

/**
 * A virtual router.
 *
 * @example
 * ```ts
 * const vr = new VrrpInstance({ interface: 'eth0', vrid: 51, priority: 100, addresses: ['192.0.2.1/24'] })
 * vr.on('transition', ({ from, to, reason }) => console.log(`${from} -> ${to}: ${reason}`))
 * await vr.start()
 * // …
 * await vr.stop() // resigns, and takes its addresses away
 * ```
 *
 * With no ports given it uses those of `vrrp-ts/linux`, which are loaded by {@link VrrpInstance.start} and closed by
 * {@link VrrpInstance.stop}, and need CAP_NET_RAW and CAP_NET_ADMIN.
 */
export class VrrpInstance extends EventEmitter<VrrpInstanceEvents> {
  /** What it was told to be, defaults filled in. */
  readonly specification: InstanceSpecification
  readonly #given: Partial<Ports> & { readonly clock?: Clock }
  #shell: InstanceShell | undefined
  #closeLoaded: () => void = () => {}

  /** @throws TypeError, RangeError naming the option */
  constructor(options: VrrpInstanceOptions) {
    super()
    this.specification = specify(options)
    this.#given = options
  }

  /**
   * Opens the transport and begins. Resolves when it runs, also when it begins with a fault (listen to `fault`).
   * @throws VrrpError `ERR_CAPABILITY` or `ERR_TRANSPORT_UNAVAILABLE` when the Linux ports cannot be loaded
   */
  async start(): Promise<void> {
    if (this.#shell !== undefined) return
    const { clock, ports, close } = await loadPorts(this.#given)
    this.#closeLoaded = close
    this.#shell = new InstanceShell(this.specification, clock, ports, {
      emit: event => {
        const emit = this.emit.bind(this) as (type: string, event: InstanceEvent) => boolean
        emit(event.type, event)
        emit('event', event)
      },
    })
    this.#shell.start()
  }

  /** Resigns if active, takes the addresses away, closes. Resolves when the addresses are gone. Twice is once. */
  async stop(): Promise<void> {
    const shell = this.#shell
    if (shell === undefined) return
    this.#shell = undefined
    await shell.stop()
    this.#closeLoaded()
  }

  /** Changes the priority, 1-254. An owner (255) keeps its own. @throws RangeError */
  setPriority(priority: number): void {
    this.#running().setPriority(priority)
  }

  /** Holds the router in initialize (keepalived: FAULT) until {@link VrrpInstance.clearFault}. */
  fault(name: string): void {
    this.#running().addFault(trackerFault(name))
  }

  /** Takes back a {@link VrrpInstance.fault}; with the last one gone the router begins again. */
  clearFault(name: string): void {
    this.#running().clearFault(trackerFault(name))
  }

  /** What it is and knows now. @throws Error before start and after stop */
  snapshot(): InstanceSnapshot {
    return this.#running().snapshot()
  }

  #running(): InstanceShell {
    if (this.#shell === undefined) throw new Error('the instance is not started')
    return this.#shell
  }
}

function trackerFault(name: string): Fault {
  return { type: 'tracker', kind: 'program', name }
}

/** The given ports, the missing ones from Linux. Native code is loaded only if one is missing. */
async function loadPorts(
  given: Partial<Ports> & { readonly clock?: Clock },
): Promise<{ clock: Clock; ports: Ports; close: () => void }> {
  const { clock, transport, addressManager, routeManager, announcer, links, virtualMacs, packetFilter } = given
  const optional = {
    ...(routeManager !== undefined && { routeManager }),
    ...(virtualMacs !== undefined && { virtualMacs }),
    ...(packetFilter !== undefined && { packetFilter }),
  }
  if (clock && transport && addressManager && announcer && links) {
    return { clock, ports: { transport, addressManager, announcer, links, ...optional }, close: () => {} }
  }
  const { linuxPorts } = await import('../linux/index.ts')
  const linux = linuxPorts()
  return {
    clock: clock ?? linux.clock,
    ports: {
      transport: transport ?? linux.transport,
      addressManager: addressManager ?? linux.addressManager,
      routeManager: routeManager ?? linux.routeManager,
      announcer: announcer ?? linux.announcer,
      links: links ?? linux.links,
      virtualMacs: virtualMacs ?? linux.virtualMacs,
      packetFilter: packetFilter ?? linux.packetFilter,
    },
    close: () => linux.close(),
  }
}
