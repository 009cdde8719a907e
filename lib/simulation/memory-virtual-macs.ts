/**
 * The {@link VirtualMacManager} port on a simulated host.
 */
import { VrrpError } from '../errors.ts'
import type { VirtualInterface, VirtualMacManager } from '../instance/ports.ts'
import type { MemoryHost } from './memory-host.ts'

/** Makes virtual interfaces on a simulated host, at once; those that are given up go in a microtask. */
export class MemoryVirtualMacs implements VirtualMacManager {
  readonly #host: MemoryHost
  readonly #held = new Map<string, readonly VirtualInterface[]>()
  #closed = false

  constructor(host: MemoryHost) {
    this.#host = host
  }

  /** Rejects with `ERR_INTERFACE`, having done the rest, when there is no interface below or one of that name is another's. */
  async apply(owner: string, desired: readonly VirtualInterface[]): Promise<void> {
    if (this.#closed) return
    const before = this.#held.get(owner) ?? []
    this.#held.set(owner, desired)
    let failure: unknown
    for (const one of desired) {
      try {
        this.#ensure(one)
      } catch (cause) {
        failure ??= new VrrpError('ERR_INTERFACE', `virtual interface ${one.name} cannot be made`, { cause })
      }
    }
    await Promise.resolve()
    if (this.#closed) return
    for (const { name } of before) {
      if (![...this.#held.values()].flat().some(held => held.name === name)) this.#host.removeVirtualInterface(name)
    }
    if (failure !== undefined) throw failure
  }

  close(): void {
    this.#closed = true
  }

  #ensure(wanted: VirtualInterface): void {
    const there = this.#host.interfaces.get(wanted.name)
    const fits = wanted.ipvlan !== undefined || there?.mac === wanted.mac
    if (there !== undefined && fits && there.parent?.name === wanted.parent) return
    this.#host.removeVirtualInterface(wanted.name)
    this.#host.addVirtualInterface(wanted)
  }
}
