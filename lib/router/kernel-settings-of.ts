/**
 * Settings of the kernel that a configuration asks for: disable_local_igmp, promote_secondaries. keepalived.conf(5).
 */
import type { Configuration } from '../keepalived/index.ts'

/** Values by path below /proc/sys/net. */
export function kernelSettingsOf({
  global,
  instances,
}: Pick<Configuration, 'global' | 'instances'>): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  // RFC 4541 §2.1.2: switches forward the groups of the link to all ports, reported or not.
  if (global.disableLocalIgmp === true) settings.set('ipv4/igmp_link_local_mcast_reports', '0')
  for (const { interface: name, promoteSecondaries } of instances) {
    if (promoteSecondaries === true) settings.set(`ipv4/conf/${name}/promote_secondaries`, '1')
  }
  return settings
}
