/**
 * One network interface of a simulated host: its addresses, its cable, and what a client beside it believes.
 */
import type { LinkState, VirtualAddress } from '../instance/ports.ts'
import { familyOf, type IpEnvelope, type IpFamily } from '../net/ip.ts'

/** How an interface is made. */
export interface InterfaceOptions {
  /** Its name; interfaces of the same name are on one segment. */
  readonly name: string
  /** Its own addresses, canonical text; the first of a family is the primary one. */
  readonly addresses: readonly string[]
}

/** A program that listens on an interface. */
export interface Receiver {
  /** Whether it has joined a multicast group there. */
  joined(interfaceName: string, group: string): boolean
  receive(interfaceName: string, message: Uint8Array, ip: IpEnvelope): void
}

/** State of one interface. */
export class MemoryInterface {
  /** Name of its host. */
  readonly host: string
  readonly name: string
  readonly index: number
  readonly mac: string
  /** Its own addresses. */
  readonly own: readonly string[]
  /** The programs that listen on it. */
  readonly receivers = new Set<Receiver>()
  /** Its host is switched on. */
  powered = true
  readonly #changed: (name: string) => void
  #plugged = true
  /** Virtual addresses on it, by address. */
  readonly virtual = new Map<string, VirtualAddress>()
  /** Whom a client on this side of the segment would send to: virtual address to host, as last announced. */
  readonly neighbours = new Map<string, string>()

  /**
   * @param index The kernel's number of it, 1-255.
   * @param hostNumber Number of the host in the network, 1-255; makes the MAC unique.
   * @param changed Called after each change of cable or addresses.
   * @param mac Default: a locally administered one (the 2), of host and index.
   */
  constructor(
    host: string,
    hostNumber: number,
    index: number,
    options: InterfaceOptions,
    changed: (name: string) => void,
    mac = `02:00:00:00:${hexByte(index)}:${hexByte(hostNumber)}`,
  ) {
    this.host = host
    this.name = options.name
    this.index = index
    this.mac = mac
    this.own = options.addresses
    this.#changed = changed
  }

  /** The interface below a virtual one. */
  parent: MemoryInterface | undefined

  /** A virtual interface above this one, on the same cable. */
  above(name: string, index: number, mac: string, addresses: readonly string[] = []): MemoryInterface {
    const made = new MemoryInterface(this.host, 0, index, { name, addresses }, this.#changed, mac)
    made.parent = this
    return made
  }

  /** The cable is in. */
  get plugged(): boolean {
    return this.parent?.plugged ?? this.#plugged
  }

  /** Plugs the cable in or out. */
  plug(plugged: boolean): void {
    if (this.#plugged === plugged) return
    this.#plugged = plugged
    this.#changed(this.name)
  }

  /** Puts an address on. Returns false when it was there. */
  add(address: VirtualAddress): boolean {
    if (this.virtual.has(address.address)) return false
    this.virtual.set(address.address, address)
    this.#changed(this.name)
    return true
  }

  /** Takes an address off. Returns false when it was not there. */
  remove(address: string): boolean {
    if (!this.virtual.delete(address)) return false
    this.#changed(this.name)
    return true
  }

  /** The primary address of a family. */
  primary(family: IpFamily): string | undefined {
    return this.own.find(address => familyOf(address) === family)
  }

  /** What a link watch says of it. */
  link(): LinkState {
    return {
      name: this.name,
      index: this.index,
      mac: this.mac,
      running: this.plugged,
      addresses: [...this.own, ...this.virtual.keys()],
    }
  }
}

function hexByte(value: number): string {
  return (value & 0xff).toString(16).padStart(2, '0')
}
