/**
 * The {@link PacketFilter} port on a simulated host: it keeps what is dropped. Only adverts travel there, and they pass.
 */
import type { PacketFilter, VirtualAddress } from '../instance/ports.ts'

/** Keeps the addresses of each owner. */
export class MemoryPacketFilter implements PacketFilter {
  readonly #held = new Map<string, readonly VirtualAddress[]>()
  #closed = false

  /** The addresses whose packets are dropped. */
  get current(): readonly string[] {
    return [...new Set([...this.#held.values()].flat().map(({ address }) => address))]
  }

  apply(owner: string, addresses: readonly VirtualAddress[]): Promise<void> {
    if (!this.#closed) {
      if (addresses.length === 0) this.#held.delete(owner)
      else this.#held.set(owner, addresses)
    }
    return Promise.resolve()
  }

  close(): void {
    this.#closed = true
  }
}
