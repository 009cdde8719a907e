/**
 * Notices that somebody took a held address away, and decides whether to put it back. keepalived gives mastership up at
 * once; here the address is restored, but not for ever: two programs that fight over an address help nobody.
 */
import type { Milliseconds } from '../time/index.ts'
import type { LinkWatch, VirtualAddress } from './ports.ts'

/** So many restorations are made within {@link RESTORE_PERIOD}. */
export const RESTORE_LIMIT = 3
/** The period that restorations are counted in, ms; for as long mastership is given up after one too many. */
export const RESTORE_PERIOD = 60_000

/** The addresses of an interface as sets: all instances look at the same lists, and one may be long. */
const SETS = new WeakMap<readonly string[], ReadonlySet<string>>()

function setOf(addresses: readonly string[]): ReadonlySet<string> {
  const known = SETS.get(addresses) ?? new Set(addresses)
  SETS.set(addresses, known)
  return known
}

/** Watches over the addresses of one instance. */
export class AddressGuard {
  #addresses: readonly VirtualAddress[] = []
  readonly #links: LinkWatch
  /** Those that have been there since they were put on: what was never there was not taken away. */
  readonly #seen = new Set<VirtualAddress>()
  #restorations: Milliseconds[] = []

  constructor(links: LinkWatch) {
    this.#links = links
  }

  /** These are being put on by us, or taken off; those with `no_track` are not watched. */
  watch(addresses: readonly VirtualAddress[]): void {
    this.#addresses = addresses.filter(({ tracked }) => tracked !== false)
    this.#seen.clear()
  }

  /** Those that were there and are not, on interfaces that run. */
  takenAway(): readonly VirtualAddress[] {
    const taken: VirtualAddress[] = []
    const present = new Map<string, ReadonlySet<string> | undefined>()
    for (const held of this.#addresses) {
      if (!present.has(held.interface)) {
        const link = this.#links.get(held.interface)
        const running = link?.running === true && link.unsettled !== true
        present.set(held.interface, running ? setOf(link.addresses) : undefined)
      }
      const addresses = present.get(held.interface)
      if (addresses?.has(held.address) === true) this.#seen.add(held)
      else if (addresses !== undefined && this.#seen.has(held)) taken.push(held)
    }
    return taken
  }

  /** Counts a restoration, if another one is within the limit. */
  mayRestore(now: Milliseconds): boolean {
    this.#restorations = this.#restorations.filter(at => now - at < RESTORE_PERIOD)
    if (this.#restorations.length >= RESTORE_LIMIT) return false
    this.#restorations.push(now)
    return true
  }
}
