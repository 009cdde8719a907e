/**
 * What each tracker changes, in plain words: most of all, whether its failure changes who wins.
 */
import type { Configuration, TrackerConfiguration } from '../keepalived/index.ts'
import { counted, formatMs } from './explain-words.ts'
import { type Candidate, downInterval, failing } from './succession.ts'

/** One line for each tracker of a candidate, and one for each that does not count. */
export function explainTrackers(candidate: Candidate, candidates: readonly Candidate[]): readonly string[] {
  const { instance, trackers, node } = candidate
  const ignored = instance.trackers.filter(tracker => !trackers.includes(tracker))
  return [
    ...trackers.map(tracker => explainTracker(candidate, tracker, candidates)),
    ...ignored.map(
      ({ kind, name, weight }) =>
        `${kind} ${name}, weight ${weight}: does not count, since weights of members do not without sync_group_tracking_weight`,
    ),
    ...(instance.trackPrimary
      ? []
      : [`dont_track_primary: ${instance.interface} being down is no fault on ${node.name}`]),
  ]
}

function explainTracker(candidate: Candidate, tracker: TrackerConfiguration, candidates: readonly Candidate[]): string {
  const { kind, name, weight } = tracker
  const subject = `${kind} ${name}${conditions(tracker, candidate.node.configuration)}`
  const reverse = tracker.reverse ? ', reversed' : ''
  if (candidate.priority === 255 && weight !== 0) {
    return `${subject}, weight ${weight}: changes nothing, the owner keeps its 255`
  }
  if (kind === 'file' && weight !== 0) {
    const sign = tracker.reverse ? -weight : weight
    return `${subject}: adds its number times ${sign} to ${candidate.instance.priority}, within 1 to 254; -254 or less is a fault`
  }
  const result = failing(candidate, tracker)
  const when = kind === 'file' ? 'while its number is not 0' : 'while it fails'
  if (weight === 0) {
    const upsideDown = tracker.reverse ? 'while it is well' : when
    return `${subject}, weight 0${reverse}: ${upsideDown}, a fault; ${handedOver(candidate, candidates)}`
  }
  if (result.type === 'fault') return `${subject}, weight ${weight}${reverse}: ${when}, a fault`
  const change = `priority ${candidate.priority} becomes ${result.priority}`
  return `${subject}, weight ${weight}${reverse}: ${when}, ${change}: ${consequence(candidate, result.priority, candidates)}`
}

/** When a verdict changes. */
function conditions({ kind, name }: TrackerConfiguration, configuration: Configuration): string {
  if (kind === 'script') {
    const script = configuration.scripts.find(each => each.name === name)
    if (script === undefined) return ''
    const { interval, fall, rise } = script
    const [failures, successes] = [counted(fall, 'failure'), counted(rise, 'success', 'successes')]
    return ` (every ${formatMs(interval)}; fails after ${failures}, is well after ${successes})`
  }
  return ''
}

function handedOver(candidate: Candidate, candidates: readonly Candidate[]): string {
  const next = candidates.find(other => other !== candidate)
  return next === undefined
    ? 'the addresses go to another node, if there is one'
    : `as master it hands over to ${next.node.name}`
}

/** Whether another candidate is better now, and whether it takes over. */
function consequence(candidate: Candidate, priority: number, candidates: readonly Candidate[]): string {
  const others = candidates.filter(other => other !== candidate)
  const [best] = others
  if (best === undefined) return 'who wins depends on the other nodes, whose files are not given'
  if (priority > candidate.priority) return 'it gains'
  const better = others.filter(other => other.priority > priority)
  const [winner] = better
  if (winner === undefined) {
    const why =
      best.priority === priority
        ? `equal to ${best.node.name}, and a backup leaves an equal master alone`
        : `still above ${best.node.name} with ${best.priority}`
    return `does not change who wins (${why})`
  }
  if (winner.priority > candidate.priority) return `${winner.node.name} wins all the same`
  if (!winner.instance.preempt) {
    return `below ${winner.node.name} with ${winner.priority}, which has nopreempt and so does not take over from a living master`
  }
  const { preemptDelay, interval } = winner.instance
  const after =
    preemptDelay > 0
      ? `its preempt_delay of ${formatMs(preemptDelay)}`
      : `${formatMs(downInterval(winner, interval))}, as it lets its timer run out`
  return `${winner.node.name} with ${winner.priority} takes over after ${after}`
}
