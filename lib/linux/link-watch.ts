/**
 * The LinkWatch port over rtnetlink events. The table is filled by a dump at the start, kept by events, and filled
 * anew when the kernel says that events were lost.
 */

import { SystemError } from '../errors.ts'
import type { LinkState, LinkWatch } from '../instance/ports.ts'
import {
  type AddressMessage,
  decodeAddress,
  decodeLink,
  decodeMessages,
  ERRNO,
  encodeAddressDump,
  encodeLinkDump,
  type LinkMessage,
  NetlinkClient,
  type NetlinkMessage,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_LINK,
} from '../netlink/index.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import type { Reactor, Watch } from './reactor.ts'

/** Datagrams that are read before the rest of the event loop gets its turn. */
const DATAGRAMS_PER_TURN = 64

/** Where interfaces are looked up. */
export type LinkTable = Pick<LinuxLinkWatch, 'get' | 'known'>

type Listener = (interfaceName: string, link: LinkState | undefined) => void

/** Interfaces of this machine's network namespace. It keeps the process alive while somebody is subscribed. */
export class LinuxLinkWatch implements LinkWatch {
  readonly #reactor: Reactor
  readonly #events: LinuxNetlinkSocket
  readonly #client: NetlinkClient
  readonly #watch: Watch
  readonly #listeners = new Set<Listener>()
  readonly #links = new Map<number, LinkMessage>()
  /** By index, in the kernel's order. */
  readonly #addresses = new Map<number, AddressMessage[]>()
  /** By name, as of the last event that was read. */
  readonly #states = new Map<string, LinkState>()
  /** Under which name an index is there. */
  readonly #names = new Map<number, string>()
  /** Indexes of which something was read that is not in the states yet. */
  readonly #touched = new Set<number>()
  /** What the listeners know of names that have changed since they were told. */
  readonly #told = new Map<string, LinkState | undefined>()
  #publishing = false
  #closed = false

  /** @throws SystemError */
  constructor(reactor: Reactor) {
    this.#reactor = reactor
    // Events are heard before the dump is asked for, so that no change falls between the two.
    this.#events = new LinuxNetlinkSocket({ groups: [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR] })
    this.#client = new NetlinkClient(new LinuxNetlinkSocket())
    this.#watch = reactor.watch(this.#events.fd, errno => this.#read(errno, DATAGRAMS_PER_TURN))
    this.#watch.setRef(false)
    this.#resync()
    this.#update()
    this.#told.clear()
  }

  get(interfaceName: string): LinkState | undefined {
    // What was changed a moment ago (by us, too) counts, even if the event loop has had no turn since.
    if (!this.#closed) this.#read(0, Number.POSITIVE_INFINITY)
    return this.#states.get(interfaceName)
  }

  /** As {@link get}, but as of the last event that was read: it costs no system call. */
  known(interfaceName: string): LinkState | undefined {
    return this.#states.get(interfaceName)
  }

  /** As {@link get}, with all that the kernel tells of the interface itself. */
  message(interfaceName: string): LinkMessage | undefined {
    const index = this.get(interfaceName)?.index
    return index === undefined ? undefined : this.#links.get(index)
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    this.#watch.setRef(true)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#watch.setRef(false)
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#listeners.clear()
    this.#watch.close()
    this.#events.close()
    this.#client.close()
  }

  /** Takes in what waits. Listeners hear of it in a turn of their own, whoever caused the reading. */
  #read(errno: number, limit: number): void {
    let lost = errno === ERRNO.ENOBUFS
    let count = 0
    while (lost || count < limit) {
      const datagram = this.#receive()
      if (datagram === undefined) break
      count++
      // After a loss the rest is of the past: applied to a fresh table it would bring back what is gone.
      if (datagram === 'lost') lost = true
      else if (!lost) for (const message of decodeMessages(datagram)) this.#apply(message)
    }
    if (lost) this.#resync()
    else if (count === 0) return
    this.#update()
    if (this.#publishing) return
    this.#publishing = true
    this.#reactor.defer(() => this.#publish())
  }

  #receive(): Uint8Array | 'lost' | undefined {
    try {
      return this.#events.receive(0)
    } catch (error) {
      if (error instanceof SystemError && error.errno === ERRNO.ENOBUFS) return 'lost'
      throw error
    }
  }

  #resync(): void {
    for (const index of this.#names.keys()) this.#touched.add(index)
    this.#links.clear()
    this.#addresses.clear()
    for (const message of this.#client.dump(RTM_GETLINK, encodeLinkDump(), 'links')) this.#apply(message)
    for (const message of this.#client.dump(RTM_GETADDR, encodeAddressDump(), 'addresses')) this.#apply(message)
  }

  #apply({ type, body }: NetlinkMessage): void {
    if (type === RTM_NEWLINK || type === RTM_DELLINK) {
      const link = decodeLink(body)
      if (link === undefined) return
      this.#touched.add(link.index)
      if (type === RTM_NEWLINK) {
        this.#links.set(link.index, link)
      } else {
        this.#links.delete(link.index)
        this.#addresses.delete(link.index)
      }
    } else if (type === RTM_NEWADDR || type === RTM_DELADDR) {
      const address = decodeAddress(body)
      if (address === undefined) return
      this.#touched.add(address.index)
      const present = this.#addresses.get(address.index) ?? []
      const at = present.findIndex(other => sameAddress(other, address))
      if (type === RTM_DELADDR) {
        if (at >= 0) present.splice(at, 1)
        return
      }
      if (at < 0) present.push(address)
      else present[at] = address
      this.#addresses.set(address.index, present)
    }
  }

  /** Brings the states up to date: of what was touched alone, since a machine may have hundreds of interfaces. */
  #update(): void {
    for (const index of this.#touched) {
      const name = this.#names.get(index)
      const link = this.#links.get(index)
      if (link?.name === name) continue
      // Another one may have its name by now.
      if (name !== undefined && this.#states.get(name)?.index === index) this.#place(name, undefined)
      if (link === undefined) this.#names.delete(index)
      else this.#names.set(index, link.name)
    }
    for (const index of this.#touched) {
      const link = this.#links.get(index)
      if (link !== undefined) this.#place(link.name, this.#stateOf(link))
    }
    this.#touched.clear()
  }

  #stateOf({ name, index, mac, running, up }: LinkMessage): LinkState {
    const addresses = (this.#addresses.get(index) ?? []).filter(({ usable }) => usable !== false)
    return { name, index, mac, running, up, addresses: addresses.map(({ address }) => address) }
  }

  #place(name: string, state: LinkState | undefined): void {
    if (!this.#told.has(name)) this.#told.set(name, this.#states.get(name))
    if (state === undefined) this.#states.delete(name)
    else this.#states.set(name, state)
  }

  /** Tells what differs from what was told before. */
  #publish(): void {
    this.#publishing = false
    const told = [...this.#told]
    this.#told.clear()
    for (const [name, before] of told) {
      const link = this.#states.get(name)
      if (sameLink(before, link)) continue
      for (const listener of [...this.#listeners]) listener(name, link)
    }
  }
}

function sameAddress(a: AddressMessage, b: AddressMessage): boolean {
  return a.address === b.address && a.prefixLength === b.prefixLength && a.peer === b.peer
}

function sameLink(a: LinkState | undefined, b: LinkState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.index !== b.index || a.mac !== b.mac || a.running !== b.running || a.up !== b.up) return false
  return a.addresses.length === b.addresses.length && a.addresses.every((address, i) => address === b.addresses[i])
}
