/**
 * The {@link AddressManager} port on a simulated host.
 */
import { VrrpError } from '../errors.ts'
import type { AddressManager, VirtualAddress } from '../instance/ports.ts'
import type { MemoryHost } from './memory-host.ts'

/** Puts addresses on the interfaces of a simulated host, at once. */
export class MemoryAddressManager implements AddressManager {
  readonly #host: MemoryHost
  /** What each owner holds, by interface and address. */
  readonly #held = new Map<string, Map<string, VirtualAddress>>()
  #closed = false

  constructor(host: MemoryHost) {
    this.#host = host
  }

  /** Rejects with `ERR_INTERFACE`, having done the rest, when an interface does not exist. Settles by microtask. */
  apply(owner: string, desired: readonly VirtualAddress[]): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const before = this.#held.get(owner) ?? new Map<string, VirtualAddress>()
    const after = new Map<string, VirtualAddress>()
    let missing: string | undefined
    for (const address of desired) {
      if (this.#host.interfaces.has(address.interface)) after.set(keyOf(address), address)
      else missing = address.interface
    }
    this.#held.set(owner, after)
    for (const [key, address] of before) {
      if (!after.has(key) && !this.#wanted(key)) this.#host.removeAddress(address.interface, address.address)
    }
    for (const address of after.values()) this.#host.addAddress(address)
    if (missing === undefined) return Promise.resolve()
    return Promise.reject(new VrrpError('ERR_INTERFACE', `interface ${missing} does not exist`))
  }

  removeLeftOver(addresses: readonly VirtualAddress[]): Promise<readonly VirtualAddress[]> {
    if (this.#closed) return Promise.resolve([])
    return Promise.resolve(
      addresses.filter(
        address =>
          this.#host.interfaces.has(address.interface) && this.#host.removeAddress(address.interface, address.address),
      ),
    )
  }

  close(): void {
    this.#closed = true
  }

  #wanted(key: string): boolean {
    for (const held of this.#held.values()) if (held.has(key)) return true
    return false
  }
}

function keyOf(address: VirtualAddress): string {
  return `${address.address} ${address.interface}`
}
