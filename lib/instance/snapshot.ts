/**
 * What one virtual router is and knows at an instant, with the leaf names of RFC 8347. Plain data.
 */
import {
  activeDownInterval,
  type MachineState,
  type RouterState,
  skewTime,
  type TransitionReason,
  type VirtualRouter,
} from '../machine/index.ts'
import type { ChecksumForm } from '../packet/index.ts'
import type { Fault } from './event.ts'
import type { InstanceHistory } from './history.ts'
import type { PeerSnapshot } from './peer-table.ts'
import type { VirtualAddress } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'
import type { InstanceStatistics } from './statistics.ts'
import type { TrackerSnapshot } from './tracker-verdicts.ts'

/** See RFC 8347 `vrrp-instance` for the leaves with a hyphen. */
export interface InstanceSnapshot {
  readonly name: string
  readonly interface: string
  readonly family: 4 | 6
  readonly vrid: number
  readonly version: 2 | 3
  /** RFC 9568's word: `active` is RFC 8347's `master`. */
  readonly state: RouterState
  /** keepalived's word for the same, FAULT included. */
  readonly keepalivedState: 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT'
  readonly faults: readonly Fault[]
  /** What it tracks, with the latest verdicts and what they add to the priority. */
  readonly trackers: readonly TrackerSnapshot[]
  /** As configured. */
  readonly priority: number
  /** As advertised now. */
  readonly effectivePriority: number
  readonly 'is-owner': boolean
  /** Between our own adverts, ms. */
  readonly interval: number
  /** `hold-time` in ms. */
  readonly preempt: { readonly enabled: boolean; readonly 'hold-time': number }
  readonly 'accept-mode': boolean
  /** Which checksum we send. */
  readonly checksumForm: ChecksumForm
  /** Our own source address. */
  readonly primaryAddress: string | undefined
  readonly addresses: readonly VirtualAddress[]
  /** Sender of the last accepted advert. */
  readonly 'last-adv-source': string | undefined
  /** When it left initialize, ISO 8601. */
  readonly 'up-datetime': string | undefined
  /** When the state last changed, ISO 8601. */
  readonly 'last-transition-datetime': string | undefined
  /** Centiseconds, fractions kept. */
  readonly 'master-down-interval': number
  /** Microseconds. */
  readonly 'skew-time': number
  /** Why the state is what it is. */
  readonly 'last-event': TransitionReason | 'none'
  readonly 'new-master-reason': 'not-master' | 'priority' | 'preempted' | 'no-response'
  /** Routers heard, the last heard first; at most 16. */
  readonly peers: readonly PeerSnapshot[]
  readonly statistics: Readonly<InstanceStatistics> & { readonly 'discontinuity-datetime': string }
}

/** What a snapshot is taken of. */
export interface SnapshotSubject {
  readonly specification: InstanceSpecification
  readonly router: VirtualRouter
  readonly machine: MachineState
  readonly faults: readonly Fault[]
  readonly trackers: readonly TrackerSnapshot[]
  readonly source: string | undefined
}

/** Takes a snapshot. */
export function takeSnapshot(subject: SnapshotSubject, history: InstanceHistory): InstanceSnapshot {
  const { specification, router, machine, faults, trackers, source } = subject
  const { version, downTimerAdverts } = router
  const activeInterval = machine.state === 'backup' ? machine.activeInterval : router.interval
  return {
    name: specification.name,
    interface: specification.interface,
    family: specification.family,
    vrid: specification.vrid,
    version,
    state: machine.state,
    keepalivedState: keepalivedState(machine.state, faults.length > 0),
    faults,
    trackers,
    priority: router.priority,
    effectivePriority: machine.priority,
    'is-owner': router.priority === 255,
    interval: specification.interval,
    preempt: { enabled: specification.preempt, 'hold-time': specification.preemptDelay },
    'accept-mode': specification.acceptMode,
    checksumForm: checksumFormOf(specification),
    primaryAddress: source,
    addresses: specification.addresses,
    'last-adv-source': history.lastPeer?.address,
    'up-datetime': isoTime(history.upSince),
    'last-transition-datetime': isoTime(history.lastTransition),
    'master-down-interval': activeDownInterval(version, machine.priority, activeInterval, downTimerAdverts) / 10,
    'skew-time': skewTime(version, machine.priority, activeInterval) * 1000,
    'last-event': history.lastEvent ?? 'none',
    'new-master-reason': history.newMasterReason,
    peers: history.peers.list(),
    statistics: { 'discontinuity-datetime': new Date(history.since).toISOString(), ...history.statistics },
  }
}

/** Only version 3 over IPv4 has a choice. */
function checksumFormOf({ version, family, checksumForm }: InstanceSpecification): ChecksumForm {
  if (version === 2) return 'message'
  return family === 6 ? 'pseudo-header' : checksumForm
}

function isoTime(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString()
}

/** keepalived's word for a state of RFC 9568. */
export function keepalivedState(state: RouterState, faulty: boolean): InstanceSnapshot['keepalivedState'] {
  if (state === 'active') return 'MASTER'
  if (state === 'backup') return 'BACKUP'
  return faulty ? 'FAULT' : 'INIT'
}
