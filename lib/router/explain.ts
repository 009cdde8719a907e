/**
 * What configurations mean, in plain words: who wins, after how long, what each tracker changes. `vrrp-cli check --explain`.
 */
import { type ClusterNode, matchInstances } from '../keepalived/index.ts'
import { explainHoldings } from './explain-holdings.ts'
import { explainVirtualServers } from './explain-lvs.ts'
import { explainTrackers } from './explain-trackers.ts'
import { formatMs, list } from './explain-words.ts'
import { type Candidate, downInterval, skew, successionOf } from './succession.ts'

/**
 * Explains the nodes of one cluster, or a single one. Pure: the same configurations give the same lines, and no password
 * is in them.
 * @returns lines, a virtual router at a time, with empty lines between them
 */
export function explainCluster(nodes: readonly ClusterNode[]): readonly string[] {
  const routers = matchInstances(nodes).flatMap(router => [...explainRouter(successionOf(router)), ''])
  const servers = explainVirtualServers(nodes)
  return servers.length === 0 ? routers.slice(0, -1) : [...routers, ...servers]
}

function explainRouter(candidates: readonly Candidate[]): readonly string[] {
  const [first] = candidates
  if (first === undefined) return []
  const { vrid, family, version } = first.instance
  const names = [...new Set(candidates.map(({ instance }) => `'${instance.name}'`))]
  return [
    `Virtual router ${vrid} (IPv${family}, VRRP version ${version}), ${list(names)}`,
    ...explainWinner(candidates),
    ...explainTimes(candidates),
    ...candidates.flatMap(candidate => [
      `  ${candidate.node.name}, '${candidate.instance.name}':`,
      ...[
        ...explainStart(candidate),
        ...explainPreemption(candidate, candidates),
        ...explainGroup(candidate),
        ...explainTrackers(candidate, candidates),
        ...explainHoldings(candidate),
      ].map(line => `    - ${line}`),
    ]),
  ]
}

/** The order of succession. */
function explainWinner(candidates: readonly Candidate[]): readonly string[] {
  const [first, second] = candidates
  if (first === undefined) return []
  if (second === undefined)
    return [`  Only ${first.node.name} is known here: give the files of all nodes to see who takes over.`]
  const lines = ['  Who holds the addresses, while everything that is tracked is well:']
  candidates.forEach((candidate, i) => {
    const { priority, instance, node } = candidate
    const base = priority === instance.priority ? '' : ` (${instance.priority} and its trackers)`
    const rank = candidates.findIndex(other => other.priority === priority) + 1
    const equal = candidates.filter(other => other.priority === priority).length > 1 ? ', equal' : ''
    lines.push(
      `    ${rank}. ${node.name}: priority ${priority}${base}${equal}${i === 0 && equal === '' ? ', wins' : ''}`,
    )
  })
  if (first.priority === second.priority) {
    lines.push(
      '    Equal priorities: whoever becomes master first stays it; if both are, the numerically higher source address wins.',
    )
  }
  return lines
}

/** How long it takes until the next one has the addresses. */
function explainTimes(candidates: readonly Candidate[]): readonly string[] {
  return candidates.slice(1).flatMap((next, i) => {
    const before = candidates[i]
    if (before === undefined) return []
    // Version 3 takes the interval from the adverts of the master, version 2 has one for all.
    const interval = next.instance.version === 3 ? before.instance.interval : next.instance.interval
    const down = downInterval(next, interval)
    const skewed = skew(next, interval)
    const adverts = next.instance.downTimerAdverts
    const sum = `${adverts} x ${formatMs(interval)} and a skew of ${formatMs(skewed)}`
    const cut = before.instance.trackPrimary
      ? `${before.node.name} lets go at once, ${next.node.name} takes over as after a crash`
      : `${before.node.name} stays master (dont_track_primary) and ${next.node.name} becomes one too`
    return [
      `  If ${before.node.name} is lost, ${next.node.name} takes over:`,
      `    - after a crash: ${formatMs(down)} after the last advert (${sum}), so ${formatMs(down - interval)} to ${formatMs(down)} after the crash`,
      `    - after a clean stop or a fault of ${before.node.name}: in ${formatMs(skewed)}, as its last advert says that it leaves`,
      `    - after its cable is pulled: ${cut}`,
      '    - cut off by the network with both links up: both are master until they hear each other; then the better one stays',
    ]
  })
}

function explainStart(candidate: Candidate): readonly string[] {
  const { instance, priority } = candidate
  const { state, interval, strict } = instance
  if (priority === 255)
    return ['owns the addresses (priority 255): master at once when it starts, and nobody can outbid it']
  const wait = formatMs(downInterval(candidate, interval))
  const lines = [`starts as backup; becomes master ${wait} after it starts if it hears nobody better`]
  if (state === 'MASTER') lines.push("'state MASTER' does not change that: the priority decides")
  if (strict) {
    lines.push(
      'vrrp_strict: no authentication, no unicast beside multicast, no preempt_delay, adverts of lower priority are not answered',
    )
  }
  return lines
}

function explainPreemption(candidate: Candidate, candidates: readonly Candidate[]): readonly string[] {
  const { instance, priority } = candidate
  if (priority === 255) return []
  if (!instance.preempt) return ['nopreempt: when it comes back it leaves a master of lower priority alone']
  const below = candidates.filter(other => other.priority < priority)
  if (candidates.length > 1 && below.length === 0) return []
  const whom = below.length === 0 ? 'a master of lower priority' : list(below.map(({ node }) => node.name))
  const when =
    instance.preemptDelay > 0
      ? `${formatMs(instance.preemptDelay)} (preempt_delay) after it first hears it`
      : `after ${formatMs(downInterval(candidate, instance.interval))}`
  return [`preempts: when it comes back it takes the addresses from ${whom} again, ${when}`]
}

function explainGroup({ node, instance }: Candidate): readonly string[] {
  return node.configuration.syncGroups
    .filter(({ members }) => members.includes(instance.name))
    .map(({ name, members }) => {
      const others = members.filter(member => member !== instance.name).map(member => `'${member}'`)
      if (others.length === 0) return `in sync group '${name}' alone, which changes nothing`
      return `in sync group '${name}': master only together with ${list(others)}; a fault or a better master of one takes all of them back`
    })
}
