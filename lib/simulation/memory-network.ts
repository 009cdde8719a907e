/**
 * Segments and the way of frames between simulated hosts: delay, jitter, loss, partition, all of it chance from one seed.
 *
 * A segment is a switch: every interface of that name is plugged into it. Between two interfaces frames keep their
 * order, as they do on Ethernet, whatever the jitter. Nothing is delivered inside the call that sends it.
 */
import type { Clock } from '../time/clock.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import type { MemoryInterface } from './memory-interface.ts'
import type { NetworkEvent } from './network-event.ts'
import { Random } from './random.ts'

/** What the wire does to a frame. */
export interface NetworkConditions {
  /** Fixed one-way delay, at least 0 ms. */
  readonly delay: Milliseconds
  /** Most that chance adds to the delay, uniformly, at least 0 ms. */
  readonly jitter: Milliseconds
  /** Probability that a frame is lost on its way to one receiver, 0-1. */
  readonly loss: number
}

/** How a network is made. */
export interface NetworkOptions extends Partial<NetworkConditions> {
  readonly clock: Clock
  /** Seed of all chance, an integer; default 1. */
  readonly seed?: number
}

/** Frames counted by what became of them, one count for each receiver. */
export interface NetworkStatistics {
  readonly delivered: number
  readonly lost: number
  /** Kept from a receiver by a partition, a cut cable or a switched-off host. */
  readonly blocked: number
}

/** The simulated network. */
export class MemoryNetwork {
  readonly clock: Clock
  readonly #random: Random
  readonly #hosts = new Set<string>()
  readonly #segments = new Map<string, MemoryInterface[]>()
  readonly #listeners = new Set<(event: NetworkEvent) => void>()
  readonly #arrivals = new Map<MemoryInterface, Map<MemoryInterface, number>>()
  #sides: ReadonlyMap<string, number> | undefined
  #conditions: NetworkConditions = { delay: milliseconds(0), jitter: milliseconds(0), loss: 0 }
  #delivered = 0
  #lost = 0
  #blocked = 0

  /** @throws RangeError naming the option. */
  constructor(options: NetworkOptions) {
    this.clock = options.clock
    this.#random = new Random(options.seed ?? 1)
    this.setConditions(options)
  }

  /** What the wire does now. */
  get conditions(): NetworkConditions {
    return this.#conditions
  }

  get statistics(): NetworkStatistics {
    return { delivered: this.#delivered, lost: this.#lost, blocked: this.#blocked }
  }

  /** Changes some of the conditions from now on; frames under way keep theirs. @throws RangeError naming the option. */
  setConditions(change: Partial<NetworkConditions>): void {
    const { delay, jitter, loss } = this.#conditions
    const next = { delay: change.delay ?? delay, jitter: change.jitter ?? jitter, loss: change.loss ?? loss }
    if (!(next.delay >= 0 && next.delay < Infinity)) throw new RangeError(`delay: ${next.delay} is not a duration`)
    if (!(next.jitter >= 0 && next.jitter < Infinity)) throw new RangeError(`jitter: ${next.jitter} is not a duration`)
    if (!(next.loss >= 0 && next.loss <= 1)) throw new RangeError(`loss: ${next.loss} is not a probability (0-1)`)
    this.#conditions = next
  }

  /** For hosts: takes a name. Returns the number of the host, from 1. @throws RangeError when the name is taken. */
  register(host: string): number {
    if (this.#hosts.has(host)) throw new RangeError(`name: the network already has a host '${host}'`)
    this.#hosts.add(host)
    return this.#hosts.size
  }

  /** For hosts: plugs an interface into the segment of its name. */
  connect(member: MemoryInterface): void {
    const segment = this.#segments.get(member.name)
    if (segment === undefined) this.#segments.set(member.name, [member])
    else segment.push(member)
  }

  /** The interfaces of a segment, in the order in which they were added. */
  segment(name: string): readonly MemoryInterface[] {
    return this.#segments.get(name) ?? []
  }

  /**
   * Splits every segment: frames pass only between hosts of one side. Hosts named in no side form one more side
   * together. Replaces an earlier partition.
   */
  partition(sides: readonly (readonly string[])[]): void {
    const map = new Map<string, number>()
    sides.forEach((side, index) => {
      for (const host of side) map.set(host, index)
    })
    this.#sides = map
  }

  /** Ends the partition and plugs every cable in again. */
  heal(): void {
    this.#sides = undefined
    for (const segment of this.#segments.values()) for (const member of segment) member.plug(true)
  }

  /** The interface that has this address as its own, on whatever segment: unicast is routed. */
  find(address: string): MemoryInterface | undefined {
    for (const segment of this.#segments.values()) {
      const found = segment.find(member => member.own.includes(address))
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Whether a partition lets frames pass between two hosts. */
  sameSide(a: string, b: string): boolean {
    return this.#sides === undefined || (this.#sides.get(a) ?? -1) === (this.#sides.get(b) ?? -1)
  }

  /** Calls `listener` at every change of an address and every announcement. Returns the end of it. */
  subscribe(listener: (event: NetworkEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** For hosts: tells the listeners. */
  emit(event: NetworkEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** For hosts: brings a message from one interface to another, maybe, later. */
  carry(from: MemoryInterface, to: MemoryInterface, deliver: () => void): void {
    if (!this.#open(from, to)) {
      this.#blocked++
      return
    }
    this.#transmit(from, to, () => {
      // what happened while the frame was under way counts at the receiver's end
      if (!this.#open(to, to)) {
        this.#blocked++
        return
      }
      this.#delivered++
      deliver()
    })
  }

  /** For hosts: brings an announcement to the clients of the segment: one beside each of its interfaces. */
  announce(from: MemoryInterface, address: string): void {
    if (!this.#open(from, from)) return
    for (const place of this.segment(from.name)) {
      if (place === from) place.neighbours.set(address, from.host)
      else if (this.sameSide(from.host, place.host)) {
        this.#transmit(from, place, () => place.neighbours.set(address, from.host))
      }
    }
  }

  #open(from: MemoryInterface, to: MemoryInterface): boolean {
    return from.plugged && to.plugged && to.powered && this.sameSide(from.host, to.host)
  }

  #transmit(from: MemoryInterface, to: MemoryInterface, arrive: () => void): void {
    const { delay, jitter, loss } = this.#conditions
    if (this.#random.chance(loss)) {
      this.#lost++
      return
    }
    let at = this.clock.now() + delay
    if (jitter > 0) at += this.#random.next() * jitter
    let arrivals = this.#arrivals.get(from)
    if (arrivals === undefined) {
      arrivals = new Map()
      this.#arrivals.set(from, arrivals)
    }
    // a frame never overtakes an earlier one on the same way
    at = Math.max(at, arrivals.get(to) ?? 0)
    arrivals.set(to, at)
    this.clock.wakeAt(milliseconds(at), arrive)
  }
}
