/**
 * The nodes' own addresses. A configuration rarely says them (mcast_src_ip, unicast_src_ip), because the kernel knows
 * them; the simulation finds them in the peers' lists, or invents them.
 */
import { destinationsOf } from '../instance/destinations.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import { familyOf, type IpFamily } from '../net/ip.ts'
import { addressOfPeer } from '../packet/index.ts'
import { interfacesOf, type SimulationNode } from './node.ts'

/** Own addresses by node and interface, canonical text; the first of a family is the primary one. */
export type AddressPlan = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/**
 * Own addresses for every interface of every node: each configured source address; for unicast instances without one,
 * the address that only the others name as a peer; else 198.18.SEGMENT.NODE (the benchmarking network of RFC 2544) and
 * fe80::SEGMENT:NODE, both counted from 1 in order of appearance, so that the later node wins a tie.
 */
export function addressPlan(nodes: readonly SimulationNode[]): AddressPlan {
  const segments = [...new Set(nodes.flatMap(({ specification }) => interfacesOf(specification)))]
  return new Map(
    nodes.map((node, index) => {
      const interfaces = interfacesOf(node.specification).map((name): [string, string[]] => {
        const own = new Set<string>()
        for (const instance of node.specification.instances) {
          if (instance.interface !== name) continue
          const address = instance.source ?? inferredSource(node, instance, nodes)
          if (address !== undefined) own.add(address)
        }
        const segment = segments.indexOf(name) + 1
        const found = [...own]
        if (!found.some(address => familyOf(address) === 4)) own.add(`198.18.${segment}.${index + 1}`)
        if (!found.some(address => familyOf(address) === 6)) own.add(`fe80::${hex(segment)}:${hex(index + 1)}`)
        return [name, [...own]]
      })
      return [node.name, new Map(interfaces)]
    }),
  )
}

/** The address from which an instance will send. */
export function sourceOf(plan: AddressPlan, node: string, instance: InstanceSpecification): string | undefined {
  return instance.source ?? primaryOf(plan.get(node)?.get(instance.interface) ?? [], instance.family)
}

function primaryOf(addresses: readonly string[], family: IpFamily): string | undefined {
  return addresses.find(address => familyOf(address) === family)
}

function inferredSource(
  node: SimulationNode,
  instance: InstanceSpecification,
  nodes: readonly SimulationNode[],
): string | undefined {
  if (instance.destination.type !== 'unicast') return undefined
  const candidates = new Set<string>()
  const taken = new Set(destinationsOf(instance))
  for (const other of nodes) {
    if (other === node) continue
    for (const { vrid, family, destination, source } of other.specification.instances) {
      if (vrid !== instance.vrid || family !== instance.family || destination.type !== 'unicast') continue
      for (const peer of destination.peers) candidates.add(addressOfPeer(peer))
      if (source !== undefined) taken.add(source)
    }
  }
  const left = [...candidates].filter(address => !taken.has(address))
  return left.length === 1 ? left[0] : undefined
}

function hex(value: number): string {
  return value.toString(16)
}
