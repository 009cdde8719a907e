/**
 * The addresses and routes of one instance: all or none, the latest word wins, a refusal is told once, and what somebody
 * else takes away is put back.
 */
import { messageOf } from '../errors.ts'
import { acceptsPackets } from '../machine/index.ts'
import type { RouteSet } from '../net/index.ts'
import { type Clock, milliseconds } from '../time/index.ts'
import { AddressGuard, RESTORE_LIMIT, RESTORE_PERIOD } from './address-guard.ts'
import { Alarm } from './alarm.ts'
import type { Fault, InstanceEvent } from './event.ts'
import type { Ports, VirtualAddress } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** What the holder tells its shell; all may come at any time. */
export interface HeldAddressesHooks {
  fault(fault: Fault): void
  clear(fault: Fault): void
  note(event: InstanceEvent): void
  /** Addresses that were gone are back: the neighbours may have forgotten them. */
  restored(): void
}

/** Makes owners unique: after a change of configuration a name may belong to another instance. */
let owners = 0

const NO_ROUTES: RouteSet = { routes: [], rules: [] }

/** Puts the addresses and routes of one instance on and off. */
export class HeldAddresses {
  #addresses: readonly VirtualAddress[]
  #routes: RouteSet
  /** Those whose packets are dropped: all of them, or none. */
  #unaccepted: readonly VirtualAddress[]
  readonly #owner: string
  readonly #ports: Ports
  readonly #clock: Clock
  readonly #hooks: HeldAddressesHooks
  readonly #guard: AddressGuard
  /** Wakes up when mastership was given up for long enough. */
  readonly #pardon: Alarm
  #present = false
  #filtering = false
  #applications = 0
  #applied: Promise<unknown> = Promise.resolve()

  constructor(specification: InstanceSpecification, ports: Ports, clock: Clock, hooks: HeldAddressesHooks) {
    this.#addresses = addressesOf(specification)
    this.#routes = routesOf(specification)
    this.#unaccepted = unacceptedOf(specification)
    this.#owner = `${specification.name} ${++owners}`
    this.#ports = ports
    this.#clock = clock
    this.#hooks = hooks
    this.#guard = new AddressGuard(ports.links)
    this.#pardon = new Alarm(clock, () => hooks.clear({ type: 'addresses', message: '' }))
  }

  /** Advertised and excluded ones. */
  get addresses(): readonly VirtualAddress[] {
    return this.#addresses
  }

  /**
   * Takes other addresses and routes. Where they are held, the kernel is asked for the difference; where they are not,
   * what is new and lies there already is removed.
   */
  replace(specification: InstanceSpecification): void {
    const [addresses, routes] = [addressesOf(specification), routesOf(specification)]
    const added = withoutAddresses(addresses, this.#addresses)
    const changed = added.length > 0 || withoutAddresses(this.#addresses, addresses).length > 0
    const rerouted = JSON.stringify(routes) !== JSON.stringify(this.#routes)
    const old = this.#routes
    const unaccepted = unacceptedOf(specification)
    const refiltered = JSON.stringify(unaccepted) !== JSON.stringify(this.#unaccepted)
    this.#unaccepted = unaccepted
    this.#addresses = addresses
    this.#routes = routes
    // The last route may be gone with the change: the manager must hear of that.
    if (this.#present && (changed || rerouted || refiltered)) this.#apply(old)
    else if (added.length > 0) void this.removeLeftOver(added)
  }

  /** Asks for all of them, or none. The requests have left when this returns. Returns whether that is news. */
  set(present: boolean): boolean {
    const news = present !== this.#present
    this.#present = present
    this.#apply(this.#routes)
    return news
  }

  /** @param known - the routes that the manager was told of last */
  #apply(known: RouteSet): void {
    const present = this.#present
    this.#guard.watch(present ? this.#addresses : [])
    const application = ++this.#applications
    const latest = (tell: (message: string) => void) => (error: unknown) => {
      if (application === this.#applications) tell(messageOf(error))
    }
    const addresses = () =>
      this.#ports.addressManager
        .apply(this.#owner, present ? this.#addresses : [])
        .catch(latest(message => this.#hooks.fault({ type: 'addresses', message })))
    const routes = async () => {
      const { routeManager } = this.#ports
      if (routeManager === undefined) throw new Error('there is no route manager')
      await routeManager.apply(this.#owner, present ? this.#routes : NO_ROUTES, (route, restored) =>
        this.#hooks.note({ type: 'route-taken', route, restored }),
      )
    }
    // A refused route is told and no more: the addresses serve without it, and keepalived does the same.
    const routed = () => routes().catch(latest(message => this.#hooks.note({ type: 'routes-refused', message })))
    const filtered = () =>
      this.#filter(present).catch(latest(message => this.#hooks.note({ type: 'filter-refused', message })))
    // What is not needed is not even asked for: the announcement of a takeover waits.
    const filters = this.#filtering || (present && this.#unaccepted.length > 0)
    const hasRoutes = !isEmpty(this.#routes) || !isEmpty(known)
    const steps = [...(filters ? [filtered] : []), addresses, ...(hasRoutes ? [routed] : [])]
    // Routes stand on addresses: they come after them and go before them. There is no moment without the filter.
    if (!present) steps.reverse()
    this.#applied = Promise.all(steps.map(step => step()))
  }

  /** Puts them on an interface that was made anew. */
  renew(): void {
    if (!this.#present) return
    this.set(true)
    this.#hooks.restored()
  }

  async #filter(present: boolean): Promise<void> {
    const dropped = present ? this.#unaccepted : []
    this.#filtering = dropped.length > 0
    const { packetFilter } = this.#ports
    if (packetFilter === undefined) throw new Error('nothing here can drop packets to the addresses')
    await packetFilter.apply(this.#owner, dropped)
  }

  /** Looks whether they are still there, after a change of an interface. */
  check(): void {
    if (!this.#present) return
    const addresses = this.#guard.takenAway()
    if (addresses.length === 0) return
    const now = this.#clock.now()
    const restored = this.#guard.mayRestore(now)
    this.#hooks.note({ type: 'addresses-taken', addresses, restored })
    if (restored) {
      this.set(true)
      this.#hooks.restored()
      return
    }
    const minutes = RESTORE_PERIOD / 60_000
    const message = `taken away by somebody else more than ${RESTORE_LIMIT} times: not tried again for ${minutes} min`
    this.#hooks.fault({ type: 'addresses', message })
    this.#pardon.set(milliseconds(now + RESTORE_PERIOD))
  }

  /** Resolves when the kernel has answered the latest application. */
  async settled(): Promise<void> {
    await this.#applied
  }

  /** Removes what an earlier run left behind, and tells of it. The requests have left when this returns. */
  async removeLeftOver(addresses = this.#addresses): Promise<void> {
    try {
      // Both requests leave now: a moment later the addresses may be held.
      const routes = isEmpty(this.#routes) ? undefined : this.#ports.routeManager?.removeLeftOver(this.#routes)
      const [found] = await Promise.all([this.#ports.addressManager.removeLeftOver(addresses), routes])
      if (found.length > 0) this.#hooks.note({ type: 'left-over-removed', addresses: found })
    } catch (error) {
      this.#hooks.fault({ type: 'addresses', message: messageOf(error) })
    }
  }

  /** Waits for nothing more. What is held stays. */
  close(): void {
    this.#pardon.set(undefined)
  }
}

function addressesOf({ addresses, excludedAddresses }: InstanceSpecification): readonly VirtualAddress[] {
  return [...addresses, ...excludedAddresses]
}

/** The owner accepts whatever its accept mode (RFC 9568 §6.4.3). */
function unacceptedOf(specification: InstanceSpecification): readonly VirtualAddress[] {
  return acceptsPackets(specification, 'active') ? [] : addressesOf(specification)
}

function routesOf({ routes = [], rules = [] }: InstanceSpecification): RouteSet {
  return { routes, rules }
}

function isEmpty({ routes, rules }: RouteSet): boolean {
  return routes.length + rules.length === 0
}

/** The addresses that are not among `others`. */
export function withoutAddresses(
  addresses: readonly VirtualAddress[],
  others: readonly VirtualAddress[],
): readonly VirtualAddress[] {
  const known = new Set(others.map(other => JSON.stringify(other)))
  return addresses.filter(address => !known.has(JSON.stringify(address)))
}
