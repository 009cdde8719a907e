/**
 * What one virtual router is told to be, as plain data: it can be posted to a worker, printed, and made from a configuration file.
 */
import type { AnnouncementTiming } from '../garp/timing.ts'
import type { VirtualRouter } from '../machine/router.ts'
import type { Route, Rule } from '../net/route.ts'
import type { HmacConfiguration, UnicastPeer } from '../packet/index.ts'
import type { VirtualAddress, VirtualInterface } from './ports.ts'

export type { AnnouncementTiming } from '../garp/timing.ts'

/** A tracked thing that moves the priority of an instance, or faults it. */
export interface TrackerSpecification {
  /** `program`: set by the embedding program itself. */
  readonly kind: 'script' | 'interface' | 'file' | 'process' | 'program'
  readonly name: string
  /** -254..254. 0: a failure is a fault. Positive: added while ok. Negative: added while failing. */
  readonly weight: number
  /** Turns the sign of what is added; with weight 0, makes being ok the fault. */
  readonly reverse: boolean
}

/** A unicast peer whose address is still to be looked up. */
export interface NamedPeer extends Omit<UnicastPeer, 'address'> {
  readonly name: string
}

/** Adverts go to each peer on its own, and are accepted with any TTL that the peer's limits allow. */
export interface UnicastDestination {
  readonly type: 'unicast'
  /** Addresses, or with limits of the TTL (hop limit) of what comes from them. None: nobody is told. */
  readonly peers: readonly (string | UnicastPeer)[]
  /** Peers by host name. An instance does not look them up: who runs it puts their addresses into `peers`. */
  readonly names?: readonly NamedPeer[]
  /** TTL or hop limit of adverts, 0-255, default 255 (unicast_ttl). */
  readonly ttl?: number
  /** Refuse adverts that come from none of the peers (check_unicast_src). Default false. */
  readonly checkSource?: boolean
  /** A fault while there is no peer (unicast_fault_no_peer). Default false. */
  readonly needsPeer?: boolean
}

/** Virtual MAC addresses of an instance (use_vmac). RFC 9568 §7.3. */
export interface VirtualMacSpecification {
  /** They exist while the instance runs; its addresses name them as their interface. */
  readonly interfaces: readonly VirtualInterface[]
  /** Send adverts from the own interface, not from the virtual one above it (vmac_xmit_base). Default false; unicast always does. */
  readonly transmitFromBase?: boolean
}

/** One virtual router: the parameters of its machine, and what the machine needs not know. */
export interface InstanceSpecification extends Omit<VirtualRouter, 'grouped'> {
  /** Unique in its process. */
  readonly name: string
  readonly interface: string
  /** What is sent and held, 1-255 of the family. */
  readonly addresses: readonly VirtualAddress[]
  /** Held but not sent. */
  readonly excludedAddresses: readonly VirtualAddress[]
  readonly destination: { readonly type: 'multicast'; readonly group: string } | UnicastDestination
  readonly source?: string
  /** Absent: the addresses are on real interfaces. */
  readonly virtualMac?: VirtualMacSpecification
  /** Made while the instance runs: its own interface, which adverts leave from (keepalived: use_ipvlan). Absent: that is there already. */
  readonly ownInterface?: VirtualInterface
  /** Form of version 3 checksums over IPv4 that are sent. Both are understood. */
  readonly checksumForm: 'pseudo-header' | 'message'
  /** Version 2 over IPv4. A password has 1 to 8 bytes, and is also the key of the IP authentication header (`ah`). */
  readonly authentication: { readonly type: 'none' } | { readonly type: 'simple' | 'ah'; readonly password: string }
  /** Authentication trailer (keepalived's auth_hmac): any version and family, but not together with `authentication`. */
  readonly hmac?: HmacConfiguration
  readonly announcements: AnnouncementTiming
  readonly trackers: readonly TrackerSpecification[]
  /** Routes and rules that the active router sets, in order; after the addresses, and gone before them. */
  readonly routes?: readonly Route[]
  readonly rules?: readonly Rule[]
  /** A fault while the own interface is down. Default true (keepalived: dont_track_primary). */
  readonly trackPrimary?: boolean
  /** A fault while `source` is not on the interface. Default false (keepalived: track_src_ip). */
  readonly trackSource?: boolean
  /** Priority 255 obeys and answers nobody: adverts are told of, and that is all. Default false (keepalived: owner_ignore_adverts). */
  readonly ownerIgnoresAdverts?: boolean
  /** Refuse adverts whose address list differs; default false: count and warn only. */
  readonly strictAddressList: boolean
}
