/**
 * The addresses of one instance on its interfaces: all or none, the latest word wins, a refusal is told once.
 */
import { messageOf } from '../errors.ts'
import type { AddressManager, VirtualAddress } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** Puts the addresses of one instance on and off. */
export class HeldAddresses {
  /** Advertised and excluded ones. */
  readonly addresses: readonly VirtualAddress[]
  readonly #owner: string
  readonly #manager: AddressManager
  readonly #refused: (message: string) => void
  #present = false
  #applications = 0
  #applied: Promise<void> = Promise.resolve()

  /** @param refused - hears why the kernel refused, unless a later application has taken its place */
  constructor(specification: InstanceSpecification, manager: AddressManager, refused: (message: string) => void) {
    this.addresses = [...specification.addresses, ...specification.excludedAddresses]
    this.#owner = specification.name
    this.#manager = manager
    this.#refused = refused
  }

  /** Asks for all of them, or none. The requests have left when this returns. Returns whether that is news. */
  set(present: boolean): boolean {
    const news = present !== this.#present
    this.#present = present
    const application = ++this.#applications
    this.#applied = this.#manager.apply(this.#owner, present ? this.addresses : []).catch(error => {
      if (application === this.#applications) this.#refused(messageOf(error))
    })
    return news
  }

  /** Resolves when the kernel has answered the latest application. */
  settled(): Promise<void> {
    return this.#applied
  }

  /** Removes what an earlier run left behind. Resolves to what was found. */
  async removeLeftOver(): Promise<readonly VirtualAddress[]> {
    try {
      return await this.#manager.removeLeftOver(this.addresses)
    } catch (error) {
      this.#refused(messageOf(error))
      return []
    }
  }
}
