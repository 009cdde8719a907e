/**
 * What a running router tells of itself, as plain data: the answer of the status socket and of `vrrp-cli status --json`.
 * Leaf names are those of RFC 8347 where it has them, and in its spelling elsewhere. Described in docs/status.md, and for
 * machines in {@link NODE_STATUS_SCHEMA}.
 */
import type { Fault, InstanceSnapshot, TrackerSnapshot } from '../instance/index.ts'
import type { TransitionReason } from '../machine/index.ts'
import type { ChecksumForm } from '../packet/index.ts'
import type { LvsStatus } from './lvs-status.ts'

/** Version of the document. It changes when a leaf changes its meaning or goes; new leaves may come without. */
export const NODE_STATUS_VERSION = 1

/** Transitions kept for each instance. */
export const TRANSITIONS_KEPT = 32

/** RFC 8347's word for a state: `master` is RFC 9568's Active. */
export type StatusState = 'initialize' | 'backup' | 'master'

/** The whole node. Instants are ISO 8601 in UTC, durations in the unit that the leaf's description tells. */
export interface NodeStatus {
  readonly version: typeof NODE_STATUS_VERSION
  /** When this was taken. */
  readonly time: string
  readonly program: {
    readonly name: string
    readonly version: string
    readonly pid: number
    readonly started: string
  }
  readonly configuration: {
    /** Undefined (absent) for a router that was made by a program. */
    readonly file?: string
    /** What was found wrong with the configuration that runs. */
    readonly diagnostics: readonly ConfigurationDiagnostic[]
  }
  readonly instances: readonly InstanceStatus[]
  readonly 'sync-groups': readonly SyncGroupStatus[]
  /** RFC 8347 `/vrrp/statistics`. */
  readonly statistics: {
    readonly 'checksum-errors': number
    readonly 'version-errors': number
    readonly 'vrid-errors': number
    readonly 'ip-ttl-errors': number
  }
  readonly warnings: readonly StatusWarning[]
  /** Absent: the configuration has no virtual server. */
  readonly lvs?: LvsStatus
}

/** One remark about the configuration. */
export interface ConfigurationDiagnostic {
  readonly severity: string
  readonly code: string
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A sync group. */
export interface SyncGroupStatus {
  readonly name: string
  readonly members: readonly string[]
  readonly state: StatusState
}

/** One virtual router: RFC 8347 `vrrp-instance`. */
export interface InstanceStatus {
  readonly name: string
  readonly interface: string
  readonly family: 'ipv4' | 'ipv6'
  readonly vrid: number
  readonly version: 'vrrp-v2' | 'vrrp-v3'
  readonly state: StatusState
  readonly 'keepalived-state': InstanceSnapshot['keepalivedState']
  /** When it entered this state; absent before the first. */
  readonly 'state-since'?: string
  readonly 'sync-group'?: string
  /** Why it cannot run. */
  readonly faults: readonly { readonly type: Fault['type']; readonly text: string }[]
  /** As configured, 1-255. */
  readonly priority: number
  /** With what the trackers add, as advertised. */
  readonly 'effective-priority': number
  readonly 'is-owner': boolean
  readonly preempt: {
    readonly enabled: boolean
    /** Seconds. */
    readonly 'hold-time': number
  }
  readonly 'accept-mode': boolean
  /** Centiseconds, also for version 2. */
  readonly 'advertise-interval-centi-sec': number
  readonly 'checksum-form': ChecksumForm
  /** Our own source address; absent while the interface has none. */
  readonly 'primary-address'?: string
  readonly 'virtual-addresses': readonly {
    readonly address: string
    readonly 'prefix-length': number
    readonly interface: string
  }[]
  /** The master, as far as we know: ourselves, or the router last heard. Absent in initialize and before any was heard. */
  readonly master?: { readonly address: string; readonly priority: number; readonly self: boolean }
  readonly 'last-adv-source'?: string
  readonly 'up-datetime'?: string
  /** Centiseconds. */
  readonly 'master-down-interval': number
  /** Microseconds. */
  readonly 'skew-time': number
  readonly 'last-event': TransitionReason | 'none'
  readonly 'new-master-reason': InstanceSnapshot['new-master-reason']
  readonly trackers: readonly TrackerStatus[]
  /** The last heard first, at most 16. */
  readonly peers: readonly PeerStatus[]
  readonly statistics: InstanceSnapshot['statistics']
  /** The oldest first, at most {@link TRANSITIONS_KEPT}. */
  readonly transitions: readonly TransitionStatus[]
}

/** A tracked thing. */
export interface TrackerStatus {
  readonly kind: TrackerSnapshot['kind']
  readonly name: string
  readonly weight: number
  readonly reverse: boolean
  readonly verdict: TrackerSnapshot['verdict']
  /** The number of a tracked file. */
  readonly value?: number
  /** What it adds to the priority now. */
  readonly 'priority-change': number
}

/** A router that was heard. A backup advertises nothing: it is here only if it was master once. */
export interface PeerStatus {
  readonly address: string
  /** As last advertised; 0 when it resigned. */
  readonly priority: number
  readonly 'advertise-interval-centi-sec': number
  readonly 'checksum-form': ChecksumForm
  readonly 'last-heard': string
}

/** A change of state. */
export interface TransitionStatus {
  readonly time: string
  readonly from: StatusState
  readonly to: StatusState
  readonly reason: TransitionReason
  /** The reason in plain words. */
  readonly text: string
  /** Our effective priority at that time. */
  readonly priority: number
  /** The other router that it is about. */
  readonly peer?: { readonly address: string; readonly priority: number }
}

/** The kinds of {@link StatusWarning}. */
export const WARNING_TYPES = [
  'split-brain',
  'flapping',
  'interval-mismatch',
  'address-list-mismatch',
  'checksum-form-mismatch',
  'authentication-mismatch',
  'version-mismatch',
  'advertisement-refused',
  'clock-skew',
  'duplicate-address',
  'addresses-taken',
  'cannot-send',
] as const

/** Something that an operator should look at. It goes away by itself when its cause does. */
export interface StatusWarning {
  readonly type: (typeof WARNING_TYPES)[number]
  readonly instance: string
  /** The other router that it is about. */
  readonly peer?: string
  readonly since?: string
  readonly text: string
}
