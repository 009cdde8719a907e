/**
 * A configuration as typed data: defaults applied, times in milliseconds, addresses canonical. What keepalived corrects
 * by itself is corrected here. Plain and readonly: it can be printed, compared and posted to a worker.
 *
 * `InstanceConfiguration` and `SyncGroupConfiguration` have the fields of the engine's specifications, under the same
 * names.
 */
import type { IpFamily } from '../net/ip.ts'
import type { Route, RouteSet, Rule } from '../net/route.ts'
import type { Milliseconds } from '../time/units.ts'
import type { AddressScope } from './address-line.ts'
import type { ExtraGarp } from './extra-garp.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import type { HmacTrailerConfiguration } from './hmac-configuration.ts'
import type { IpvlanMode } from './ipvlan-words.ts'
import type { LvsConfiguration } from './lvs-configuration.ts'
import type { ScriptCommand } from './script-command.ts'
import type { Sourced } from './sourced.ts'
import type { NamedPeer, UnicastPeer } from './unicast-peer.ts'

/** Everything one node is told. */
export interface Configuration {
  /** The files that were read, the given one first. */
  readonly files: readonly string[]
  readonly global: GlobalConfiguration
  /** Instances that can run; one that lacks what it needs has an error and is not here. */
  readonly instances: readonly InstanceConfiguration[]
  readonly syncGroups: readonly SyncGroupConfiguration[]
  readonly scripts: readonly ScriptConfiguration[]
  /** static_ipaddress, static_routes, static_rules: set while the process runs, whatever the states. */
  readonly statics?: RouteSet & { readonly addresses: readonly AddressConfiguration[] }
  /** interface_up_down_delays. Absent: each change of link state counts at once. */
  readonly interfaceDelays?: readonly InterfaceDelayConfiguration[]
  readonly trackFiles: readonly TrackFileConfiguration[]
  readonly trackProcesses: readonly TrackProcessConfiguration[]
  /** Virtual servers and what belongs to them. Absent: nothing of LVS. */
  readonly lvs?: LvsConfiguration
}

/** How long a change of link state must last. */
export interface InterfaceDelayConfiguration {
  readonly interface: string
  /** Until the interface counts as down; 0: at once. */
  readonly down: Milliseconds
  /** Until it counts as up; 0: at once. */
  readonly up: Milliseconds
}

/** A virtual address with everything that virtual_ipaddress can say. */
export interface AddressConfiguration {
  /** Canonical text. */
  readonly address: string
  readonly prefixLength: number
  readonly interface: string
  readonly scope?: AddressScope
  readonly label?: string
  readonly broadcast?: string
  readonly peer?: string
  /** Seconds. */
  readonly preferredLifetime?: number | 'forever'
  /** `dad` is keepalived's `-nodad`. */
  readonly flags?: readonly ('home' | 'dad' | 'mngtmpaddr' | 'noprefixroute' | 'autojoin')[]
  /** False: `no_track`. */
  readonly tracked?: boolean
}

/** Timing of gratuitous ARP and unsolicited neighbour advertisements. */
export interface AnnouncementConfiguration {
  readonly repeat: number
  /** Until the second burst; 0: none. */
  readonly delay: Milliseconds
  /** 0: none. */
  readonly refresh: Milliseconds
  readonly refreshRepeat: number
  readonly lowerPriorityRepeat: number
  readonly lowerPriorityDelay: Milliseconds
  /** garp_extra_if: one for each interface that adverts do not leave from. Absent: none. */
  readonly extra?: ExtraGarp
  /** Between two frames on one interface, or in one garp_group. */
  readonly gap: Milliseconds
  /** The garp_group of the interface. Absent: the interface alone. */
  readonly gapGroup?: string
}

/** A tracked thing of an instance or group. */
export interface TrackerConfiguration {
  readonly kind: 'script' | 'interface' | 'file' | 'process'
  readonly name: string
  /** 0: a failure is a fault. Positive: added while ok. Negative: added while failing. */
  readonly weight: number
  readonly reverse: boolean
}

/** Scripts to call at a change of state. */
export interface NotifyConfiguration {
  readonly any?: ScriptCommand
  readonly master?: ScriptCommand
  readonly backup?: ScriptCommand
  readonly fault?: ScriptCommand
  readonly stop?: ScriptCommand
  readonly deleted?: ScriptCommand
  readonly masterRxLowerPriority?: ScriptCommand
}

/** use_vmac: interfaces with a virtual MAC, which the addresses name as theirs. */
export interface VirtualMacConfiguration {
  readonly interfaces: readonly {
    readonly name: string
    /** The interface below. */
    readonly parent: string
    readonly mac: string
    /** Whether it gets IPv4 and IPv6 addresses. */
    readonly ipv4: boolean
    readonly ipv6: boolean
  }[]
  /** vmac_xmit_base. Absent: adverts leave with the virtual MAC. */
  readonly transmitFromBase?: true
}

/** use_ipvlan: an interface that adverts leave from. */
export interface IpvlanConfiguration {
  readonly name: string
  readonly mode: IpvlanMode
  /** Its own address. Absent: the link-local one that the kernel gives it. */
  readonly address?: { readonly address: string; readonly prefixLength: number }
}

/** vrrp_instance. */
export interface InstanceConfiguration extends Sourced {
  readonly name: string
  /** After keepalived's corrections; only priority 255 really starts as master. */
  readonly state: 'MASTER' | 'BACKUP'
  readonly interface: string
  readonly version: 2 | 3
  readonly family: IpFamily
  readonly vrid: number
  readonly priority: number
  readonly interval: Milliseconds
  readonly preempt: boolean
  readonly preemptDelay: Milliseconds
  /** Answer what is sent to the virtual addresses. */
  readonly acceptMode: boolean
  readonly strict: boolean
  readonly downTimerAdverts: number
  /** As master, answer an advert of lower priority with our own. */
  readonly advertiseToLoser: boolean
  /** As master, send an advert before giving way. */
  readonly advertiseBeforeYield: boolean
  readonly addresses: readonly AddressConfiguration[]
  readonly excludedAddresses: readonly AddressConfiguration[]
  /** Set after the addresses, removed before them. Absent: none. */
  readonly routes?: readonly Route[]
  readonly rules?: readonly Rule[]
  readonly destination:
    | { readonly type: 'multicast'; readonly group: string }
    | {
        readonly type: 'unicast'
        readonly peers: readonly string[]
        /** TTL of adverts. Absent: 255. */
        readonly ttl?: number
        /** Refuse adverts of others than the peers. Absent: no. */
        readonly checkSource?: true
        /** A fault while there is no peer. Absent: no. */
        readonly needsPeer?: true
      }
  /** The peers with their TTL limits; empty for multicast. */
  readonly unicastPeers: readonly UnicastPeer[]
  /** Peers whose addresses are to be looked up. Absent: none. */
  readonly namedPeers?: readonly NamedPeer[]
  /** Source address of adverts. Absent: the primary one of the interface. */
  readonly source?: string
  /** Absent: the addresses are on real interfaces. */
  readonly virtualMac?: VirtualMacConfiguration
  /** Absent: adverts leave from the real interface. */
  readonly ipvlan?: IpvlanConfiguration
  readonly checksumForm: 'pseudo-header' | 'message'
  readonly authentication: { readonly type: 'none' } | { readonly type: 'simple' | 'ah'; readonly password: string }
  /** The authentication trailer (auth_hmac). Absent: none. */
  readonly hmac?: HmacTrailerConfiguration
  readonly announcements: AnnouncementConfiguration
  readonly trackers: readonly TrackerConfiguration[]
  /** Faults of the own interface count. */
  readonly trackPrimary: boolean
  /** A fault while the source address is absent (track_src_ip). Absent: no. */
  readonly trackSource?: true
  /** Priority 255 obeys and answers nobody. Absent: it does as the protocol says. */
  readonly ownerIgnoresAdverts?: true
  /** Backup after a late timer (timer_expired_backup, with nopreempt). Absent: no. */
  readonly timerExpiredBackup?: true
  /** Refuse adverts with other addresses; keepalived since 2.3.3 only counts them. */
  readonly strictAddressList: boolean
  readonly notify: NotifyConfiguration
  /** A reload that does away with it is told as DELETED. Absent: as FAULT. */
  readonly notifyDeleted?: true
  readonly smtpAlert: boolean
  /** Tell the FIFOs of changed priorities. Absent: no. */
  readonly notifyPriorityChanges?: true
  /** An address that goes takes no others of its subnet with it. Absent: the kernel does as it is set. */
  readonly promoteSecondaries?: true
}

/** vrrp_sync_group. */
export interface SyncGroupConfiguration extends Sourced {
  readonly name: string
  /** Names of instances that exist. */
  readonly members: readonly string[]
  /** Weights of the members' trackers count. */
  readonly trackingWeight: boolean
  readonly trackers: readonly TrackerConfiguration[]
  readonly notify: NotifyConfiguration
  readonly smtpAlert: boolean
  /** Tell the FIFOs of changed priorities. Absent: no. */
  readonly notifyPriorityChanges?: true
}

/** vrrp_script. */
export interface ScriptConfiguration extends Sourced {
  readonly name: string
  readonly command: ScriptCommand
  readonly interval: Milliseconds
  readonly timeout: Milliseconds
  readonly weight: number
  readonly reverse: boolean
  /** Successes in a row. */
  readonly rise: number
  /** Failures in a row. */
  readonly fall: number
  readonly initFail: boolean
}

/** track_file. */
export interface TrackFileConfiguration extends Sourced {
  readonly name: string
  readonly path: string
  /** By which the number in the file is multiplied; 0: a number that is not 0 is a fault. */
  readonly weight: number
  readonly reverse: boolean
  /** What is written at the start. */
  readonly initial?: { readonly value: number; readonly overwrite: boolean }
}

/** vrrp_track_process. */
export interface TrackProcessConfiguration extends Sourced {
  readonly name: string
  readonly command: string
  /** Absent: they do not matter. */
  readonly parameters?: { readonly words: readonly string[]; readonly match: 'exact' | 'partial' | 'initial' }
  readonly fullCommand: boolean
  readonly weight: number
  readonly reverse: boolean
  /** How many must run. */
  readonly quorum: number
  /** How many may run. Absent: any number. */
  readonly quorumMax?: number
  readonly forkDelay: Milliseconds
  readonly terminateDelay: Milliseconds
}
