/**
 * ha_suspend: the servers of a virtual server are checked only while its address is on this machine. keepalived.conf(5),
 * "Virtual server(s)".
 */
import type { CheckSpecification } from '../health/index.ts'
import type { PlannedVirtualServer } from './lvs-plan.ts'

/** Names of the virtual servers whose checks rest, because none of their addresses is among `present`. */
export function suspendedAmong(
  planned: readonly PlannedVirtualServer[],
  present: () => ReadonlySet<string>,
): ReadonlySet<string> {
  const candidates = planned.filter(({ configuration }) => configuration.haSuspend)
  if (candidates.length === 0) return new Set()
  const addresses = present()
  const isHere = ({ virtualServer }: PlannedVirtualServer) =>
    virtualServer.services.some(service => service.fwmark === undefined && addresses.has(service.address))
  return new Set(candidates.filter(each => !isHere(each)).map(({ virtualServer }) => virtualServer.name))
}

/** The checks with those of suspended virtual servers at rest: their verdicts stay as they are. */
export function suspendChecks(
  planned: readonly PlannedVirtualServer[],
  checks: readonly CheckSpecification[],
  suspended: ReadonlySet<string>,
): readonly CheckSpecification[] {
  if (suspended.size === 0) return checks
  const resting = new Set(
    planned.flatMap(each => (suspended.has(each.virtualServer.name) ? each.checks.map(({ id }) => id) : [])),
  )
  return checks.map(check => (resting.has(check.id) ? { ...check, enabled: false } : check))
}

/** keepalived's lines about a virtual server whose checks rest, or run again. */
export function suspensionLines({ virtualServer }: PlannedVirtualServer, suspended: boolean): readonly string[] {
  const verb = suspended ? 'Suspending' : 'Activating'
  return virtualServer.servers.map(
    ({ name }) => `${verb} healthchecker for service ${name} for VS ${virtualServer.name}`,
  )
}
