/**
 * track_group: instances that follow static addresses, routes and rules. What that means in keepalived: what was deleted is put
 * back, tracked or not, and an instance of the group is faulty while the interface it stands on is down.
 */
import type { AddressLine } from './address-line.ts'
import type { InstanceConfiguration, TrackerConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { TRACK_GROUP } from './root-keywords.ts'
import type { RouteLine } from './route-line.ts'
import type { RuleLine } from './rule-line.ts'
import { suggest } from './suggest.ts'

/** Lines that may name a group. */
export interface StaticLines {
  readonly addresses: readonly Located<AddressLine>[]
  readonly routes: readonly Located<RouteLine>[]
  readonly rules: readonly Located<RuleLine>[]
  /** Of addresses that name none. */
  readonly defaultInterface: string
}

/** What groups refer to. */
export interface TrackGroupContext {
  readonly instances: readonly InstanceConfiguration[]
  /** Names of all instance blocks, also of those that cannot run. */
  readonly declared: ReadonlySet<string>
  readonly log: DiagnosticLog
}

/** A line that names a group, and the interface that matters. */
interface Follower {
  readonly what: 'address' | 'route' | 'rule'
  readonly group: string
  readonly interface: string | undefined
  readonly tracked: boolean
  readonly position: Located<unknown>['position']
}

/** The instances, with the interfaces that their groups follow among their trackers. */
export function followStatics(
  blocks: readonly ParsedBlock<typeof TRACK_GROUP>[],
  lines: StaticLines,
  context: TrackGroupContext,
): readonly InstanceConfiguration[] {
  const groups = new Map(blocks.map(block => [block.words[0]?.text ?? '', membersOf(block, context)]))
  const followed = new Map<string, Set<string>>()
  for (const follower of followersOf(lines)) {
    const members = groups.get(follower.group)
    if (!isEffective(follower, groups, context.log) || follower.interface === undefined) continue
    for (const member of members ?? []) {
      const interfaces = followed.get(member) ?? new Set()
      followed.set(member, interfaces.add(follower.interface))
    }
  }
  return context.instances.map(instance => {
    const added = [...(followed.get(instance.name) ?? [])].map(trackerOf).filter(each => !isTracked(instance, each))
    return added.length === 0 ? instance : { ...instance, trackers: [...instance.trackers, ...added] }
  })
}

function membersOf(block: ParsedBlock<typeof TRACK_GROUP>, { declared, log }: TrackGroupContext): readonly string[] {
  const name = block.words[0]?.text ?? ''
  const named = block.values.group?.value ?? []
  if (named.length === 0 && !block.mistaken.has('group')) {
    log.report('empty-group', block.position, `the track_group '${name}' has no 'group { … }' with instances`)
  }
  for (const { value: member, position } of named) {
    if (declared.has(member)) continue
    const message = `the track_group '${name}' names '${member}', but there is no vrrp_instance of that name`
    log.report('unknown-instance', position, message, { suggestion: suggest(member, declared) })
  }
  return named.map(({ value }) => value)
}

function followersOf({ addresses, routes, rules, defaultInterface }: StaticLines): readonly Follower[] {
  const follower = (
    what: Follower['what'],
    { value, position }: Located<{ readonly trackGroup?: string }>,
    details: Pick<Follower, 'interface' | 'tracked'>,
  ): readonly Follower[] =>
    value.trackGroup === undefined ? [] : [{ what, group: value.trackGroup, position, ...details }]
  return [
    ...addresses.flatMap(line => {
      const tracked = line.value.flags?.includes('no_track') !== true
      return follower('address', line, { interface: line.value.interface ?? defaultInterface, tracked })
    }),
    ...routes.flatMap(line => {
      const [hop, ...others] = line.value.hops
      // One of several hops may be down, and the route serves.
      const device = others.length === 0 ? hop?.interface : undefined
      return follower('route', line, { interface: device, tracked: line.value.tracked })
    }),
    ...rules.flatMap(line =>
      follower('rule', line, { interface: line.value.iif, tracked: line.value.tracked !== false }),
    ),
  ]
}

function isEffective(
  { what, group, interface: device, tracked, position }: Follower,
  groups: ReadonlyMap<string, readonly string[]>,
  log: DiagnosticLog,
): boolean {
  if (!groups.has(group)) {
    const message = `there is no track_group '${group}': no instance follows this ${what}`
    log.report('unknown-tracked', position, message, { suggestion: suggest(group, groups.keys()) })
    return false
  }
  if (!tracked) {
    log.report(
      'conflicting-keywords',
      position,
      `'no_track' and 'track_group' exclude each other: the ${what} is not tracked`,
    )
    return false
  }
  if (device === undefined) {
    const missing = what === 'rule' ? "'iif'" : "one 'dev'"
    log.report('no-effect', position, `'track_group' has no effect on a ${what} without ${missing}`)
    return false
  }
  return true
}

function trackerOf(name: string): TrackerConfiguration {
  return { kind: 'interface', name, weight: 0, reverse: false }
}

/** The own interface is, unless that is switched off. */
function isTracked({ interface: own, trackPrimary, trackers }: InstanceConfiguration, added: TrackerConfiguration) {
  if (own === added.name && trackPrimary) return true
  return trackers.some(({ kind, name, weight, reverse }) => {
    return kind === added.kind && name === added.name && weight === 0 && !reverse
  })
}
