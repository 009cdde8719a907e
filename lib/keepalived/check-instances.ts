/**
 * Checks between the instances of one node.
 */
import type { InstanceConfiguration } from './configuration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { positionOf } from './sourced.ts'

/** Reports instances that get in each other's way. */
export function checkInstances(instances: readonly InstanceConfiguration[], log: DiagnosticLog): void {
  checkRouterIds(instances, log)
  checkAddresses(instances, log)
}

/** Two instances that hear the same adverts need different VRIDs; keepalived does not start otherwise. */
function checkRouterIds(instances: readonly InstanceConfiguration[], log: DiagnosticLog): void {
  const seen = new Map<string, InstanceConfiguration>()
  for (const instance of instances) {
    const { name, interface: device, vrid, family, destination } = instance
    const sources = destination.type === 'multicast' ? [destination.group] : destination.peers
    const keys = sources.map(source => `${device} ${family} ${vrid} ${destination.type} ${source}`)
    const clash = keys.map(key => seen.get(key)).find(other => other !== undefined)
    for (const key of keys) if (!seen.has(key)) seen.set(key, instance)
    if (clash === undefined) continue
    const message = `'${name}' and '${clash.name}' both use virtual_router_id ${vrid} with IPv${family} on '${device}': keepalived does not start like this, give one of them another number`
    const related = [{ ...positionOf(clash, 'virtual_router_id'), message: `'${clash.name}' has it here` }]
    log.report('duplicate-vrid', positionOf(instance, 'virtual_router_id'), message, { related })
  }
}

function checkAddresses(instances: readonly InstanceConfiguration[], log: DiagnosticLog): void {
  const holders = new Map<string, InstanceConfiguration>()
  for (const instance of instances) {
    for (const { address, interface: device } of [...instance.addresses, ...instance.excludedAddresses]) {
      const key = `${address} ${device}`
      const holder = holders.get(key)
      if (holder === undefined) {
        holders.set(key, instance)
      } else if (holder !== instance) {
        const message = `'${instance.name}' and '${holder.name}' both hold ${address}: the one that leaves takes it away from the other`
        const related = [{ ...positionOf(holder, 'virtual_ipaddress'), message: `'${holder.name}' lists it here` }]
        log.report('shared-address', positionOf(instance, 'virtual_ipaddress'), message, { related })
      }
    }
  }
}
