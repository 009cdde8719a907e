/**
 * Virtual servers with their checks as the status document tells them.
 */
import type { CheckSnapshot } from '../health/index.ts'
import { formatServiceKey } from '../ipvs/service-key.ts'
import type { VirtualServerState } from '../lvs/index.ts'
import { aliveWeight } from '../lvs/virtual-server-state.ts'
import type { CheckStatus, LvsStatus, RealServerStatus, VirtualServerStatus } from '../status/lvs-status.ts'
import type { LvsSnapshot } from './virtual-servers.ts'

/** The status of LVS; undefined where there is none. */
export function describeLvs(snapshot: LvsSnapshot | undefined): LvsStatus | undefined {
  if (snapshot === undefined) return undefined
  const { unavailable, virtualServers, health } = snapshot
  if (unavailable === undefined && virtualServers.length === 0) return undefined
  const checks = new Map(health.checks.map(check => [check.id, check]))
  return {
    ...(unavailable !== undefined && { unavailable }),
    'virtual-servers': virtualServers.map(state => describeVirtualServer(state, checks)),
  }
}

function describeVirtualServer(
  state: VirtualServerState,
  checks: ReadonlyMap<string, CheckSnapshot>,
): VirtualServerStatus {
  const { virtualServer, quorumUp, sorryActive } = state
  const { name, services, quorum, hysteresis, sorryServer } = virtualServer
  return {
    name,
    services: services.map(formatServiceKey),
    scheduler: services[0]?.scheduler ?? 'wlc',
    quorum,
    hysteresis,
    'alive-weight': aliveWeight(state),
    'quorum-up': quorumUp,
    ...(sorryServer !== undefined && { 'sorry-server': { name: sorryServer.name, active: sorryActive } }),
    'real-servers': virtualServer.servers.map((server, i): RealServerStatus => {
      const { alive = false, weight = 0 } = state.servers[i] ?? {}
      return {
        name: server.name,
        state: alive ? 'up' : 'down',
        weight: server.destination.weight ?? 1,
        'effective-weight': weight,
        checks: server.checks.flatMap(({ id }) => {
          const check = checks.get(id)
          return check === undefined ? [] : [describeCheck(check)]
        }),
      }
    }),
  }
}

function describeCheck({ type, verdict, proven, since, looks, failures, ...rest }: CheckSnapshot): CheckStatus {
  return {
    type,
    verdict,
    proven,
    since: new Date(since).toISOString(),
    looks,
    failures,
    ...(rest.lastFailure !== undefined && { 'last-failure': rest.lastFailure.text }),
    ...(rest.lastDuration !== undefined && { 'last-duration': Math.round(rest.lastDuration * 1000) / 1000 }),
  }
}
