/**
 * A node of a simulated cluster, as it is described, and the names in it that a scenario may use.
 */
import type { NodeSpecification } from '../engine/specification.ts'

/** One node to simulate. */
export interface SimulationNode {
  /** Unique; what the timeline calls it. */
  readonly name: string
  /** More names for scenario steps (the file's basename, the router_id). */
  readonly aliases?: readonly string[]
  readonly specification: NodeSpecification
}

/** Every real interface that a node needs: to advertise on, to hold addresses on, to track. In order of appearance. */
export function interfacesOf(specification: NodeSpecification): string[] {
  const names = new Set<string>()
  for (const instance of specification.instances) {
    names.add(instance.interface)
    const virtual = instance.virtualMac?.interfaces ?? []
    for (const { parent } of virtual) names.add(parent)
    for (const address of [...instance.addresses, ...instance.excludedAddresses]) {
      if (!virtual.some(({ name }) => name === address.interface)) names.add(address.interface)
    }
    for (const { kind, name } of instance.trackers) if (kind === 'interface') names.add(name)
  }
  return [...names]
}

/** Names of the scripts, processes and files that a node tracks. */
export function scriptsOf(specification: NodeSpecification): string[] {
  const names = new Set<string>()
  for (const { trackers } of specification.instances) {
    for (const { kind, name } of trackers) if (kind !== 'interface') names.add(name)
  }
  return [...names]
}
