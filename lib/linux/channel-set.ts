/**
 * The channels of one port, found by virtual router: a flood for one VRID costs the same with 1 channel as with 255.
 */

const NONE: readonly never[] = []

/** Channels in the order in which they were opened. */
export class ChannelSet<Channel extends { readonly vrid: number }> {
  readonly #all = new Set<Channel>()
  /** By VRID. A list is never changed, only replaced: one that is being walked stays whole. */
  readonly #byVrid: (readonly Channel[] | undefined)[] = new Array(256).fill(undefined)

  /** How many there are. */
  get size(): number {
    return this.#all.size
  }

  add(channel: Channel): void {
    this.#all.add(channel)
    this.#byVrid[channel.vrid] = [...this.of(channel.vrid), channel]
  }

  delete(channel: Channel): void {
    this.#all.delete(channel)
    this.#byVrid[channel.vrid] = this.of(channel.vrid).filter(other => other !== channel)
  }

  /** Those of one virtual router id: more than one where groups differ. */
  of(vrid: number): readonly Channel[] {
    return this.#byVrid[vrid] ?? NONE
  }

  [Symbol.iterator](): Iterator<Channel> {
    return this.#all.values()
  }
}
