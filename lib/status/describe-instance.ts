/**
 * One virtual router as status tells it: its snapshot and what is remembered of it, put together.
 */
import { describeFault } from '../instance/describe-fault.ts'
import type { InstanceSnapshot } from '../instance/index.ts'
import { statusState } from './describe-transition.ts'
import type { InstanceRecord } from './instance-memory.ts'
import type { InstanceStatus } from './node-status.ts'

/**
 * Puts it together.
 * @param wallTimeOf - from the engine's clock to the wall clock, both ms
 */
export function describeInstance(
  snapshot: InstanceSnapshot,
  record: InstanceRecord,
  syncGroup: string | undefined,
  wallTimeOf: (at: number) => number,
): InstanceStatus {
  const since = record.transitions.at(-1)?.status.time
  const master = masterOf(snapshot)
  const { primaryAddress, 'last-adv-source': source, 'up-datetime': up } = snapshot
  return {
    name: snapshot.name,
    interface: snapshot.interface,
    family: snapshot.family === 4 ? 'ipv4' : 'ipv6',
    vrid: snapshot.vrid,
    version: snapshot.version === 2 ? 'vrrp-v2' : 'vrrp-v3',
    state: statusState(snapshot.state),
    'keepalived-state': snapshot.keepalivedState,
    ...(since !== undefined && { 'state-since': since }),
    ...(syncGroup !== undefined && { 'sync-group': syncGroup }),
    faults: snapshot.faults.map(fault => ({ type: fault.type, text: describeFault(fault) })),
    priority: snapshot.priority,
    'effective-priority': snapshot.effectivePriority,
    'is-owner': snapshot['is-owner'],
    preempt: { enabled: snapshot.preempt.enabled, 'hold-time': snapshot.preempt['hold-time'] / 1000 },
    'accept-mode': snapshot['accept-mode'],
    'advertise-interval-centi-sec': snapshot.interval / 10,
    'checksum-form': snapshot.checksumForm,
    ...(primaryAddress !== undefined && { 'primary-address': primaryAddress }),
    'virtual-addresses': snapshot.addresses.map(({ address, prefixLength, interface: device }) => ({
      address,
      'prefix-length': prefixLength,
      interface: device,
    })),
    ...(master !== undefined && { master }),
    ...(source !== undefined && { 'last-adv-source': source }),
    ...(up !== undefined && { 'up-datetime': up }),
    'master-down-interval': snapshot['master-down-interval'],
    'skew-time': snapshot['skew-time'],
    'last-event': snapshot['last-event'],
    'new-master-reason': snapshot['new-master-reason'],
    trackers: snapshot.trackers.map(({ kind, name, weight, reverse, verdict, value, change }) => ({
      kind,
      name,
      weight,
      reverse,
      verdict,
      ...(value !== undefined && { value }),
      'priority-change': change,
    })),
    peers: snapshot.peers.map(({ address, priority, intervalMs, checksumForm, lastHeardAt }) => ({
      address,
      priority,
      'advertise-interval-centi-sec': intervalMs / 10,
      'checksum-form': checksumForm,
      'last-heard': iso(wallTimeOf(lastHeardAt)),
    })),
    statistics: snapshot.statistics,
    transitions: record.transitions.map(({ status }) => status),
  }
}

function masterOf(snapshot: InstanceSnapshot): InstanceStatus['master'] {
  const { state, primaryAddress, effectivePriority, peers, 'last-adv-source': source } = snapshot
  if (state === 'initialize') return undefined
  if (state === 'active') {
    return primaryAddress === undefined
      ? undefined
      : { address: primaryAddress, priority: effectivePriority, self: true }
  }
  const heard = peers.find(({ address }) => address === source)
  return heard && { address: heard.address, priority: heard.priority, self: false }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
