/**
 * The PacketFilter port over nf_tables, with tables of our own; nft(8) is not needed. What leaves virtual MAC interfaces by
 * itself is kept quiet here, too.
 */
import { SystemError, VrrpError } from '../errors.ts'
import type { PacketFilter, PacketFilterOptions, VirtualAddress } from '../instance/ports.ts'
import { canonicalIp, familyOf, type IpFamily } from '../net/index.ts'
import { ERRNO, NETLINK_NETFILTER, NetlinkClient, type NetlinkSocket, type NfElement } from '../netlink/index.ts'
import type { LinkTable } from './link-watch.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import { addressElement, interfaceElement, LINK_LOCAL_VIPS, VIPS, VIRTUAL_INTERFACES } from './nf-ruleset.ts'
import { PacketFilterTable, unsupported } from './packet-filter-table.ts'
import { isLinkLocal } from './source-address.ts'

const FAMILIES = [4, 6] as const

const isLocal = ({ address }: VirtualAddress) => isLinkLocal(canonicalIp(address))
const isOf = (family: IpFamily) => (address: VirtualAddress) => familyOf(address.address) === family

/** Every set of addresses, with its family and what belongs to it. */
const SETS = [
  [4, VIPS, isOf(4)],
  [6, VIPS, (address: VirtualAddress) => isOf(6)(address) && !isLocal(address)],
  [6, LINK_LOCAL_VIPS, (address: VirtualAddress) => isOf(6)(address) && isLocal(address)],
] as const

/** An interface with a virtual MAC: its index, that of the interface below, and which families have addresses on it. */
export interface QuietInterface {
  readonly index: number
  readonly parent: number
  readonly ipv4: boolean
  readonly ipv6: boolean
}

/** Drops packets on this machine's network namespace. */
export class LinuxPacketFilter implements PacketFilter {
  readonly #links: LinkTable
  readonly #openSocket: () => NetlinkSocket
  readonly #held = new Map<string, readonly VirtualAddress[]>()
  #client: NetlinkClient | undefined
  #tables: Readonly<Record<IpFamily, PacketFilterTable>> | undefined
  #failed = false
  #options: PacketFilterOptions = {}

  /**
   * @param links where interfaces are looked up; it is not closed with this
   * @param openSocket to NETLINK_NETFILTER, when it is first needed
   */
  constructor(links: LinkTable, openSocket = openNetfilter) {
    this.#links = links
    this.#openSocket = openSocket
  }

  /** The tables are made once: a later word counts when they are made anew, with the process. */
  configure(options: PacketFilterOptions): void {
    this.#options = options
  }

  /** Where the kernel has no nf_tables it rejects with `ERR_FIREWALL` the first time, and does nothing from then on. */
  async apply(owner: string, addresses: readonly VirtualAddress[]): Promise<void> {
    const before = this.#held.get(owner) ?? []
    if (addresses.length === 0) this.#held.delete(owner)
    else this.#held.set(owner, addresses)
    if (before.length + addresses.length === 0) return
    const wanted = new Set([...this.#held.values()].flat().map(placeOf))
    const gone = before.filter(address => !wanted.has(placeOf(address)))
    this.#attempt(tables => {
      for (const [family, set, belongs] of SETS) {
        const elements = (list: readonly VirtualAddress[]) =>
          list.filter(belongs).flatMap(address => this.#elementOf(address, set))
        tables[family].change(set, elements(gone), elements(addresses))
      }
    })
  }

  /**
   * From now on membership reports from these interfaces leave by the one below.
   * @throws VrrpError `ERR_FIREWALL`, once
   * @throws SystemError
   */
  quieten(interfaces: readonly QuietInterface[]): void {
    this.#changeQuiet([], interfaces)
  }

  /** Forgets these interfaces: they are about to go. @throws SystemError */
  release(interfaces: readonly QuietInterface[]): void {
    if (this.#tables !== undefined) this.#changeQuiet(interfaces, [])
  }

  #changeQuiet(gone: readonly QuietInterface[], added: readonly QuietInterface[]): void {
    this.#attempt(tables => {
      for (const family of FAMILIES) {
        const elements = (list: readonly QuietInterface[]) =>
          list
            .filter(({ ipv4, ipv6 }) => (family === 4 ? ipv4 : ipv6))
            .map(({ index, parent }) => interfaceElement(index, parent))
        tables[family].change(VIRTUAL_INTERFACES, elements(gone), elements(added), true)
      }
    })
  }

  /** Removes the tables: everything passes again. */
  close(): void {
    for (const family of FAMILIES) this.#tables?.[family].close()
    this.#client?.close()
    this.#client = undefined
    this.#tables = undefined
    this.#failed = true
  }

  #elementOf({ address, interface: name }: VirtualAddress, set: string): readonly NfElement[] {
    if (set === VIPS) return [addressElement(address)]
    const link = this.#links.known(name) ?? this.#links.get(name)
    return link === undefined ? [] : [addressElement(address, link.index)]
  }

  /** Says once what cannot be done at all. */
  #attempt(work: (tables: Readonly<Record<IpFamily, PacketFilterTable>>) => void): void {
    if (this.#failed) return
    try {
      work(this.#open())
    } catch (error) {
      this.#failed = error instanceof VrrpError && error.code === 'ERR_FIREWALL'
      throw error
    }
  }

  #open(): Readonly<Record<IpFamily, PacketFilterTable>> {
    if (this.#tables !== undefined) return this.#tables
    try {
      this.#client = new NetlinkClient(this.#openSocket())
    } catch (error) {
      if (error instanceof SystemError && error.errno === ERRNO.EPROTONOSUPPORT) throw unsupported(error)
      throw error
    }
    const table = (family: IpFamily) => new PacketFilterTable(client, family, this.#options)
    const client = this.#client
    this.#tables = { 4: table(4), 6: table(6) }
    return this.#tables
  }
}

function openNetfilter(): NetlinkSocket {
  return new LinuxNetlinkSocket({ protocol: NETLINK_NETFILTER })
}

/** Global addresses are dropped wherever they are, link-local ones on their interface. */
function placeOf({ address, interface: name }: VirtualAddress): string {
  const canonical = canonicalIp(address)
  return isLinkLocal(canonical) ? `${canonical} ${name}` : canonical
}
