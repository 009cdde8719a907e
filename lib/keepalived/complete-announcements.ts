/**
 * The garp_* keywords of an instance over those of global_defs.
 */
import type { IpFamily } from '../net/ip.ts'
import { milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { GlobalValues } from './complete-global.ts'
import type { AnnouncementConfiguration } from './configuration.ts'
import type { Values } from './declaration.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

/** Timing of announcements. Under vrrp_strict an advert of lower priority is not answered with any. */
export function completeAnnouncements(
  values: Values<typeof VRRP_INSTANCE>,
  global: GlobalValues,
  family: IpFamily,
  strict: boolean,
): AnnouncementConfiguration {
  const least = global.vrrp_min_garp?.value ?? false
  const none = milliseconds(0)
  const repeat = values.garp_master_repeat?.value ?? global.vrrp_garp_master_repeat?.value ?? (least ? 1 : 5)
  const delay =
    values.garp_master_delay?.value ?? global.vrrp_garp_master_delay?.value ?? (least ? none : secondsToMilliseconds(5))
  const lowerRepeat = values.garp_lower_prio_repeat?.value ?? global.vrrp_garp_lower_prio_repeat?.value ?? repeat
  const lowerDelay = values.garp_lower_prio_delay?.value ?? global.vrrp_garp_lower_prio_delay?.value ?? delay
  const gap = family === 4 ? global.vrrp_garp_interval : global.vrrp_gna_interval
  return {
    repeat,
    delay,
    refresh: values.garp_master_refresh?.value ?? global.vrrp_garp_master_refresh?.value ?? none,
    refreshRepeat: values.garp_master_refresh_repeat?.value ?? global.vrrp_garp_master_refresh_repeat?.value ?? 1,
    lowerPriorityRepeat: strict ? 0 : lowerRepeat,
    lowerPriorityDelay: strict ? none : lowerDelay,
    gap: gap?.value ?? none,
  }
}
