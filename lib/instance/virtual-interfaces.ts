/**
 * The virtual MAC interfaces of one instance: made before they are needed, made again when somebody deletes them, gone with
 * the instance. RFC 9568 §7.3.
 */
import { messageOf } from '../errors.ts'
import type { InstanceEvent } from './event.ts'
import type { Ports, VirtualInterface, VirtualMacChannel } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** Makes owners unique: after a change of configuration a name may belong to another instance. */
let owners = 0

/** Keeps the virtual interfaces of one instance. */
export class VirtualInterfaces {
  readonly #owner: string
  readonly #ports: Ports
  readonly #note: (event: InstanceEvent) => void
  #wanted: readonly VirtualInterface[]
  /** The manager has something of ours. */
  #held = false
  /** What was refused and told: each change of an interface is another attempt, and no news. */
  #refused: string | undefined
  /** The manager has not heard of what is wanted. */
  #stale = true

  constructor(specification: InstanceSpecification, ports: Ports, note: (event: InstanceEvent) => void) {
    this.#owner = `${specification.name} ${++owners}`
    this.#ports = ports
    this.#note = note
    this.#wanted = wantedBy(specification)
  }

  /**
   * Makes what is not there and up. What is refused is told; that it is missing is for others to see.
   * @returns whether one was made: there is no address on it
   */
  ensure(): boolean {
    const missing = this.#wanted.filter(one => !this.#isUp(one))
    if (this.#wanted.length === 0 ? !this.#held : missing.length === 0 && !this.#stale) return false
    // Nothing can be above what is not there.
    if (this.#wanted.some(({ parent }) => this.#ports.links.get(parent) === undefined)) return false
    void this.#apply(this.#wanted)
    const made = missing.filter(one => this.#isUp(one))
    for (const { name, ipvlan } of made) {
      const mac = this.#ports.links.get(name)?.mac ?? ''
      const kind = ipvlan === undefined ? 'virtual-mac' : 'ipvlan'
      this.#note({ type: 'virtual-interface-made', interface: name, mac, kind })
    }
    return made.length > 0
  }

  /** Those of another specification are wanted instead, from the next {@link ensure} on. */
  replace(specification: InstanceSpecification): void {
    const before = this.#wanted
    this.#wanted = wantedBy(specification)
    this.#stale ||= JSON.stringify(before) !== JSON.stringify(this.#wanted)
  }

  /** Resolves when they are gone. */
  async remove(): Promise<void> {
    if (this.#held) await this.#apply([])
  }

  #isUp({ name, mac, ipvlan }: VirtualInterface): boolean {
    const link = this.#ports.links.get(name)
    return link !== undefined && (ipvlan !== undefined || link.mac === mac) && (link.up ?? link.running)
  }

  async #apply(wanted: readonly VirtualInterface[]): Promise<void> {
    this.#held = wanted.length > 0
    this.#stale = false
    try {
      if (this.#ports.virtualMacs === undefined) throw new Error('nothing here can make virtual MAC interfaces')
      await this.#ports.virtualMacs.apply(this.#owner, wanted)
      this.#refused = undefined
    } catch (error) {
      const message = messageOf(error)
      if (message !== this.#refused) this.#note({ type: 'virtual-interface-refused', message })
      this.#refused = message
    }
  }
}

/** The virtual interface above the own one, from which adverts leave. */
export function ownVirtualInterface(specification: InstanceSpecification): VirtualInterface | undefined {
  const { virtualMac, interface: own } = specification
  return virtualMac?.interfaces.find(({ parent }) => parent === own)
}

/** How the channel of an instance sends and hears; undefined without a virtual MAC on its own interface. */
export function virtualChannel(specification: InstanceSpecification): VirtualMacChannel | undefined {
  const own = ownVirtualInterface(specification)
  if (own === undefined) return undefined
  return { interface: own.name, mac: own.mac, transmit: !transmitsFromBase(specification) }
}

/**
 * Whether adverts leave from the real interface. To unicast peers always, as with keepalived: the neighbours would learn the
 * virtual MAC as that of our own address, and what they send there would reach whoever is master.
 */
export function transmitsFromBase({ virtualMac, destination }: InstanceSpecification): boolean {
  return virtualMac?.transmitFromBase === true || destination.type === 'unicast'
}

function wantedBy({ virtualMac, ownInterface }: InstanceSpecification): readonly VirtualInterface[] {
  return [...(virtualMac?.interfaces ?? []), ...(ownInterface === undefined ? [] : [ownInterface])]
}
