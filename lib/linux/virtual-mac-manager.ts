/**
 * The VirtualMacManager port: macvlan interfaces in private mode, and ipvlan interfaces in mode L2, set up as keepalived sets
 * them up. RFC 9568 §7.3, §8.1; ip-link(8), ip-sysctl.rst of the kernel.
 */
import { messageOf, SystemError, VrrpError } from '../errors.ts'
import type { LinkState, VirtualInterface, VirtualMacManager } from '../instance/ports.ts'
import {
  ADDRESS_SCOPES,
  ERRNO,
  encodeAddress,
  encodeGroupDeletion,
  encodeIpvlan,
  encodeLinkChange,
  encodeMacvlan,
  type Ipv4Setting,
  type LinkChange,
  NetlinkClient,
  type NetlinkRequest,
  type NetlinkSocket,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  refusalError,
  requireFamily,
  systemError,
} from '../netlink/index.ts'
import { readSetting, writeSetting } from './interface-settings.ts'
import type { LinuxLinkWatch } from './link-watch.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import type { LinuxPacketFilter, QuietInterface } from './nf-packet-filter.ts'
import { ParentSettings } from './parent-settings.ts'
import { isLinkLocal } from './source-address.ts'

/** An interface that is there, as we made it. */
interface Made extends VirtualInterface {
  readonly quiet: QuietInterface
}

/** Interfaces to go are put into one group, because the kernel deletes a group as fast as a single one (20 ms). */
const DOOMED = 0x76727270

/** Makes virtual MAC interfaces in this machine's network namespace. */
export class LinuxVirtualMacs implements VirtualMacManager {
  readonly #client: NetlinkClient
  readonly #links: Pick<LinuxLinkWatch, 'get' | 'message'>
  readonly #filter: Pick<LinuxPacketFilter, 'quieten' | 'release'>
  readonly #parents: ParentSettings
  readonly #held = new Map<string, readonly VirtualInterface[]>()
  readonly #made = new Map<string, Made>()
  readonly #doomed = new Map<string, Made>()
  #removal: Promise<void> | undefined
  /** Settings of new interfaces, in this turn: they depend on one of the machine, which many may be made under. */
  #ipv4Settings: Partial<Record<Ipv4Setting, number>> | undefined
  #closed = false

  /**
   * @param links where interfaces are looked up; it is not closed with this
   * @param filter keeps the kernel's own words off the virtual MACs; it is not closed with this
   * @param socket to NETLINK_ROUTE; it is closed with this
   * @throws SystemError
   */
  constructor(
    links: Pick<LinuxLinkWatch, 'get' | 'message'>,
    filter: Pick<LinuxPacketFilter, 'quieten' | 'release'>,
    socket: NetlinkSocket = new LinuxNetlinkSocket(),
  ) {
    this.#links = links
    this.#filter = filter
    this.#client = new NetlinkClient(socket)
    this.#parents = new ParentSettings(this.#client)
  }

  async apply(owner: string, desired: readonly VirtualInterface[]): Promise<void> {
    const before = this.#held.get(owner) ?? []
    if (desired.length === 0) this.#held.delete(owner)
    else this.#held.set(owner, desired)
    const wanted = new Set([...this.#held.values()].flat().map(({ name }) => name))
    for (const { name } of before) {
      const made = this.#made.get(name)
      if (made !== undefined && !wanted.has(name)) this.#doomed.set(name, made)
    }
    let failure: unknown
    for (const one of desired) {
      try {
        this.#ensure(one)
      } catch (error) {
        failure ??= error
      }
    }
    await this.#removeSoon()
    if (failure !== undefined) throw failure
  }

  /** Those that nobody holds any more are gone when this returns; the others stay. */
  close(): void {
    if (this.#closed) return
    this.#remove()
    this.#closed = true
    this.#client.close()
  }

  /** Makes what is not there as it should be. */
  #ensure(wanted: VirtualInterface): void {
    const { name } = wanted
    const parent = this.#links.get(wanted.parent)
    if (parent === undefined) {
      throw systemError(`ip link add ${name} link ${wanted.parent}`, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    }
    if (this.#doomed.has(name)) {
      if (same(this.#doomed.get(name), wanted)) this.#doomed.delete(name)
      else this.#remove()
    }
    const made = this.#made.get(name)
    const there = this.#links.get(name)
    if (there !== undefined && same(made, wanted) && there.index === made?.quiet.index && there.up === true) return
    try {
      this.#make(wanted, parent)
    } catch (error) {
      // What was to be adopted was being deleted: it is gone now.
      if (!(error instanceof SystemError) || error.errno !== ERRNO.ENODEV || this.#links.get(name) !== undefined)
        throw error
      this.#make(wanted, parent)
    }
  }

  #make(wanted: VirtualInterface, parent: LinkState): void {
    const { name, mac, ipv4, ipv6, ipvlan } = wanted
    const adopted = this.#adopts(wanted, parent.index)
    const create = {
      type: RTM_NEWLINK,
      flags: NLM_F_CREATE | NLM_F_EXCL,
      body:
        ipvlan === undefined
          ? encodeMacvlan({ name, parent: parent.index, mac })
          : encodeIpvlan({ name, parent: parent.index, mode: ipvlan.mode }),
    }
    this.#request(wanted, [
      ...(adopted ? [] : [create]),
      ...(ipv4 && ipvlan === undefined ? [change({ interface: name, ipv4: this.#settings() })] : []),
      ...(ipv6 && ipvlan === undefined ? [change({ interface: name, withoutIpv6Autoconfiguration: true })] : []),
    ])
    this.#switchIpv6(wanted)
    this.#request(wanted, [change({ interface: name, up: true })])
    const index = this.#links.get(name)?.index
    if (index === undefined) throw systemError(`ip link add ${name}`, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    const quiet: QuietInterface = { index, parent: parent.index, ipv4, ipv6 }
    if (ipvlan !== undefined) {
      if (ipvlan.address !== undefined) this.#give(wanted, index, ipvlan.address)
      this.#made.set(name, { ...wanted, quiet })
      return
    }
    // The kernel sends nothing over IPv6 from an interface without an address: the first advert would wait for the virtual
    // ones. As keepalived does, it gets the one that adverts come from.
    const own = ipv6 ? parent.addresses.find(isLinkLocal) : undefined
    if (own !== undefined) this.#give(wanted, index, { address: own, prefixLength: 64 })
    this.#made.set(name, { ...wanted, quiet })
    if (ipv4) this.#parents.hold(parent, name)
    this.#filter.quieten([quiet])
  }

  /** Whether the interface of that name can be taken as it is. One of ours that cannot is removed. @throws VrrpError when it is none of ours */
  #adopts({ name, mac, ipvlan }: VirtualInterface, parent: number): boolean {
    const link = this.#links.message(name)
    if (link === undefined) return false
    if (ipvlan !== undefined) {
      if (link.kind !== 'ipvlan' || link.parent !== parent) {
        const text = `interface '${name}' is there already and no ipvlan of ours: rename it, or give use_ipvlan another name`
        throw new VrrpError('ERR_INTERFACE', text)
      }
      // Its mode and its address may be others.
      this.#removeAll([link.index])
      return false
    }
    if (link.kind === 'macvlan' && link.mac === mac && link.parent === parent) return true
    if (link.kind !== 'macvlan' || !(link.mac === mac || /^00:00:5e:00:0[12]:/.test(link.mac))) {
      const text = `interface '${name}' is there already and no virtual MAC interface: rename it, or give use_vmac another name`
      throw new VrrpError('ERR_INTERFACE', text)
    }
    this.#removeAll([link.index])
    return false
  }

  #settings(): Partial<Record<Ipv4Setting, number>> {
    if (this.#ipv4Settings !== undefined) return this.#ipv4Settings
    void Promise.resolve().then(() => {
      this.#ipv4Settings = undefined
    })
    this.#ipv4Settings = ipv4Settings()
    return this.#ipv4Settings
  }

  #switchIpv6({ name, ipv6 }: VirtualInterface): void {
    try {
      writeSetting(6, name, 'disable_ipv6', ipv6 ? 0 : 1)
    } catch (error) {
      // A read-only /proc/sys (container): needed for IPv6, else only noise.
      if (ipv6) throw new VrrpError('ERR_INTERFACE', `interface '${name}' cannot have IPv6: ${messageOf(error)}`)
    }
  }

  /** An address of its own. */
  #give(
    { name }: VirtualInterface,
    index: number,
    { address, prefixLength }: { readonly address: string; readonly prefixLength: number },
  ): void {
    const family = requireFamily(address, 'address')
    const scope = isLinkLocal(address) ? ADDRESS_SCOPES.link : ADDRESS_SCOPES.global
    const body = encodeAddress({ family, index, address, prefixLength, scope })
    const request = { type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, body }
    const refusal = this.#client.transact([request])[0]
    // An interface that a crash left behind has it still.
    if (refusal === undefined || refusal.errno === ERRNO.EEXIST) return
    throw refusalError(`ip address add ${address}/${prefixLength} dev ${name}`, refusal)
  }

  #request({ name, parent, ipvlan }: VirtualInterface, requests: readonly NetlinkRequest[]): void {
    const refusal = this.#client.transact(requests).find(result => result !== undefined)
    if (refusal === undefined) return
    const hint =
      refusal.errno === ERRNO.EOPNOTSUPP
        ? ipvlan === undefined
          ? 'use_vmac needs macvlan in the kernel (CONFIG_MACVLAN, modprobe macvlan)'
          : 'use_ipvlan needs ipvlan in the kernel (CONFIG_IPVLAN, modprobe ipvlan)'
        : undefined
    const what = ipvlan === undefined ? 'macvlan mode private' : `ipvlan mode l2 ${ipvlan.mode}`
    const error = refusalError(`ip link add ${name} link ${parent} type ${what}`, refusal)
    throw hint === undefined ? error : new VrrpError('ERR_INTERFACE', `${error.message}; ${hint}`, { cause: error })
  }

  /** All that are given up in one turn go together. */
  #removeSoon(): Promise<void> {
    if (this.#doomed.size === 0) return Promise.resolve()
    this.#removal ??= Promise.resolve().then(() => this.#remove())
    return this.#removal
  }

  #remove(): void {
    this.#removal = undefined
    if (this.#closed || this.#doomed.size === 0) return
    const doomed = [...this.#doomed.values()]
    this.#doomed.clear()
    for (const { name } of doomed) this.#made.delete(name)
    try {
      this.#filter.release(doomed.filter(({ ipvlan }) => ipvlan === undefined).map(({ quiet }) => quiet))
    } finally {
      this.#removeAll(doomed.map(({ quiet }) => quiet.index))
      for (const { name, parent } of doomed) this.#parents.release(this.#links.get(parent), name)
    }
  }

  /** Interfaces that are gone already, with the one below them, are no error. */
  #removeAll(indexes: readonly number[]): void {
    const requests = indexes.map(index => change({ interface: index, group: DOOMED }))
    const deletion = { type: RTM_DELLINK, flags: 0, body: encodeGroupDeletion(DOOMED) }
    const refusal = this.#client
      .transact([...requests, deletion])
      .find(result => result && result.errno !== ERRNO.ENODEV)
    if (refusal !== undefined) throw refusalError('ip link delete', refusal)
  }
}

function change(of: LinkChange): NetlinkRequest {
  return { type: RTM_NEWLINK, flags: 0, body: encodeLinkChange(of) }
}

/**
 * As keepalived: ARP is answered for addresses of the interface alone, what comes from an address of this machine is
 * taken, the way back may be another one, and no address takes others of its subnet with it. No redirects (RFC 9568 §8.1.1).
 */
function ipv4Settings(): Partial<Record<Ipv4Setting, number>> {
  // The stricter of the interface's and the general setting counts, and 2 (loose) is more than 1 (strict).
  const loose = (readSetting(4, 'all', 'rp_filter') ?? 0) === 0 ? 0 : 2
  return { arp_ignore: 1, accept_local: 1, rp_filter: loose, promote_secondaries: 1, send_redirects: 0 }
}

function same(made: Made | undefined, wanted: VirtualInterface): boolean {
  return (
    made !== undefined &&
    made.parent === wanted.parent &&
    made.mac === wanted.mac &&
    JSON.stringify(made.ipvlan) === JSON.stringify(wanted.ipvlan) &&
    made.ipv4 === wanted.ipv4 &&
    made.ipv6 === wanted.ipv6
  )
}
