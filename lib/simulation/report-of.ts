/**
 * Draws up the report of a simulation from what was recorded.
 */
import type { InstanceSpecification } from '../instance/specification.ts'
import type { Milliseconds } from '../time/units.ts'
import { settleTime } from './default-scenario.ts'
import { reportAddress } from './gaps.ts'
import type { AddressHistory } from './ledger.ts'
import type { MemoryNetwork, NetworkConditions } from './memory-network.ts'
import type { SimulationNode } from './node.ts'
import { findProblems } from './problems.ts'
import type { AddressReport, SimulationReport } from './report.ts'
import { formatAction, type ScenarioStep } from './scenario-step.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { Takeover } from './takeover.ts'
import type { TimelineEntry } from './timeline-entry.ts'

/** Advertisements of one node so far. */
export interface AdvertisementCount {
  sent: number
  received: number
  refused: number
}

/** What was recorded. */
export interface SimulationRecord {
  readonly seed: number
  readonly now: Milliseconds
  readonly conditions: NetworkConditions
  /** What was done, in order of time. */
  readonly steps: readonly ScenarioStep[]
  readonly described: readonly SimulationNode[]
  readonly nodes: ReadonlyMap<string, SimulatedNode>
  readonly network: MemoryNetwork
  readonly timeline: readonly TimelineEntry[]
  readonly takeovers: readonly Takeover[]
  readonly histories: readonly AddressHistory[]
  readonly counts: ReadonlyMap<string, AdvertisementCount>
}

/** The report as of now. */
export function reportOf(record: SimulationRecord): SimulationReport {
  const { now, steps, described, nodes, network } = record
  const addresses = record.histories.map(history => reportHistory(history, record))
  const running = (node: string): boolean => nodes.get(node)?.engine !== undefined
  const problems = addresses.flatMap(address =>
    findProblems(address, { network, running, able: about => ableNodes(about, nodes) }),
  )
  return {
    seed: record.seed,
    duration: now,
    conditions: record.conditions,
    scenario: steps.map(({ at, action }) => ({ at, step: formatAction(action) })),
    nodes: described.map(({ name, aliases, specification }) => ({
      name,
      aliases: aliases ?? [],
      interfaces: [...(nodes.get(name)?.host.interfaces.values() ?? [])].map(({ name, own }) => ({
        name,
        addresses: own,
      })),
      instances: specification.instances.map(({ name, interface: on, version, vrid, priority, interval }) => ({
        ...{ name, interface: on, version, vrid, priority, interval },
      })),
      running: running(name),
      advertisements: { ...(record.counts.get(name) ?? { sent: 0, received: 0, refused: 0 }) },
    })),
    timeline: record.timeline,
    takeovers: record.takeovers,
    addresses,
    frames: network.statistics,
    settled: now - (steps.at(-1)?.at ?? 0) >= settleTime(described),
    problems,
    ok: problems.every(({ severity }) => severity === 'warning'),
  }
}

function reportHistory(history: AddressHistory, record: SimulationRecord): AddressReport {
  const holders = record.described.flatMap(({ name, specification }) =>
    specification.instances.filter(instance => holds(instance, history)).map(instance => ({ name, instance })),
  )
  return reportAddress(history, {
    end: record.now,
    steps: record.steps,
    conditions: record.conditions,
    takeovers: record.takeovers,
    interval: holders.reduce(
      (longest, { instance }) => (instance.interval > longest ? instance.interval : longest),
      0 as Milliseconds,
    ),
    holds: (node, name) => holders.some(holder => holder.name === node && holder.instance.name === name),
  })
}

/** Nodes that have an instance with the address which is not held back by a fault. */
function ableNodes(address: AddressReport, nodes: ReadonlyMap<string, SimulatedNode>): string[] {
  return [...nodes.values()]
    .filter(({ engine, specification }) => {
      const states = engine?.snapshot().instances ?? []
      return specification.instances.some(
        instance =>
          holds(instance, address) &&
          states.some(({ name, state }) => name === instance.name && state !== 'initialize'),
      )
    })
    .map(({ name }) => name)
}

function holds(
  instance: InstanceSpecification,
  about: { readonly address: string; readonly interface: string },
): boolean {
  return [...instance.addresses, ...instance.excludedAddresses].some(
    held => held.address === about.address && held.interface === about.interface,
  )
}
