/**
 * Nodes for the tests of the simulation: the instance of the simplest mode of keepalived, with what a test changes.
 */
import { DEFAULT_ANNOUNCEMENT_TIMING } from '../../lib/garp/index.ts'
import type { InstanceSpecification, VirtualAddress } from '../../lib/instance/index.ts'
import type { SimulationNode, SimulationReport } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** The virtual address of {@link instance}. */
export const VIP = '10.16.8.100'

/** An address on an interface. */
export function held(address: string, on = 'eth0'): VirtualAddress {
  return { address, prefixLength: address.includes(':') ? 128 : 32, interface: on }
}

/** VRID 103, version 2, every second, priority 100, holding {@link VIP} on eth0. */
export function instance(changes: Partial<InstanceSpecification> = {}): InstanceSpecification {
  return {
    name: 'VI_1',
    interface: 'eth0',
    version: 2,
    family: 4,
    vrid: 103,
    priority: 100,
    interval: milliseconds(1000),
    preempt: true,
    preemptDelay: milliseconds(0),
    acceptMode: true,
    downTimerAdverts: 3,
    advertiseToLoser: true,
    advertiseBeforeYield: false,
    addresses: [held(VIP)],
    excludedAddresses: [],
    destination: { type: 'multicast', group: '224.0.0.111' },
    checksumForm: 'pseudo-header',
    authentication: changes.version === 3 ? { type: 'none' } : { type: 'simple', password: 'renwole0' },
    announcements: DEFAULT_ANNOUNCEMENT_TIMING,
    trackers: [],
    strictAddressList: false,
    ...changes,
  }
}

/** A node with these instances. */
export function node(name: string, ...instances: InstanceSpecification[]): SimulationNode {
  return { name, specification: { instances, syncGroups: [] } }
}

/** A, B, C … with one instance each. */
export function cluster(...changes: Partial<InstanceSpecification>[]): SimulationNode[] {
  return changes.map((change, index) => node(String.fromCharCode(65 + index), instance(change)))
}

/** Each holding of the address as `holders from..to` in milliseconds, microseconds rounded. */
export function holdings(report: SimulationReport, address = VIP): string[] {
  const found = report.addresses.find(each => each.address === address)
  const round = (value: number): number => Math.round(value * 1000) / 1000
  return (found?.holdings ?? []).map(
    ({ from, to, holders }) => `${holders.join('+') || '-'} ${round(from)}..${round(to)}`,
  )
}

/** Transitions as `ms node from->to reason`. */
export function transitions(report: SimulationReport): string[] {
  return report.timeline.flatMap(entry =>
    entry.type === 'transition'
      ? [`${Math.round(entry.at * 1000) / 1000} ${entry.node} ${entry.from}->${entry.to} ${entry.reason}`]
      : [],
  )
}
