/**
 * vrrp_strict in plain words. keepalived corrects what does not fit and says little of it; most who copy the line from
 * the sample file do not want what it does.
 */
import type { InstanceConfiguration } from './configuration.ts'
import type { Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { positionOf } from './sourced.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

const OVERRIDDEN = {
  unicast_peer: 'adverts are multicast, the peers get none of their own',
  preempt_delay: 'it preempts without delay',
  down_timer_adverts: '3 adverts may be missed',
  garp_lower_prio_delay: 'no gratuitous ARP follows an advert of lower priority',
  garp_lower_prio_repeat: 'no gratuitous ARP follows an advert of lower priority',
  lower_prio_no_advert: 'an advert of lower priority is never answered',
  vmac_xmit_base: 'adverts leave with the virtual MAC',
  higher_prio_send_advert: 'it gives way without a word',
} as const

/** Reports what strict mode changes for an instance. */
export function reportStrict(
  instance: InstanceConfiguration,
  values: Values<typeof VRRP_INSTANCE>,
  log: DiagnosticLog,
): void {
  const { name, family, addresses } = instance
  for (const [keyword, consequence] of Object.entries(OVERRIDDEN)) {
    const position = instance.origin.keywords[keyword]
    if (position === undefined) continue
    log.report('strict-overrides', position, `vrrp_strict overrides '${keyword}' of '${name}': ${consequence}`)
  }
  if (!instance.acceptMode && values.no_accept === undefined) {
    const message = `vrrp_strict makes the addresses of '${name}' unreachable: they answer neither ping nor TCP, unless the priority is 255 or 'accept' is set. Remove vrrp_strict to use them for services`
    log.report('strict-unreachable', positionOf(instance, 'virtual_ipaddress'), message)
  }
  const [first] = addresses
  if (family === 6 && first !== undefined && !/^fe[89ab]/.test(first.address)) {
    const message = `vrrp_strict wants a link-local address (fe80::…) as the first one of '${name}'`
    log.report('strict-version', positionOf(instance, 'virtual_ipaddress'), message)
  }
}
