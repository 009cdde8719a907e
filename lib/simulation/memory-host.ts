/**
 * A simulated host: its interfaces, what its kernel keeps, and which programs run on it.
 */
import type { VirtualAddress, VirtualInterface } from '../instance/ports.ts'
import { type InterfaceOptions, MemoryInterface } from './memory-interface.ts'
import type { MemoryNetwork } from './memory-network.ts'

/** Something that runs on a host and dies with it. */
export interface Program {
  close(): void
}

/** A host, plugged into a network and switched on. */
export class MemoryHost {
  readonly network: MemoryNetwork
  readonly name: string
  readonly #interfaces: Map<string, MemoryInterface>
  readonly #programs = new Set<Program>()
  readonly #watchers = new Set<(interfaceName: string) => void>()
  #powered = true
  #made: number

  /** @throws RangeError when the network has a host of that name. */
  constructor(network: MemoryNetwork, name: string, interfaces: readonly InterfaceOptions[]) {
    this.network = network
    this.name = name
    const number = network.register(name)
    // index 1 is the loopback interface everywhere
    const made = interfaces.map(
      (options, i) => new MemoryInterface(name, number, i + 2, options, changed => this.#changed(changed)),
    )
    this.#interfaces = new Map(made.map(member => [member.name, member]))
    this.#made = made.length
    for (const member of made) network.connect(member)
  }

  /** All of them, virtual ones included. */
  get interfaces(): ReadonlyMap<string, MemoryInterface> {
    return this.#interfaces
  }

  /** The kernel makes an interface with a MAC of its own above another one. @throws RangeError when that does not exist, or the name is taken */
  addVirtualInterface({ name, parent, mac, ipvlan }: VirtualInterface): void {
    const below = this.#require(parent)
    if (this.#interfaces.has(name)) throw new RangeError(`interface: host '${this.name}' has a '${name}' already`)
    const own = ipvlan?.address === undefined ? [] : [ipvlan.address.address]
    const made = below.above(name, 2 + this.#made++, ipvlan === undefined ? mac : below.mac, own)
    this.#interfaces.set(name, made)
    this.#changed(name)
  }

  /** The kernel deletes a virtual interface, with the addresses on it. Returns false when it was not there. */
  removeVirtualInterface(name: string): boolean {
    const found = this.#interfaces.get(name)
    if (found?.parent === undefined) return false
    for (const address of [...found.virtual.keys()]) this.removeAddress(name, address)
    this.#interfaces.delete(name)
    this.#changed(name)
    return true
  }

  /** Switched on. */
  get powered(): boolean {
    return this.#powered
  }

  /** Starts a program. */
  run(program: Program): void {
    this.#programs.add(program)
  }

  /** The program is gone, at once and without a word; what it put on interfaces stays. */
  end(program: Program): void {
    this.#programs.delete(program)
    program.close()
  }

  /** Switches the host off: its programs are gone, and so are the virtual addresses. */
  powerOff(): void {
    this.#setPower(false)
    for (const program of [...this.#programs]) this.end(program)
    for (const { name, virtual, parent } of [...this.interfaces.values()]) {
      for (const address of [...virtual.keys()]) this.removeAddress(name, address)
      if (parent !== undefined) this.removeVirtualInterface(name)
    }
  }

  /** Switches the host on again, with nothing running. */
  powerOn(): void {
    this.#setPower(true)
  }

  /** Plugs a cable in or out. @throws RangeError when there is no such interface. */
  plug(interfaceName: string, plugged: boolean): void {
    this.#require(interfaceName).plug(plugged)
  }

  /** The kernel puts an address on. Returns false when it was there. @throws RangeError when there is no such interface. */
  addAddress(address: VirtualAddress): boolean {
    if (!this.#require(address.interface).add(address)) return false
    this.#tell(address.interface, address.address, true)
    return true
  }

  /** The kernel takes an address off. Returns false when it was not there. @throws RangeError when there is no such interface. */
  removeAddress(interfaceName: string, address: string): boolean {
    if (!this.#require(interfaceName).remove(address)) return false
    this.#tell(interfaceName, address, false)
    return true
  }

  /** Calls `watcher` at once after each change of an interface. Returns the end of it. */
  watch(watcher: (interfaceName: string) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #tell(interfaceName: string, address: string, present: boolean): void {
    const at = this.network.clock.now()
    this.network.emit({ type: 'address', at, host: this.name, interface: interfaceName, address, present })
  }

  #changed(interfaceName: string): void {
    for (const watcher of this.#watchers) watcher(interfaceName)
  }

  #setPower(powered: boolean): void {
    this.#powered = powered
    for (const member of this.interfaces.values()) member.powered = powered
  }

  #require(interfaceName: string): MemoryInterface {
    const found = this.interfaces.get(interfaceName)
    if (found === undefined) throw new RangeError(`interface: host '${this.name}' has no '${interfaceName}'`)
    return found
  }
}
