/**
 * What a virtual router needs from the machine it runs on. The Linux implementations are in `lib/linux`, the in-memory
 * ones in `lib/simulation`; one compliance suite runs over both.
 */
import type { IpEnvelope, IpFamily } from '../net/ip.ts'
import type { RouteSet } from '../net/route.ts'
import type { Milliseconds } from '../time/units.ts'

/** Where one virtual router sends and listens. */
export interface ChannelOptions {
  /** Interface name. */
  readonly interface: string
  readonly family: IpFamily
  /** 1-255: only messages of this virtual router are delivered. */
  readonly vrid: number
  /** Destination: a multicast group, joined while the channel is open, or unicast peers. */
  readonly destination:
    | { readonly type: 'multicast'; readonly group: string }
    | { readonly type: 'unicast'; readonly peers: readonly string[] }
  /** Source address of what is sent. Default: the interface's primary address of the family. */
  readonly source?: string
  /** TTL or hop limit of what is sent, 0-255. Default 255; multicast has no other (RFC 9568 §5.1.1.3). */
  readonly ttl?: number
  /** Hear messages behind an IP authentication header too. Default false. */
  readonly authenticationHeader?: boolean
  /** The virtual router has its own MAC address on `interface`. */
  readonly virtualMac?: VirtualMacChannel
}

/** How a channel sends and hears with a virtual MAC address. */
export interface VirtualMacChannel {
  /** Interface with that address, a {@link VirtualInterface}. */
  readonly interface: string
  /** `00:00:5e:00:01:33`. Peers of the same virtual router send from it too, and are heard though it is ours. */
  readonly mac: string
  /** Send from that interface; otherwise from the one below (vmac_xmit_base). */
  readonly transmit: boolean
}

/**
 * Hears a message: the bytes behind the IP header (with the AH header, if there is one). They are valid during the
 * call only: copy what is kept. `age` is how long ago it arrived, where the transport knows that: a thread that
 * slept is called late, and a deadline that is counted from then is late, too.
 */
export type PacketListener = (message: Uint8Array, ip: IpEnvelope, age?: Milliseconds) => void

/** An open channel. */
export interface Channel {
  /**
   * Sends one message to one of the destinations of the channel, before it returns. TOS 0xc0.
   * The bytes may be reused afterwards.
   * @throws SystemError when the kernel refuses.
   */
  send(message: Uint8Array, destination: string): void
  /** Goes the way of `send`, but nothing leaves: see {@link AddressManager.rehearse}. */
  rehearse?(message: Uint8Array, destination: string): void
  /** The address that leaves as the source: the tie-break of RFC 9568 §6.4.3. Undefined while the interface has none. */
  readonly source: string | undefined
  /** Told of a message of this channel that was sent within {@link Transport.batch} and refused by the kernel. */
  onRefused?: ((error: unknown) => void) | undefined
  /** Stops. Nothing is delivered afterwards. Twice is once. */
  close(): void
}

/** Moves messages. Channels of one transport share sockets as the implementation sees fit. */
export interface Transport {
  /** @throws SystemError, VrrpError (`ERR_INTERFACE`, `ERR_CAPABILITY`, `ERR_TRANSPORT_UNAVAILABLE`) */
  open(options: ChannelOptions, listener: PacketListener): Channel
  /** Called with messages that no channel of that interface takes: of other VRIDs, or to another group. */
  onUnclaimed?: ((message: Uint8Array, ip: IpEnvelope, interfaceName: string) => void) | undefined
  /**
   * Runs `work`. What channels with an `onRefused` send during it may leave at its end, in one call; `send` throws no
   * refusal of the kernel then. A transport without this sends everything at once.
   */
  batch?(work: () => void): void
  close(): void
}

/** An address that a virtual router holds while it is active. Fields as in keepalived's virtual_ipaddress and ip-address(8). */
export interface VirtualAddress {
  /** Canonical text. */
  readonly address: string
  /** Default 32 or 128. */
  readonly prefixLength: number
  /** Interface that gets it. */
  readonly interface: string
  readonly scope?: 'global' | 'site' | 'link' | 'host' | 'nowhere' | number
  readonly label?: string
  readonly broadcast?: string
  readonly peer?: string
  /** Seconds for which it may be the source of other traffic. Default: 0 for an IPv6 /128, else for ever. */
  readonly preferredLifetime?: number | 'forever'
  readonly flags?: readonly AddressFlag[]
  /** False: if somebody takes it away that is nobody's concern, and its interface may be down (no_track). Default true. */
  readonly tracked?: boolean
}

/**
 * What ip-address(8) can say of an address. `dad`: look for duplicates (keepalived: `-nodad`); by default an IPv6
 * address that moves is not looked for.
 */
export type AddressFlag = 'home' | 'dad' | 'mngtmpaddr' | 'noprefixroute' | 'autojoin'

/** Puts addresses on interfaces. Level-triggered: the latest `apply` of an owner wins, and repeating it changes nothing. */
export interface AddressManager {
  /**
   * Makes `desired` exactly what `owner` holds. The requests leave before this returns; the promise settles when the
   * kernel has answered all of them, and rejects when it refused one.
   */
  apply(owner: string, desired: readonly VirtualAddress[]): Promise<void>
  /** Removes these addresses if they are there, whoever put them (left over from a crash). Resolves to those removed. */
  removeLeftOver(addresses: readonly VirtualAddress[]): Promise<readonly VirtualAddress[]>
  /**
   * Goes the way of `apply` without asking the kernel for anything, so that the code is warm when a takeover needs it. It
   * must not wait for anybody, nor throw: the takeover is a millisecond away.
   */
  rehearse?(addresses: readonly VirtualAddress[]): void
  close(): void
}

/** Somebody else deleted a route or rule: in words which, and whether it was put back (not when that happens again and again). */
export type RouteTaken = (what: string, restored: boolean) => void

/** Sets routes and routing rules. Level-triggered: the latest `apply` of an owner wins, and repeating it repairs. */
export interface RouteManager {
  /**
   * Makes `desired` exactly what `owner` holds. The requests leave before this returns; the promise rejects when the
   * kernel refused one, with all others done.
   * @param taken - from now on what somebody deletes is put back, and told
   */
  apply(owner: string, desired: RouteSet, taken?: RouteTaken): Promise<void>
  /** Removes these, left over from a crash, if they are there under the protocol number of keepalived. */
  removeLeftOver(set: RouteSet): Promise<void>
  close(): void
}

/** An interface above another one: with the MAC address of a virtual router (RFC 9568 §7.3), or an ipvlan. */
export interface VirtualInterface {
  /** 1-15 characters, `vrrp.51`. */
  readonly name: string
  /** The interface below. */
  readonly parent: string
  /** `00:00:5e:00:01:33`; of an ipvlan empty: it has that of the interface below. */
  readonly mac: string
  /** An ipvlan in mode L2, which is made with an address of its own. Absent: a macvlan in private mode. */
  readonly ipvlan?: {
    readonly mode: 'bridge' | 'private' | 'vepa'
    readonly address?: { readonly address: string; readonly prefixLength: number }
  }
  /** Whether IPv4 and IPv6 addresses will be on it: what it does not need is kept quiet. */
  readonly ipv4: boolean
  readonly ipv6: boolean
}

/** Makes interfaces above others. Level-triggered, as {@link AddressManager}. */
export interface VirtualMacManager {
  /**
   * Makes `desired` exactly what `owner` has. One that is there already, left over from a crash, is adopted or replaced.
   * What is new is there when this returns; what is not wanted any more is gone when the promise settles. It rejects
   * when the kernel refused something, with all else done.
   */
  apply(owner: string, desired: readonly VirtualInterface[]): Promise<void>
  close(): void
}

/** How packets are dropped; what is left out is the filter's own choice. */
export interface PacketFilterOptions {
  /** Name of the tables, 1-255 bytes: nobody else's (keepalived: nftables). */
  readonly table?: string
  /** Of the chains; the lower, the earlier. Default -1 (keepalived: nftables_priority). */
  readonly priority?: number
  /** Count what the rules match (keepalived: nftables_counters). */
  readonly counters?: true
}

/** Keeps packets to and from addresses that a router holds without accepting for them. RFC 9568 §6.1, Accept_Mode. */
export interface PacketFilter {
  /**
   * Drops all packets to and from `addresses`, neighbour solicitations and advertisements apart; exactly these for
   * `owner`. The requests leave before this returns; the promise rejects when the kernel refused them.
   */
  apply(owner: string, addresses: readonly VirtualAddress[]): Promise<void>
  /** What is made from now on is made so; what is there already stays as it is. */
  configure?(options: PacketFilterOptions): void
  close(): void
}

/** Sends ready-made Ethernet frames (gratuitous ARP, unsolicited NA). */
export interface Announcer {
  /** @throws SystemError when the kernel refuses. */
  send(frame: Uint8Array, interfaceName: string): void
  /** Goes the way of `send`, but nothing leaves: see {@link AddressManager.rehearse}. */
  rehearse?(frame: Uint8Array, interfaceName: string): void
  close(): void
}

/** An interface as it is now. */
export interface LinkState {
  readonly name: string
  readonly index: number
  /** `00:15:5d:ae:02:78` */
  readonly mac: string
  /** Administratively up and with carrier: can carry traffic. */
  readonly running: boolean
  /** Administratively up. Absent: as `running`. */
  readonly up?: boolean
  /** True: `running` and `up` are as they were before a change that has not lasted yet. */
  readonly unsettled?: true
  /** Addresses on it, canonical text, in the kernel's order, virtual ones included. */
  readonly addresses: readonly string[]
}

/** Watches interfaces. */
export interface LinkWatch {
  /** The interface now; undefined when it does not exist. */
  get(interfaceName: string): LinkState | undefined
  /** Calls `listener` after each change (also of addresses). Returns the end of it; until then the process lives. */
  subscribe(listener: (interfaceName: string, link: LinkState | undefined) => void): () => void
  close(): void
}

/** All ports beside the clock. */
export interface Ports {
  readonly transport: Transport
  readonly addressManager: AddressManager
  readonly announcer: Announcer
  readonly links: LinkWatch
  /** Needed only by instances with routes or rules: without it they say that theirs are not set. */
  readonly routeManager?: RouteManager
  /** Needed only by instances with a virtual MAC: without it they cannot run. */
  readonly virtualMacs?: VirtualMacManager
  /** Needed only by instances that do not accept packets to their addresses: without it they say that nothing is dropped. */
  readonly packetFilter?: PacketFilter
}
