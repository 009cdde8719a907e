/**
 * The addresses of one instance on its interfaces: all or none, the latest word wins, a refusal is told once.
 */
import { messageOf } from '../errors.ts'
import type { AddressManager, VirtualAddress } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** Makes owners unique: after a change of configuration a name may belong to another instance. */
let owners = 0

/** Puts the addresses of one instance on and off. */
export class HeldAddresses {
  #addresses: readonly VirtualAddress[]
  readonly #owner: string
  readonly #manager: AddressManager
  readonly #refused: (message: string) => void
  #present = false
  #applications = 0
  #applied: Promise<void> = Promise.resolve()

  /** @param refused - hears why the kernel refused, unless a later application has taken its place */
  constructor(specification: InstanceSpecification, manager: AddressManager, refused: (message: string) => void) {
    this.#addresses = [...specification.addresses, ...specification.excludedAddresses]
    this.#owner = `${specification.name} ${++owners}`
    this.#manager = manager
    this.#refused = refused
  }

  /** Advertised and excluded ones. */
  get addresses(): readonly VirtualAddress[] {
    return this.#addresses
  }

  /**
   * Takes other addresses. Where they are held, the kernel is asked for the difference; where they are not, what is new
   * and lies there already is removed.
   */
  replace(addresses: readonly VirtualAddress[]): void {
    const added = withoutAddresses(addresses, this.#addresses)
    this.#addresses = addresses
    if (this.#present) this.set(true)
    else if (added.length > 0) void this.removeLeftOver(added)
  }

  /** Asks for all of them, or none. The requests have left when this returns. Returns whether that is news. */
  set(present: boolean): boolean {
    const news = present !== this.#present
    this.#present = present
    const application = ++this.#applications
    this.#applied = this.#manager.apply(this.#owner, present ? this.#addresses : []).catch(error => {
      if (application === this.#applications) this.#refused(messageOf(error))
    })
    return news
  }

  /** Resolves when the kernel has answered the latest application. */
  settled(): Promise<void> {
    return this.#applied
  }

  /** Removes what an earlier run left behind. Resolves to what was found. */
  async removeLeftOver(addresses = this.#addresses): Promise<readonly VirtualAddress[]> {
    try {
      return await this.#manager.removeLeftOver(addresses)
    } catch (error) {
      this.#refused(messageOf(error))
      return []
    }
  }
}

/** The addresses that are not among `others`. */
export function withoutAddresses(
  addresses: readonly VirtualAddress[],
  others: readonly VirtualAddress[],
): readonly VirtualAddress[] {
  const known = new Set(others.map(other => JSON.stringify(other)))
  return addresses.filter(address => !known.has(JSON.stringify(address)))
}
