/**
 * What one virtual router is told to be, as plain data: it can be posted to a worker, printed, and made from a configuration file.
 */
import type { IpFamily } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import type { VirtualAddress } from './ports.ts'

/** Timing and number of gratuitous ARP or unsolicited NA; keepalived's garp_* keywords. */
export interface AnnouncementTiming {
  /** Announcements of each address at takeover (garp_master_repeat), default 5. */
  readonly repeat: number
  /** Delay of the second burst (garp_master_delay), default 5000 ms; 0 for none. */
  readonly delay: Milliseconds
  /** Period of refresh while active (garp_master_refresh), default 0: none. */
  readonly refresh: Milliseconds
  /** Announcements of each address at a refresh (garp_master_refresh_repeat), default 1. */
  readonly refreshRepeat: number
  /** Announcements after an advert of lower priority (garp_lower_prio_repeat), default as `repeat`. */
  readonly lowerPriorityRepeat: number
  /** Second burst after that (garp_lower_prio_delay), default as `delay`. */
  readonly lowerPriorityDelay: Milliseconds
  /** Gap between two frames on one interface (garp_interval, gna_interval), default 0. */
  readonly gap: Milliseconds
}

/** A tracked thing that moves the priority of an instance, or faults it. */
export interface TrackerSpecification {
  readonly kind: 'script' | 'interface' | 'file' | 'process'
  readonly name: string
  /** -254..254. 0: a failure is a fault. Positive: added while ok. Negative: added while failing. */
  readonly weight: number
  /** Inverts ok and failing. */
  readonly reverse: boolean
}

/** One virtual router. */
export interface InstanceSpecification {
  /** Unique in its process. */
  readonly name: string
  readonly interface: string
  readonly version: 2 | 3
  readonly family: IpFamily
  readonly vrid: number
  readonly priority: number
  readonly interval: Milliseconds
  readonly preempt: boolean
  readonly preemptDelay: Milliseconds
  readonly acceptMode: boolean
  readonly downTimerAdverts: number
  readonly advertiseToLoser: boolean
  readonly advertiseBeforeYield: boolean
  /** What is sent and held, 1-255 of the family. */
  readonly addresses: readonly VirtualAddress[]
  /** Held but not sent. */
  readonly excludedAddresses: readonly VirtualAddress[]
  readonly destination:
    | { readonly type: 'multicast'; readonly group: string }
    | { readonly type: 'unicast'; readonly peers: readonly string[] }
  readonly source?: string
  /** Form of version 3 checksums over IPv4 that are sent. Both are understood. */
  readonly checksumForm: 'pseudo-header' | 'message'
  readonly authentication: { readonly type: 'none' } | { readonly type: 'simple' | 'ah'; readonly password: string }
  readonly announcements: AnnouncementTiming
  readonly trackers: readonly TrackerSpecification[]
  /** Refuse adverts whose address list differs; default false: count and warn only. */
  readonly strictAddressList: boolean
}
