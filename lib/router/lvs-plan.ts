/**
 * From the virtual servers of a keepalived.conf to what is run: services and destinations, the checks of each server.
 */
import type { CheckSpecification } from '../health/index.ts'
import { checkProblem } from '../health/validate-checks.ts'
import { checkTable } from '../ipvs/complete-table.ts'
import { describeProblem } from '../ipvs/given.ts'
import type { DestinationOptions, Forward, ServiceOptions } from '../ipvs/index.ts'
import { scheduling } from '../ipvs/scheduling.ts'
import {
  addressRange,
  type Configuration,
  type Diagnostic,
  type ForwardingConfiguration,
  type LvsConfiguration,
  positionOf,
  type RealServerConfiguration,
  type Sourced,
  type VirtualServerConfiguration,
} from '../keepalived/index.ts'
import type { RealServer, VirtualServer } from '../lvs/index.ts'
import { type CheckContext, checkSpecificationOf } from './check-specification-of.ts'

/** A virtual server that can be run. */
export interface PlannedVirtualServer {
  readonly configuration: VirtualServerConfiguration
  readonly virtualServer: VirtualServer
  readonly checks: readonly CheckSpecification[]
}

/** Something that is not run. */
export interface LvsProblem {
  /** The virtual server or the check. */
  readonly about: Sourced
  /** What, and why. One line. */
  readonly text: string
}

/** What is run. */
export interface LvsPlan {
  readonly virtualServers: readonly PlannedVirtualServer[]
  /** What of the configuration is not run, and why. */
  readonly problems: readonly LvsProblem[]
}

/** Plans the virtual servers. What the kernel would take and should not is left out, with the reason. */
export function lvsPlanOf(lvs: LvsConfiguration | undefined, trackFiles: Configuration['trackFiles']): LvsPlan {
  const problems: LvsProblem[] = []
  const virtualServers = (lvs?.virtualServers ?? []).flatMap(configuration => {
    const context = { trackFiles, tls: lvs?.tls, problems }
    const planned = planOf(configuration, lvs?.initialNotifications ?? false, context)
    const { services, servers, sorryServer, name } = planned.virtualServer
    const destinations = [...servers, ...(sorryServer === undefined ? [] : [sorryServer])].map(each => each.destination)
    const distinct = new Map(destinations.map(each => [`${each.address} ${each.port}`, each]))
    const withServers = { destinations: [...distinct.values()] }
    // All services of a group have the same destinations: they are looked at once.
    const wrong = checkTable(services.map((service, i) => (i === 0 ? { ...service, ...withServers } : service)))
    if (wrong.length === 0) return [planned]
    problems.push({ about: configuration, text: `VS ${name} is left out: ${wrong.map(describeProblem).join('; ')}` })
    return []
  })
  return { virtualServers, problems }
}

function planOf(
  configuration: VirtualServerConfiguration,
  initialNotifications: boolean,
  context: CheckContext & { readonly problems: LvsProblem[] },
): PlannedVirtualServer {
  const { name, quorum, hysteresis, omega, sorryServer } = configuration
  const [target, another] = configuration.targets
  const single = another === undefined && target?.type === 'address'
  const checks: CheckSpecification[] = []
  const servers = configuration.servers.map(server => {
    const own = server.checks.flatMap((check, i) => {
      const specification = checkSpecificationOf(`${name} ${server.name} ${check.type} ${i + 1}`, check, context)
      const problem = specification && checkProblem(specification)
      if (problem === undefined) return specification ?? []
      // One that cannot be done must not keep the others from being done.
      context.problems.push({ about: check, text: `Check ${problem}; it is left out` })
      return []
    })
    checks.push(...own)
    return serverOf(server, own, single)
  })
  const virtualServer: VirtualServer = {
    name,
    services: servicesOf(configuration),
    quorum,
    hysteresis,
    omega,
    initialNotifications,
    servers,
    ...(sorryServer !== undefined && {
      sorryServer: {
        name: sorryServer.name,
        inhibit: sorryServer.inhibit,
        destination: { ...endpointOf(sorryServer, single), forward: forwardOf(sorryServer.forwarding) },
      },
    }),
  }
  return { configuration, virtualServer, checks }
}

function serverOf(server: RealServerConfiguration, checks: readonly CheckSpecification[], single: boolean): RealServer {
  const { name, weight, upperThreshold, lowerThreshold, inhibitOnFailure, forwarding } = server
  return {
    name,
    inhibitOnFailure,
    checks: checks.map(({ id, alpha }) => ({ id, alpha })),
    destination: {
      ...endpointOf(server, single),
      forward: forwardOf(forwarding),
      weight,
      upperThreshold,
      lowerThreshold,
    },
  }
}

/** Where services have several ports, or marks, a server without NAT has the port of each packet: it is left out. */
function endpointOf(
  { address, port, forwarding }: Pick<RealServerConfiguration, 'address' | 'port' | 'forwarding'>,
  single: boolean,
): Pick<DestinationOptions, 'address' | 'port'> {
  return single || (forwarding.type === 'nat' && port > 0) ? { address, port } : { address }
}

function forwardOf(forwarding: ForwardingConfiguration): Forward {
  if (forwarding.type === 'nat') return 'masq'
  if (forwarding.type === 'dr') return 'droute'
  const { type: _, ...tunnel } = forwarding
  return tunnel
}

function servicesOf(configuration: VirtualServerConfiguration): readonly ServiceOptions[] {
  const { targets, scheduler, flags, onePacket, persistence, protocol = 'tcp' } = configuration
  const settings = {
    ...scheduling(scheduler, flags),
    onePacket,
    persistence: persistence !== undefined && {
      timeout: persistence.timeout / 1000,
      mask: persistence.prefixLength,
    },
    persistenceEngine: persistence?.engine ?? (false as const),
  }
  return targets.flatMap((target): ServiceOptions[] => {
    if (target.type === 'mark') return [{ fwmark: target.mark, family: target.family, ...settings }]
    return Array.from(addressRange(target.address, target.count), address => ({
      protocol,
      address,
      port: target.port,
      ...settings,
    }))
  })
}

/** The same as diagnostics, for those who only look at a configuration. */
export function lvsDiagnostics({ lvs, trackFiles }: Configuration): readonly Diagnostic[] {
  return lvsPlanOf(lvs, trackFiles).problems.map(({ about, text: message }) => {
    return { ...positionOf(about), severity: 'error', code: 'virtual-server-left-out', message }
  })
}
