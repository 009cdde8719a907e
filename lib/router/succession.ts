/**
 * Who of the nodes of a virtual router wins, and after how long another one takes over. RFC 9568 §6.1, §6.4.2, §6.4.3.
 */

import type { NodeInstance, TrackerConfiguration, VirtualRouterSet } from '../keepalived/index.ts'
import { activeDownInterval, effectivePriority, isFault, skewTime, type TrackerContribution } from '../machine/index.ts'
import type { Milliseconds } from '../time/index.ts'
import { trackersOf } from './specification-of.ts'

/** A candidate for the addresses. */
export interface Candidate extends NodeInstance {
  /** What counts: its own trackers, and those of its sync group. */
  readonly trackers: readonly TrackerConfiguration[]
  /** With everything that is tracked being well, and files at 0. */
  readonly priority: number
}

/** The candidates, the one that wins when all are well first; of equal ones the order of the files. */
export function successionOf(router: VirtualRouterSet): readonly Candidate[] {
  const candidates = router.map(({ node, instance }): Candidate => {
    const trackers = trackersOf(instance, node.configuration)
    return { node, instance, trackers, priority: effectivePriority(instance.priority, trackers.map(asWell)) }
  })
  return candidates.toSorted((a, b) => b.priority - a.priority)
}

/** What becomes of a candidate when one tracked thing fails and the others are well. */
export type Failing = { readonly type: 'fault' } | { readonly type: 'priority'; readonly priority: number }

/** See {@link Failing}. A tracked file fails with 1, if that can be called so. */
export function failing({ instance, trackers }: Candidate, tracker: TrackerConfiguration): Failing {
  const contributions = trackers.map(other => (other === tracker ? asFailing(other) : asWell(other)))
  if (isFault(asFailing(tracker))) return { type: 'fault' }
  return { type: 'priority', priority: effectivePriority(instance.priority, contributions) }
}

function asWell({ kind, weight, reverse }: TrackerConfiguration): TrackerContribution {
  return { weight, reverse, verdict: 'ok', ...(kind === 'file' && { value: 0 }) }
}

function asFailing({ kind, weight, reverse }: TrackerConfiguration): TrackerContribution {
  return { weight, reverse, verdict: 'failing', ...(kind === 'file' && { value: 1 }) }
}

/** How long after the master's last advert a backup takes over; RFC 9568's Active_Down_Interval. */
export function downInterval({ instance, priority }: Candidate, interval: Milliseconds): Milliseconds {
  return activeDownInterval(instance.version, priority, interval, instance.downTimerAdverts)
}

/** How long after a resignation (priority 0) a backup takes over; RFC 9568's Skew_Time. */
export function skew({ instance, priority }: Candidate, interval: Milliseconds): Milliseconds {
  return skewTime(instance.version, priority, interval)
}
