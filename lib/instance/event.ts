/**
 * What one virtual router tells, as plain data.
 */
import type { AnnouncementCause } from '../garp/plan.ts'
import type { Notice, RouterState, TransitionReason } from '../machine/index.ts'
import type { ChecksumForm, ReceiveError } from '../packet/index.ts'
import type { VirtualAddress } from './ports.ts'
import type { TrackerSpecification } from './specification.ts'

/** Why an instance cannot run: `initialize` with one or more of these is keepalived's FAULT. */
export type Fault =
  | { readonly type: 'interface-missing'; readonly interface: string }
  | { readonly type: 'interface-down'; readonly interface: string }
  | { readonly type: 'no-primary-address'; readonly interface: string }
  | { readonly type: 'tracker'; readonly kind: TrackerSpecification['kind']; readonly name: string }
  /** Unicast: there is no peer, and one is needed. */
  | { readonly type: 'no-peer' }
  /** The kernel refused an address. */
  | { readonly type: 'addresses'; readonly message: string }
  /** The transport could not be opened. */
  | { readonly type: 'transport'; readonly message: string }
  /** Another member of the sync group has a fault. */
  | { readonly type: 'sync-group'; readonly group: string }

/** The state changed. */
export interface TransitionEvent {
  readonly type: 'transition'
  readonly from: RouterState
  readonly to: RouterState
  readonly reason: TransitionReason
  /** Effective priority now. */
  readonly priority: number
  /** The other router that this is about, if there is one. */
  readonly peer?: { readonly address: string; readonly priority: number }
}

/** What happened to one instance. */
export type InstanceEvent =
  | TransitionEvent
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'advertisement-sent'; readonly priority: number }
  | {
      readonly type: 'advertisement-received'
      readonly source: string
      readonly priority: number
      readonly checksumForm: ChecksumForm
    }
  | {
      readonly type: 'advertisement-refused'
      readonly source: string
      readonly reason: ReceiveError
      readonly message: string
      /** Refused since the last that was told and not told themselves: no more than 100 a second are. */
      readonly untold?: number
    }
  /** The own address is among the unicast peers: nothing is sent there. */
  | { readonly type: 'own-peer'; readonly address: string }
  /** An advertisement that counts, but is not as it should be (address list, interval). Told once until its cause changes. */
  | { readonly type: 'advertisement-questioned'; readonly source: string; readonly message: string }
  /** The desired set changed: `addresses` are being put on (`present`), or taken off. */
  | { readonly type: 'addresses'; readonly present: boolean; readonly addresses: readonly VirtualAddress[] }
  /** Addresses of an earlier run were found at the start and removed. */
  | { readonly type: 'left-over-removed'; readonly addresses: readonly VirtualAddress[] }
  /** Somebody else took held addresses off. `restored`: they are put back; otherwise mastership is given up. */
  | { readonly type: 'addresses-taken'; readonly addresses: readonly VirtualAddress[]; readonly restored: boolean }
  /** The kernel refused a route or a rule; the addresses are not touched by that. */
  | { readonly type: 'routes-refused'; readonly message: string }
  /** Somebody deleted a route or rule that the active router had set. `restored`: it was put back. */
  | { readonly type: 'route-taken'; readonly route: string; readonly restored: boolean }
  /** The kernel cannot drop packets to the addresses, as the accept mode asks; nothing else changes. */
  | { readonly type: 'filter-refused'; readonly message: string }
  /** A virtual MAC interface was made, at the start or because somebody deleted it. */
  | {
      readonly type: 'virtual-interface-made'
      readonly interface: string
      readonly mac: string
      readonly kind: 'virtual-mac' | 'ipvlan'
    }
  /** The kernel refused a virtual MAC interface, or part of its settings. */
  | { readonly type: 'virtual-interface-refused'; readonly message: string }
  /** One frame announced one address. */
  | {
      readonly type: 'announced'
      readonly address: string
      readonly interface: string
      readonly cause: AnnouncementCause
    }
  /** A message or frame could not be sent. `count` of them since it last worked. */
  | {
      readonly type: 'send-failed'
      readonly what: 'advertisement' | 'announcement'
      readonly message: string
      readonly count: number
    }
  | { readonly type: 'fault'; readonly fault: Fault; readonly count: number }
  | { readonly type: 'fault-cleared'; readonly fault: Fault; readonly count: number }
