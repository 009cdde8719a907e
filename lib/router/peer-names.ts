/**
 * Unicast peers by host name: looked up beside the work, and looked up again, because an address can change. keepalived
 * takes numeric addresses only.
 */
import { lookup } from 'node:dns/promises'
import type { NodeSpecification } from '../engine/index.ts'
import { messageOf } from '../errors.ts'
import type { InstanceSpecification, NamedPeer } from '../instance/index.ts'
import { canonicalIp, familyOf, type IpFamily } from '../net/index.ts'
import type { Clock, Milliseconds, Timer } from '../time/index.ts'
import type { LogLevel } from './keepalived-log.ts'

/** Finds the addresses of a name. Rejects when there are none, or nobody can be asked. */
export type LookUp = (name: string, family: IpFamily) => Promise<readonly string[]>

/** What {@link PeerNames} stands on. */
export interface PeerNamesOptions {
  readonly clock: Clock
  readonly log: (level: LogLevel, line: string) => void
  /** Called when {@link PeerNames.resolve} would answer otherwise than before. */
  readonly changed: () => void
  /** Default: the resolver of this machine, /etc/hosts included. */
  readonly lookUp?: LookUp
}

/** Until names are looked up again, ms. */
const PERIOD = 60_000
/** The same while one of them is not known. */
const RETRY = 5000
/** Of one name; more are no list of routers. */
const MOST_ADDRESSES = 8

/** One name, and what is known of it. */
interface Entry {
  readonly name: string
  readonly family: IpFamily
  /** Sorted. Undefined until the first answer; an answer is kept when a later look-up fails. */
  addresses: readonly string[] | undefined
  failing: boolean
}

/** The names of a node's unicast peers with their addresses. */
export class PeerNames {
  readonly #options: PeerNamesOptions
  readonly #lookUp: LookUp
  #entries: ReadonlyMap<string, Entry> = new Map()
  #timer: Timer | undefined
  #asking = false
  #stopped = false

  constructor(options: PeerNamesOptions) {
    this.#options = options
    this.#lookUp = options.lookUp ?? lookUpHere
  }

  /** Looks the names of a specification up, and no others from now on. Names that are known already stay so. */
  watch({ instances }: NodeSpecification): void {
    const entries = new Map<string, Entry>()
    for (const { destination, family } of instances) {
      for (const { name } of namesOf(destination)) {
        const key = keyOf(family, name)
        const known = this.#entries.get(key)
        entries.set(key, known ?? { name, family, addresses: undefined, failing: false })
      }
    }
    const isNew = [...entries.keys()].some(key => !this.#entries.has(key))
    this.#entries = entries
    if (entries.size === 0) this.#wait(undefined)
    else if (isNew) void this.#askAll()
  }

  /** The specification with the addresses that are known in the place of names. */
  resolve(specification: NodeSpecification): NodeSpecification {
    if (this.#entries.size === 0) return specification
    return { ...specification, instances: specification.instances.map(instance => this.#resolveOne(instance)) }
  }

  /** Looks nothing up any more. */
  stop(): void {
    this.#stopped = true
    this.#wait(undefined)
  }

  #resolveOne(instance: InstanceSpecification): InstanceSpecification {
    const { destination, family } = instance
    if (destination.type === 'multicast' || destination.names === undefined) return instance
    const found = destination.names.flatMap(({ name, ...limits }) => {
      const addresses = this.#entries.get(keyOf(family, name))?.addresses ?? []
      return addresses.map(address => ({ ...limits, address }))
    })
    const { names: _, ...rest } = destination
    return { ...instance, destination: { ...rest, peers: [...destination.peers, ...found] } }
  }

  async #askAll(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    this.#wait(undefined)
    try {
      // Names that came while others were asked for are asked for at once.
      let asked: ReadonlyMap<string, Entry> | undefined
      while (!this.#stopped && asked !== this.#entries) {
        asked = this.#entries
        const changes = await Promise.all([...asked.values()].map(entry => this.#ask(entry)))
        if (!this.#stopped && changes.includes(true)) this.#options.changed()
      }
    } finally {
      this.#asking = false
    }
    const isMissing = [...this.#entries.values()].some(({ addresses }) => addresses === undefined)
    if (!this.#stopped && this.#entries.size > 0) this.#wait(isMissing ? RETRY : PERIOD)
  }

  /** Returns whether the answer is another. */
  async #ask(entry: Entry): Promise<boolean> {
    const { name, family, addresses: before } = entry
    const { log } = this.#options
    try {
      const found = await this.#lookUp(name, family)
      const usable = found.filter(address => familyOf(address) === family).map(address => canonicalIp(address))
      const addresses = [...new Set(usable)].sort().slice(0, MOST_ADDRESSES)
      if (addresses.length === 0) throw new Error(`it has no IPv${family} address`)
      entry.failing = false
      if (before?.join() === addresses.join()) return false
      entry.addresses = addresses
      const list = addresses.join(', ')
      if (before === undefined) log('info', `unicast peer '${name}' is ${list}`)
      else log('warning', `unicast peer '${name}' is ${list} now, no longer ${before.join(', ')}`)
      return true
    } catch (error) {
      const rest = before === undefined ? 'no advert is sent there' : `${before.join(', ')} goes on`
      if (!entry.failing) log('warning', `unicast peer '${name}' cannot be looked up: ${messageOf(error)}; ${rest}`)
      entry.failing = true
      return false
    }
  }

  #wait(time: number | undefined): void {
    this.#timer?.cancel()
    const { clock } = this.#options
    this.#timer =
      time === undefined
        ? undefined
        : clock.wakeAt((clock.now() + time) as Milliseconds, () => {
            void this.#askAll()
          })
  }
}

function namesOf(destination: InstanceSpecification['destination']): readonly NamedPeer[] {
  return destination.type === 'multicast' ? [] : (destination.names ?? [])
}

function keyOf(family: IpFamily, name: string): string {
  return `${family} ${name}`
}

async function lookUpHere(name: string, family: IpFamily): Promise<readonly string[]> {
  const found = await lookup(name, { family, all: true })
  return found.map(({ address }) => address)
}
