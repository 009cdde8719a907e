/**
 * The garp_* keywords of an instance over those of global_defs.
 */
import type { IpFamily } from '../net/ip.ts'
import { type Milliseconds, milliseconds, secondsToMilliseconds } from '../time/units.ts'
import type { GlobalValues } from './complete-global.ts'
import type { AnnouncementConfiguration } from './configuration.ts'
import type { ParsedBlock, Values } from './declaration.ts'
import type { GARP_GROUP } from './root-keywords.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

/** garp_group: interfaces that share the gaps. */
export interface GarpGroup {
  readonly name: string
  readonly interfaces: ReadonlySet<string>
  readonly garp: Milliseconds | undefined
  readonly gna: Milliseconds | undefined
}

/** The groups of a file, by the order in which they stand. */
export function completeGarpGroups(
  blocks: readonly ParsedBlock<typeof GARP_GROUP>[] | undefined,
): readonly GarpGroup[] {
  return (blocks ?? []).map(({ values }, i) => {
    const named = [...(values.interface === undefined ? [] : [values.interface]), ...(values.interfaces?.value ?? [])]
    return {
      name: `garp_group ${i + 1}`,
      interfaces: new Set(named.map(({ value }) => value)),
      garp: values.garp_interval?.value,
      gna: values.gna_interval?.value,
    }
  })
}

/** Timing of announcements. Under vrrp_strict an advert of lower priority is not answered with any. */
export function completeAnnouncements(
  values: Values<typeof VRRP_INSTANCE>,
  global: GlobalValues,
  family: IpFamily,
  strict: boolean,
  group: GarpGroup | undefined,
): AnnouncementConfiguration {
  const least = global.vrrp_min_garp?.value ?? false
  const none = milliseconds(0)
  const repeat = values.garp_master_repeat?.value ?? global.vrrp_garp_master_repeat?.value ?? (least ? 1 : 5)
  const delay =
    values.garp_master_delay?.value ?? global.vrrp_garp_master_delay?.value ?? (least ? none : secondsToMilliseconds(5))
  const lowerRepeat = values.garp_lower_prio_repeat?.value ?? global.vrrp_garp_lower_prio_repeat?.value ?? repeat
  const lowerDelay = values.garp_lower_prio_delay?.value ?? global.vrrp_garp_lower_prio_delay?.value ?? delay
  const gap =
    (family === 4 ? group?.garp : group?.gna) ??
    (family === 4 ? global.vrrp_garp_interval : global.vrrp_gna_interval)?.value
  const extra =
    values.garp_extra_if ?? values.vmac_garp_intvl ?? global.vrrp_garp_extra_if ?? global.vrrp_vmac_garp_intvl
  return {
    repeat,
    delay,
    refresh: values.garp_master_refresh?.value ?? global.vrrp_garp_master_refresh?.value ?? none,
    refreshRepeat: values.garp_master_refresh_repeat?.value ?? global.vrrp_garp_master_refresh_repeat?.value ?? 1,
    lowerPriorityRepeat: strict ? 0 : lowerRepeat,
    lowerPriorityDelay: strict ? none : lowerDelay,
    ...(extra !== undefined && extra.value.period > 0 && { extra: extra.value }),
    gap: gap ?? none,
    ...(group !== undefined && { gapGroup: group.name }),
  }
}
