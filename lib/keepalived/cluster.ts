/**
 * Several configurations as the nodes of one cluster: what has to be the same on all of them, and what must differ.
 */
import { checkClusterGroups } from './cluster-groups.ts'
import { compareInstances } from './cluster-instances.ts'
import type { ClusterNode, NodeInstance, VirtualRouterSet } from './cluster-node.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { Diagnostic } from './diagnostic.ts'
import { DiagnosticLog } from './diagnostic-log.ts'
import { positionOf } from './sourced.ts'

/**
 * Checks nodes against each other. Each diagnostic stands in one file and points to the other with `related`; a
 * password is never shown.
 */
export function checkCluster(nodes: readonly ClusterNode[]): readonly Diagnostic[] {
  const log = new DiagnosticLog()
  if (nodes.length < 2) return []
  const routers = matchInstances(nodes)
  const reused = checkAddresses(routers, log)
  for (const router of routers) {
    checkPresence(router, nodes, reused, log)
    compareInstances(router, log)
  }
  checkClusterGroups(nodes, routers, log)
  checkRouterIds(nodes, log)
  return log.sorted()
}

/**
 * Which instances are one virtual router: those of one family and VRID; interfaces count only where a node uses the
 * VRID on several, since one network can have different interface names on different nodes.
 */
export function matchInstances(nodes: readonly ClusterNode[]): readonly VirtualRouterSet[] {
  const byId = new Map<string, NodeInstance[]>()
  for (const node of nodes) {
    for (const instance of node.configuration.instances) {
      const key = `${instance.family} ${instance.vrid}`
      const members = byId.get(key)
      if (members === undefined) byId.set(key, [{ node, instance }])
      else members.push({ node, instance })
    }
  }
  return [...byId.values()].flatMap(members => {
    if (new Set(members.map(member => member.node)).size === members.length) return [members]
    const byInterface = new Map<string, Map<ClusterNode, NodeInstance>>()
    for (const member of members) {
      const key = member.instance.interface
      const set = byInterface.get(key) ?? new Map<ClusterNode, NodeInstance>()
      // Two on one interface of one node is an error of that file; the first one stands for it here.
      if (!set.has(member.node)) set.set(member.node, member)
      byInterface.set(key, set)
    }
    return [...byInterface.values()].map(set => [...set.values()])
  })
}

/** One address in two virtual routers of different nodes. Returns the instances that this was said of. */
function checkAddresses(routers: readonly VirtualRouterSet[], log: DiagnosticLog): ReadonlySet<InstanceConfiguration> {
  const reported = new Set<InstanceConfiguration>()
  const holders = new Map<string, { readonly router: VirtualRouterSet; readonly member: NodeInstance }>()
  for (const router of routers) {
    for (const member of router) {
      for (const { address } of member.instance.addresses) {
        const holder = holders.get(address)
        if (holder === undefined) {
          holders.set(address, { router, member })
          continue
        }
        const { instance: other } = holder.member
        const { instance } = member
        if (holder.router === router || holder.member.node === member.node || reported.has(instance)) continue
        reported.add(instance).add(other)
        const message = `${address} belongs to virtual router ${instance.vrid} here and to ${other.vrid} on the other node: both hold it at once. Give '${instance.name}' and '${other.name}' the same virtual_router_id`
        const related = [
          {
            ...positionOf(other, 'virtual_router_id'),
            message: `'${other.name}' has ${address} and virtual_router_id ${other.vrid}`,
          },
        ]
        log.report('cluster-address-reused', positionOf(instance, 'virtual_router_id'), message, { related })
      }
    }
  }
  return reported
}

function checkPresence(
  router: VirtualRouterSet,
  nodes: readonly ClusterNode[],
  reused: ReadonlySet<InstanceConfiguration>,
  log: DiagnosticLog,
): void {
  const absent = nodes.filter(node => !router.some(member => member.node === node))
  const [first] = router
  if (first === undefined || absent.length === 0 || router.some(member => reused.has(member.instance))) return
  const { instance } = first
  const names = absent.map(node => node.name).join(', ')
  const follows = router.length === 1 ? 'nobody takes over from it' : 'it cannot take over there'
  const message = `virtual router ${instance.vrid} ('${instance.name}') does not exist in ${names}: ${follows}`
  log.report('cluster-vrid-alone', positionOf(instance, 'virtual_router_id'), message)
}

function checkRouterIds(nodes: readonly ClusterNode[], log: DiagnosticLog): void {
  const seen = new Map<string, ClusterNode>()
  for (const node of nodes) {
    const { global } = node.configuration
    if (global.routerId === undefined) continue
    const other = seen.get(global.routerId)
    if (other === undefined) {
      seen.set(global.routerId, node)
      continue
    }
    const related = [
      { ...positionOf(other.configuration.global, 'router_id'), message: 'the other node calls itself the same' },
    ]
    const message = `two nodes have the router_id '${global.routerId}': their mails cannot be told apart`
    log.report('cluster-router-id', positionOf(global, 'router_id'), message, { related })
  }
}
