/**
 * garp_extra_if: switches forget where a MAC address is that sends nothing by itself. Adverts remind them of the interface that
 * they leave from; the other interfaces of an active router announce one of their addresses now and then. keepalived.conf(5).
 */
import { type AnnouncementPlan, startPlan } from '../garp/index.ts'
import type { Milliseconds } from '../time/index.ts'
import type { InstanceSpecification } from './specification.ts'
import { ownVirtualInterface, transmitsFromBase } from './virtual-interfaces.ts'

/** The plan of these announcements, the first one after a period; undefined when there are none. */
export function planExtraAnnouncements(
  specification: InstanceSpecification,
  now: Milliseconds,
): AnnouncementPlan | undefined {
  const timing = specification.announcements
  const { period = 0, everywhere = false } = timing.extra ?? {}
  const addresses = period > 0 ? extraAddresses(specification, everywhere) : []
  if (addresses.length === 0) return undefined
  return startPlan(
    { ...timing, repeat: 0, refresh: period as Milliseconds, refreshRepeat: 1 },
    'takeover',
    addresses,
    now,
  )
}

/** The first address of each interface that adverts do not leave from; without `everywhere` of virtual ones alone. */
function extraAddresses(specification: InstanceSpecification, everywhere: boolean): readonly string[] {
  const { addresses, excludedAddresses, interface: own, virtualMac } = specification
  const virtual = virtualMac?.interfaces ?? []
  const leaf = transmitsFromBase(specification) ? undefined : ownVirtualInterface(specification)
  const seen = new Set([leaf?.name ?? own])
  const first: string[] = []
  for (const { address, interface: name } of [...addresses, ...excludedAddresses]) {
    if (seen.has(name) || !(everywhere || virtual.some(each => each.name === name))) continue
    seen.add(name)
    first.push(address)
  }
  return first
}
