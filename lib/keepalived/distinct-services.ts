/**
 * No service twice: the kernel has one of each protocol, address and port, and one of each mark and family.
 */
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { VirtualServerConfiguration, VirtualServerTarget } from './lvs-configuration.ts'

/** The virtual servers without what an earlier one has already, which is reported; those that are left with nothing are left out. */
export function distinctServices(
  virtualServers: readonly VirtualServerConfiguration[],
  log: DiagnosticLog,
): readonly VirtualServerConfiguration[] {
  const seen = new Map<string, VirtualServerConfiguration>()
  return virtualServers.flatMap(server => {
    const targets = server.targets.filter(target => {
      const key = keyOf(target, server.protocol)
      const earlier = seen.get(key)
      if (earlier === undefined) {
        seen.set(key, server)
        return true
      }
      const whose =
        earlier === server ? `is in ${server.name} twice` : `of ${server.name} is that of ${earlier.name} too`
      const related = [{ ...earlier.origin.position, message: 'the first one is here' }]
      log.report('repeated-service', server.origin.position, `${key} ${whose}: the first one counts`, { related })
      return false
    })
    return targets.length === 0 ? [] : [targets.length === server.targets.length ? server : { ...server, targets }]
  })
}

/** What tells a service from others in the kernel, as text. */
function keyOf(target: VirtualServerTarget, protocol: VirtualServerConfiguration['protocol']): string {
  if (target.type === 'mark') return `fwmark ${target.mark} (IPv${target.family})`
  const others = target.count === undefined ? '' : ` and ${target.count - 1} more`
  return `${protocol} ${target.address}${others} port ${target.port}`
}
