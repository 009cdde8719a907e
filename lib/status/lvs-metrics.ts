/**
 * The metrics of virtual and real servers. No exporter of keepalived has any, so there are no names to keep.
 */
import type { LvsStatus, RealServerStatus, VirtualServerStatus } from './lvs-status.ts'
import type { MetricFacts, MetricRow, Sample } from './metric-table.ts'

function perVirtualServer(name: string, help: string, read: (server: VirtualServerStatus) => number): MetricRow {
  const samples = ({ lvs }: MetricFacts) =>
    serversOf(lvs).map(server => ({ labels: { virtual_server: server.name }, value: read(server) }))
  return { type: 'gauge', name, help, labels: ['virtual_server'], samples }
}

function perRealServer(
  type: MetricRow['type'],
  name: string,
  help: string,
  read: (server: RealServerStatus) => number,
): MetricRow {
  const samples = function* ({ lvs }: MetricFacts): Generator<Sample> {
    for (const virtual of serversOf(lvs)) {
      for (const server of virtual['real-servers']) {
        yield { labels: { virtual_server: virtual.name, real_server: server.name }, value: read(server) }
      }
    }
  }
  return { type, name, help, labels: ['virtual_server', 'real_server'], samples }
}

function serversOf(lvs: LvsStatus | undefined): readonly VirtualServerStatus[] {
  return lvs?.['virtual-servers'] ?? []
}

/** Every metric of LVS. */
export const LVS_METRICS: readonly MetricRow[] = [
  perVirtualServer('lvs_quorum_up', 'A virtual server has its quorum: 1, or not: 0', each => Number(each['quorum-up'])),
  perVirtualServer('lvs_quorum_weight', 'Weight that must be alive', ({ quorum }) => quorum),
  perVirtualServer('lvs_alive_weight', 'Weight that is alive', each => each['alive-weight']),
  perVirtualServer('lvs_sorry_server_active', 'The sorry server answers: 1', each =>
    Number(each['sorry-server']?.active === true),
  ),
  perRealServer('gauge', 'lvs_server_up', 'A real server is up: 1, or down: 0', ({ state }) => Number(state === 'up')),
  perRealServer('gauge', 'lvs_server_weight', 'Weight of a real server that is up', each => each['effective-weight']),
  perRealServer('counter', 'lvs_checks_total', 'Looks at a real server', ({ checks }) => sum(checks, 'looks')),
  perRealServer('counter', 'lvs_check_failures_total', 'Looks at a real server that failed', ({ checks }) =>
    sum(checks, 'failures'),
  ),
]

function sum(checks: RealServerStatus['checks'], leaf: 'looks' | 'failures'): number {
  return checks.reduce((total, check) => total + check[leaf], 0)
}
