/**
 * What does nothing or does harm in virtual servers, where each block by itself is in order.
 */
import type { InstanceConfiguration } from './configuration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { LvsConfiguration, RealServerConfiguration, VirtualServerConfiguration } from './lvs-configuration.ts'
import { positionOf } from './sourced.ts'

/** Schedulers that look at weights as nothing but zero or not. */
const WEIGHTLESS: ReadonlySet<string> = new Set(['rr', 'lc', 'dh', 'lblc', 'lblcr'])

/** Reports on all virtual servers of a file. */
export function checkVirtualServers(
  { virtualServers }: LvsConfiguration,
  instances: readonly InstanceConfiguration[],
  log: DiagnosticLog,
): void {
  const held = new Set(
    instances.flatMap(({ addresses, excludedAddresses }) =>
      [...addresses, ...excludedAddresses].map(({ address }) => address),
    ),
  )
  for (const server of virtualServers) {
    checkSuspension(server, held, log)
    checkWeights(server, log)
    for (const real of server.servers) checkServer(server, real, log)
  }
}

function checkSuspension(server: VirtualServerConfiguration, held: ReadonlySet<string>, log: DiagnosticLog): void {
  if (!server.haSuspend) return
  const known = server.targets.some(target => target.type === 'address' && held.has(target.address))
  if (known) return
  const message = `'ha_suspend' of ${server.name}: no vrrp_instance here holds its address; its servers are checked only while something else puts it on this machine`
  log.report('ineffective-keyword', positionOf(server, 'ha_suspend'), message)
}

function checkWeights({ name, scheduler, servers }: VirtualServerConfiguration, log: DiagnosticLog): void {
  const weights = servers.map(({ weight }) => weight).filter(weight => weight > 0)
  const odd = servers.find(({ weight }) => weight > 0 && weight !== weights[0])
  if (odd === undefined || !WEIGHTLESS.has(scheduler)) return
  const instead = scheduler === 'rr' ? 'wrr' : 'wlc'
  const message = `the weights of ${name} differ, and the scheduler ${scheduler} does not look at them: write 'lvs_sched ${instead}'`
  log.report('ineffective-keyword', positionOf(odd, 'weight'), message)
}

function checkServer(server: VirtualServerConfiguration, real: RealServerConfiguration, log: DiagnosticLog): void {
  const { name, checks, weight, origin } = real
  if (checks.length === 0) {
    log.report(
      'missing-checks',
      origin.position,
      `${name} of ${server.name} has no check: it stays whatever becomes of it`,
    )
  }
  if (server.targets.some(target => target.type === 'address' && target.address === real.address)) {
    const message = `the real server ${name} has the address of ${server.name}: it is this machine itself, and elsewhere than on the one that holds the address its checks fail`
    log.report('server-is-virtual', origin.position, message)
  }
  if (weight === 0 && !checks.some(check => isDynamic(check))) {
    log.report(
      'ineffective-keyword',
      positionOf(real, 'weight'),
      `${name} of ${server.name} has weight 0: it gets no new connection`,
    )
  }
  for (const check of checks) {
    if (!('connection' in check) || check.type === 'ping' || check.connection.port > 0) continue
    const message = `a check of ${name} has no port to connect to: write 'connect_port' in it`
    log.report('check-without-port', check.origin.position, message)
  }
}

function isDynamic(check: RealServerConfiguration['checks'][number]): boolean {
  return (check.type === 'misc' && check.dynamic) || (check.type === 'file' && check.weight !== 0)
}
