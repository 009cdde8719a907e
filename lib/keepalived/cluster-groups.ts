/**
 * Sync groups of several nodes against each other. Names of groups and instances may differ; virtual routers count.
 */
import type { ClusterNode, VirtualRouterSet } from './cluster-node.ts'
import type { InstanceConfiguration, SyncGroupConfiguration } from './configuration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { positionOf } from './sourced.ts'

interface NodeGroup {
  readonly node: ClusterNode
  readonly group: SyncGroupConfiguration
  readonly routers: ReadonlySet<VirtualRouterSet>
}

/** Reports groups that exist on some nodes only, have other members, or are pulled in two directions. */
export function checkClusterGroups(
  nodes: readonly ClusterNode[],
  routers: readonly VirtualRouterSet[],
  log: DiagnosticLog,
): void {
  const routerOf = new Map<InstanceConfiguration, VirtualRouterSet>()
  for (const router of routers) for (const { instance } of router) routerOf.set(instance, router)
  const groups = nodes.flatMap(node => {
    const instances = new Map(node.configuration.instances.map(instance => [instance.name, instance]))
    return node.configuration.syncGroups.map(group => resolve(node, group, instances, routerOf))
  })
  const compared = new Map<NodeGroup, Set<NodeGroup>>()
  const groupOf = new Map<ClusterNode, Map<VirtualRouterSet, NodeGroup>>(nodes.map(node => [node, new Map()]))
  for (const group of groups) for (const router of group.routers) groupOf.get(group.node)?.set(router, group)
  for (const one of groups) {
    for (const node of nodes) {
      if (node === one.node) continue
      const shared = [...one.routers].filter(router => router.some(member => member.node === node))
      if (shared.length === 0) continue
      const found = shared.find(router => groupOf.get(node)?.has(router))
      const other = found === undefined ? undefined : groupOf.get(node)?.get(found)
      if (other === undefined) {
        const message = `the sync group '${one.group.name}' does not exist in ${node.name}: after a failure there its instances part, here they do not. Add the same vrrp_sync_group there`
        log.report('cluster-sync-group', positionOf(one.group), message)
        continue
      }
      if (compared.get(other)?.has(one)) continue
      compared.set(one, (compared.get(one) ?? new Set()).add(other))
      if (one.routers.size === other.routers.size && [...one.routers].every(router => other.routers.has(router)))
        continue
      const message = `the sync group '${other.group.name}' (${other.group.members.join(', ')}) has other members than '${one.group.name}' (${one.group.members.join(', ')}) on the other node`
      const related = [{ ...positionOf(one.group, 'group'), message: `'${one.group.name}'` }]
      log.report('cluster-sync-group', positionOf(other.group, 'group'), message, { related })
    }
  }
  for (const group of groups) checkCrossed(group, log)
}

function resolve(
  node: ClusterNode,
  group: SyncGroupConfiguration,
  instances: ReadonlyMap<string, InstanceConfiguration>,
  routerOf: ReadonlyMap<InstanceConfiguration, VirtualRouterSet>,
): NodeGroup {
  const routers = new Set<VirtualRouterSet>()
  for (const member of group.members) {
    const instance = instances.get(member)
    const router = instance === undefined ? undefined : routerOf.get(instance)
    if (router !== undefined) routers.add(router)
  }
  return { node, group, routers }
}

/** A group can be master on one node only: its members must prefer the same one. */
function checkCrossed({ node, group, routers }: NodeGroup, log: DiagnosticLog): void {
  let preferred: { readonly node: ClusterNode; readonly instance: InstanceConfiguration } | undefined
  for (const router of routers) {
    // Said once for a group: on the first node of its routers.
    if (router[0]?.node !== node) return
    const best = router.toSorted((a, b) => b.instance.priority - a.instance.priority)
    const [first, second] = best
    if (first === undefined || second === undefined || first.instance.priority === second.instance.priority) continue
    if (preferred === undefined) {
      preferred = first
    } else if (preferred.node !== first.node) {
      const message = `members of the sync group '${group.name}' pull in two directions: '${preferred.instance.name}' has its highest priority in ${preferred.node.name}, '${first.instance.name}' in ${first.node.name}. The group goes back and forth between them`
      const related = [
        { ...positionOf(preferred.instance, 'priority'), message: `highest of '${preferred.instance.name}'` },
        { ...positionOf(first.instance, 'priority'), message: `highest of '${first.instance.name}'` },
      ]
      log.report('cluster-crossed', positionOf(group, 'group'), message, { related })
      return
    }
  }
}
