/**
 * static_ipaddress, static_routes and static_rules: set while the router runs, whatever the states of its instances. What
 * somebody deletes is put back.
 */
import { messageOf } from '../errors.ts'
import { AddressGuard, RESTORE_LIMIT, RESTORE_PERIOD } from '../instance/address-guard.ts'
import type { Ports } from '../instance/index.ts'
import type { Configuration } from '../keepalived/index.ts'
import type { Clock } from '../time/index.ts'

/** What is static in a configuration. */
export type Statics = NonNullable<Configuration['statics']>

/** What is told of the set. */
export interface StaticSetHooks {
  /** The kernel refused something; the rest is set all the same. Or somebody deletes an address again and again. */
  refused(message: string): void
  /** Something that was deleted is put back. */
  restored(what: string): void
}

/** The name that the managers know it by; no instance can have it. */
const OWNER = '\0static'
const NOTHING: Statics = { addresses: [], routes: [], rules: [] }

/** Holds what is static. */
export class StaticSet {
  readonly #ports: Ports
  readonly #clock: Clock
  readonly #hooks: StaticSetHooks
  readonly #guard: AddressGuard
  #statics = NOTHING
  /** The interfaces that are needed, with the index they had when they last ran. */
  #interfaces = new Map<string, number | undefined>()
  #unsubscribe: (() => void) | undefined

  constructor(ports: Ports, clock: Clock, hooks: StaticSetHooks) {
    this.#ports = ports
    this.#clock = clock
    this.#hooks = hooks
    this.#guard = new AddressGuard(ports.links)
  }

  /** Sets exactly this; undefined: nothing. The requests leave before this returns, addresses before routes. */
  async apply(statics: Statics = NOTHING): Promise<void> {
    const before = this.#statics
    this.#statics = statics
    this.#guard.watch(statics.addresses)
    this.#watch()
    if (isEmpty(before) && isEmpty(statics)) return
    const { addressManager, routeManager } = this.#ports
    const refused = (error: unknown) => this.#hooks.refused(messageOf(error))
    const addresses = () => addressManager.apply(OWNER, statics.addresses).catch(refused)
    const routes = async () => {
      const taken = (what: string, again: boolean) =>
        again ? this.#hooks.restored(what) : this.#hooks.refused(`${what} is deleted again and again: not put back`)
      await routeManager?.apply(OWNER, statics, taken).catch(refused)
    }
    await Promise.all((isEmpty(statics) ? [routes, addresses] : [addresses, routes]).map(step => step()))
  }

  /** An interface that comes up, or comes back, has lost what was on it. */
  #watch(): void {
    const names = [
      ...this.#statics.addresses.map(address => address.interface),
      ...this.#statics.routes.flatMap(({ hops }) => hops.flatMap(hop => hop.interface ?? [])),
    ]
    this.#interfaces = new Map(names.map(name => [name, this.#runningIndex(name)]))
    if (names.length === 0) {
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      return
    }
    this.#unsubscribe ??= this.#ports.links.subscribe(name => {
      if (!this.#interfaces.has(name)) return
      const index = this.#runningIndex(name)
      const news = index !== undefined && index !== this.#interfaces.get(name)
      this.#interfaces.set(name, index)
      if (news) void this.apply(this.#statics)
      else this.#restore()
    })
  }

  #restore(): void {
    const taken = this.#guard.takenAway()
    if (taken.length === 0) return
    const names = taken.map(({ address, prefixLength, interface: name }) => `${address}/${prefixLength} dev ${name}`)
    if (this.#guard.mayRestore(this.#clock.now())) {
      for (const name of names) this.#hooks.restored(`address ${name}`)
      void this.apply(this.#statics)
    } else {
      const seconds = RESTORE_PERIOD / 1000
      this.#hooks.refused(`${names.join(', ')} deleted more than ${RESTORE_LIMIT} times in ${seconds} s: not put back`)
      this.#guard.watch(this.#statics.addresses)
    }
  }

  #runningIndex(name: string): number | undefined {
    const link = this.#ports.links.get(name)
    return link?.running === true ? link.index : undefined
  }
}

function isEmpty({ addresses, routes, rules }: Statics): boolean {
  return addresses.length + routes.length + rules.length === 0
}
