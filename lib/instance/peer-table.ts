/**
 * The routers that were heard for one virtual router: who else is there, and how it speaks. Bounded.
 */
import type { AcceptedAdvertisement, ChecksumForm, Problem } from '../packet/index.ts'
import type { Milliseconds } from '../time/index.ts'

/** A router that was heard. */
export interface PeerSnapshot {
  readonly address: string
  /** As last advertised, 0-255. */
  readonly priority: number
  /** As last advertised, ms. */
  readonly intervalMs: number
  /** Which checksum it sends. */
  readonly checksumForm: ChecksumForm
  /** Instant of its last advert, on the clock of the instance, ms. */
  readonly lastHeardAt: number
  /** What was not as it should be in its last advert: another address list, another interval (version 3). */
  readonly warnings: readonly Problem[]
}

const LIMIT = 16

interface Peer {
  address: string
  priority: number
  intervalMs: number
  checksumForm: ChecksumForm
  lastHeardAt: number
  warnings: readonly Problem[]
}

/** At most 16 peers; a new one takes the place of the one that was silent the longest. */
export class PeerTable {
  readonly #peers = new Map<string, Peer>()

  /** Notes an accepted advert. Allocates for new peers only. */
  hear(
    { source: address, priority, interval }: AcceptedAdvertisement,
    checksumForm: ChecksumForm,
    warnings: readonly Problem[],
    now: Milliseconds,
  ): void {
    let peer = this.#peers.get(address)
    if (peer === undefined) {
      if (this.#peers.size >= LIMIT) this.#forgetSilent()
      peer = { address, priority, intervalMs: interval, checksumForm, lastHeardAt: now, warnings }
      this.#peers.set(address, peer)
      return
    }
    peer.priority = priority
    peer.intervalMs = interval
    peer.checksumForm = checksumForm
    peer.lastHeardAt = now
    peer.warnings = warnings
  }

  /** The last heard first. */
  list(): readonly PeerSnapshot[] {
    return [...this.#peers.values()].map(peer => ({ ...peer })).sort((a, b) => b.lastHeardAt - a.lastHeardAt)
  }

  #forgetSilent(): void {
    const silent = this.list().at(-1)
    if (silent !== undefined) this.#peers.delete(silent.address)
  }
}
