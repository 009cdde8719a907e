/**
 * vrrp_sync_group: members and their rules.
 */
import { type GlobalValues, originOf } from './complete-global.ts'
import { completeAlerts, completeNotify } from './complete-script.ts'
import { completeTrackers, type Trackable } from './complete-trackers.ts'
import type { InstanceConfiguration, SyncGroupConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { suggest } from './suggest.ts'
import type { VRRP_SYNC_GROUP } from './vrrp-sync-group.ts'

/** What groups refer to. */
export interface GroupContext {
  /** Instances that can run, by name. */
  readonly instances: ReadonlyMap<string, InstanceConfiguration>
  /** Names of all instance blocks, also of those that cannot run. */
  readonly declared: ReadonlySet<string>
  readonly globalValues: GlobalValues
  readonly trackable: Trackable
  readonly log: DiagnosticLog
}

/** The groups that have members; an instance belongs to the first group that names it. */
export function completeSyncGroups(
  blocks: readonly ParsedBlock<typeof VRRP_SYNC_GROUP>[],
  context: GroupContext,
): readonly SyncGroupConfiguration[] {
  const taken = new Map<string, { readonly group: string; readonly position: SourcePosition }>()
  return blocks.flatMap(block => {
    const { values, position, mistaken } = block
    const { log, trackable, globalValues } = context
    const name = block.words[0]?.text ?? ''
    const named = values.group?.value ?? []
    const members = named.filter(member => isFree(name, member, taken, context)).map(member => member.value)
    if (named.length === 0 && !mistaken.has('group')) {
      log.report('empty-group', position, `the sync group '${name}' has no 'group { … }' with members: it is left out`)
    } else if (named.length === 1) {
      const message = `the sync group '${name}' has one member, '${named[0]?.value}': there is nothing to keep in step with`
      log.report('single-member-group', values.group?.position ?? position, message)
    }
    if (members.length === 0) return []
    const trackingWeight = (values.sync_group_tracking_weight ?? values.global_tracking)?.value ?? false
    if (!trackingWeight) reportIgnoredWeights(name, members, context)
    return [
      {
        name,
        members,
        trackingWeight,
        trackers: completeTrackers(name, values, trackable, log),
        notify: completeNotify(values),
        ...completeAlerts(values, globalValues),
        origin: originOf(position, values),
      },
    ]
  })
}

function isFree(
  group: string,
  { value: member, position }: Located<string>,
  taken: Map<string, { readonly group: string; readonly position: SourcePosition }>,
  { instances, declared, log }: GroupContext,
): boolean {
  if (!declared.has(member)) {
    const message = `the sync group '${group}' names '${member}', but there is no vrrp_instance of that name`
    log.report('unknown-instance', position, message, { suggestion: suggest(member, declared) })
    return false
  }
  const earlier = taken.get(member)
  if (earlier !== undefined) {
    const message = `'${member}' is already in the sync group '${earlier.group}': an instance can be in one only`
    log.report('several-groups', position, message, { related: [{ ...earlier.position, message: 'named here first' }] })
    return false
  }
  taken.set(member, { group, position })
  return instances.has(member)
}

/** Members of a group cannot have priorities that move apart: keepalived counts their weights as 0, a failure as a fault. */
function reportIgnoredWeights(group: string, members: readonly string[], { instances, log }: GroupContext): void {
  for (const member of members) {
    const instance = instances.get(member)
    const weighted = instance?.trackers.find(tracker => tracker.weight !== 0)
    if (instance === undefined || weighted === undefined) continue
    const position = instance.origin.keywords[`track_${weighted.kind}`] ?? instance.origin.position
    const message = `the weight of '${weighted.name}' does not count, since '${instance.name}' is in the sync group '${group}' without 'sync_group_tracking_weight': its failure is not seen as a change of priority`
    log.report('group-ignores-weight', position, message)
  }
}
