/**
 * How long each takeover took, beside how long it should have taken: RFC 9568 §6.1 worked out from the events alone,
 * apart from the machine that made them.
 */
import type { EngineEvent } from '../engine/event.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import { activeDownInterval, skewTime, type TransitionReason } from '../machine/index.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import type { SimulationNode } from './node.ts'

/** What the wait before a takeover is counted from. */
export type WaitOrigin =
  /** The instance began to listen (start, end of a fault, loss of an election). */
  | 'backup'
  /** The last advertisement that was obeyed. */
  | 'advertisement'
  /** A priority 0. */
  | 'resignation'
  /** The first advertisement of lower priority (preempt_delay). */
  | 'preempt-delay'
  /** Nothing: the owner of the addresses does not wait. */
  | 'none'

/** An instance became active. */
export interface Takeover {
  readonly at: Milliseconds
  readonly node: string
  readonly instance: string
  readonly reason: TransitionReason
  /** Effective priority of the instance. */
  readonly priority: number
  readonly origin: WaitOrigin
  /** The instant of the origin. */
  readonly since: Milliseconds
  /** Theoretical wait: Active_Down_Interval, Skew_Time or the preempt delay; in a sync group that of its last member. */
  readonly bound: Milliseconds
  /** Real wait. */
  readonly elapsed: Milliseconds
  /** elapsed - bound: 0 unless something is late (positive) or early (negative). */
  readonly excess: Milliseconds
}

/** One instance's timer as the RFC has it. */
interface Watch {
  readonly specification: InstanceSpecification
  listening: boolean
  since: number
  origin: WaitOrigin
  interval: Milliseconds
  learntAt: number
  priority: number
  preemptFrom: number | undefined
  /** Priority of the router that is being preempted. */
  rival: number | undefined
}

/** Follows the events of all nodes and measures their takeovers. */
export class TakeoverMeter {
  readonly #watches = new Map<string, Map<string, Watch>>()
  readonly #groups = new Map<string, readonly (readonly string[])[]>()

  constructor(nodes: readonly SimulationNode[]) {
    for (const { name, specification } of nodes) {
      const watches = specification.instances.map((instance): [string, Watch] => [instance.name, idle(instance)])
      this.#watches.set(name, new Map(watches))
      this.#groups.set(
        name,
        specification.syncGroups.map(({ members }) => members),
      )
    }
  }

  /** Takes the next event of a node. Returns the takeover, if it is one. */
  observe(node: string, event: EngineEvent): Takeover | undefined {
    const watch = this.#watches.get(node)?.get(event.instance)
    if (watch === undefined) return undefined
    switch (event.type) {
      case 'advertisement-received':
        if (watch.listening) hear(watch, event.at, event.priority)
        return undefined
      case 'notice':
        if (event.notice.type === 'interval-learnt') {
          watch.interval = event.notice.interval
          watch.learntAt = event.at
        } else if (event.notice.type === 'priority-changed') changePriority(watch, event.at, event.notice.to)
        return undefined
      case 'transition': {
        watch.priority = event.priority
        const takeover =
          event.to === 'active' ? this.#measure(node, watch, event.at, event.instance, event.reason) : undefined
        watch.listening = event.to === 'backup'
        if (watch.listening) {
          if (watch.learntAt !== event.at) watch.interval = watch.specification.interval
          restart(watch, event.at, 'backup')
        }
        return takeover
      }
      default:
        return undefined
    }
  }

  #measure(node: string, watch: Watch, at: Milliseconds, instance: string, reason: TransitionReason): Takeover {
    const owner = reason === 'owner-startup'
    const origin = owner ? 'none' : reason === 'preempt-delay-expired' ? 'preempt-delay' : watch.origin
    const since = owner ? at : origin === 'preempt-delay' ? (watch.preemptFrom ?? watch.since) : watch.since
    let deadline = owner ? at : deadlineOf(watch)
    // keepalived.conf(5), vrrp_sync_group: nobody goes before the last member wants to
    for (const members of this.#groups.get(node) ?? []) {
      if (!members.includes(instance)) continue
      for (const member of members) {
        const other = this.#watches.get(node)?.get(member)
        if (other?.listening && other.specification.priority !== 255) deadline = Math.max(deadline, deadlineOf(other))
      }
    }
    const round = (value: number): Milliseconds => milliseconds(Math.round(value * 1e6) / 1e6)
    return {
      at,
      node,
      instance,
      reason,
      priority: watch.priority,
      origin,
      since: milliseconds(since),
      bound: round(deadline - since),
      elapsed: round(at - since),
      excess: round(at - deadline),
    }
  }
}

function idle(specification: InstanceSpecification): Watch {
  const { interval, priority } = specification
  return {
    specification,
    listening: false,
    since: 0,
    origin: 'backup',
    interval,
    learntAt: -1,
    priority,
    preemptFrom: undefined,
    rival: undefined,
  }
}

function restart(watch: Watch, at: number, origin: WaitOrigin): void {
  watch.since = at
  watch.origin = origin
  watch.preemptFrom = undefined
  watch.rival = undefined
}

/** RFC 9568 §6.4.2: which advertisement sets the timer anew, and which does not. */
function hear(watch: Watch, at: number, heard: number): void {
  const { preempt, preemptDelay, priority: configured } = watch.specification
  const owner = configured === 255
  if (heard === 0) restart(watch, at, 'resignation')
  else if (heard >= watch.priority || !(preempt || owner)) restart(watch, at, 'advertisement')
  else {
    const delayedFrom = preemptDelay > 0 && !owner ? (watch.preemptFrom ?? at) : undefined
    if (delayedFrom !== undefined && at < delayedFrom + preemptDelay) {
      restart(watch, at, 'advertisement')
      watch.preemptFrom = delayedFrom
    } else watch.rival = heard
  }
}

function changePriority(watch: Watch, at: number, priority: number): void {
  watch.priority = priority
  // no longer better than the one that was to be preempted: listen to it from now on
  if (watch.listening && watch.rival !== undefined && watch.rival >= priority) restart(watch, at, 'backup')
}

function deadlineOf(watch: Watch): number {
  const { version, downTimerAdverts, preemptDelay } = watch.specification
  const skew = skewTime(version, watch.priority, watch.interval)
  if (watch.origin === 'resignation') return watch.since + skew
  const down = watch.since + activeDownInterval(version, watch.priority, watch.interval, downTimerAdverts)
  return watch.preemptFrom === undefined ? down : Math.min(down, watch.preemptFrom + preemptDelay)
}
