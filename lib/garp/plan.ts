/**
 * Which announcement is due when: a burst at once, a second one after a delay, and refreshes for as long as the router
 * is active. Pure, with the deadlines in the plan, as in the machine; to cancel a plan is to drop it.
 */
import type { Milliseconds } from '../time/units.ts'
import type { AnnouncementTiming } from './timing.ts'

/** Why a plan begins: the machine's `announce` actions. */
export type PlanCause = 'takeover' | 'lower-priority-advertisement'

/** Why one frame is sent. `delayed`: it belongs to the second burst. */
export type AnnouncementCause = PlanCause | 'delayed' | 'refresh'

/** One frame to send now. */
export interface DueFrame {
  readonly address: string
  readonly cause: AnnouncementCause
}

/** A number of repetitions, each over all addresses in their order. */
export interface AnnouncementBurst {
  readonly origin: PlanCause | 'refresh'
  readonly cause: AnnouncementCause
  /** Not before this instant. */
  readonly at: Milliseconds
  /** Frames sent, and frames in all. */
  readonly sent: number
  readonly total: number
}

/** What is still to be announced. Plain data. */
export interface AnnouncementPlan {
  readonly timing: AnnouncementTiming
  readonly addresses: readonly string[]
  /** In the order in which they were begun. */
  readonly bursts: readonly AnnouncementBurst[]
  /** The next refresh, if there are refreshes. */
  readonly refreshAt: Milliseconds | undefined
  /** The gap after the last frame ends here. */
  readonly freeAt: Milliseconds
}

/**
 * Begins to announce. Without a gap the whole first burst is due at `now`.
 *
 * @param addresses - canonical text, in configured order
 * @param current - the plan that runs already: if it is for the same addresses, its refreshes and bursts go on. One of
 * the same cause is not doubled, so that a peer that keeps losing cannot make the plan grow; its second burst moves.
 */
export function startPlan(
  timing: AnnouncementTiming,
  cause: PlanCause,
  addresses: readonly string[],
  now: Milliseconds,
  current?: AnnouncementPlan,
): AnnouncementPlan {
  const takeover = cause === 'takeover'
  const repeat = takeover ? timing.repeat : timing.lowerPriorityRepeat
  const delay = takeover ? timing.delay : timing.lowerPriorityDelay
  const running = current !== undefined && sameAddresses(current.addresses, addresses) ? current : undefined
  const bursts = (running?.bursts ?? []).filter(burst => burst.origin !== cause || burst.cause === cause)
  const total = repeat * addresses.length
  if (total > 0) {
    if (!bursts.some(({ origin }) => origin === cause)) bursts.push({ origin: cause, cause, at: now, sent: 0, total })
    if (delay > 0) bursts.push({ origin: cause, cause: 'delayed', at: after(now, delay), sent: 0, total })
  }
  const refreshes = timing.refresh > 0 && timing.refreshRepeat > 0 && addresses.length > 0
  const refreshAt = refreshes ? (running?.refreshAt ?? after(now, timing.refresh)) : undefined
  return { timing, addresses, bursts, refreshAt, freeAt: current?.freeAt ?? now }
}

/** When {@link dueFrames} has to be called next; undefined when everything is announced. */
export function nextFrameAt(plan: AnnouncementPlan): Milliseconds | undefined {
  let next: Milliseconds | undefined
  for (const { at } of plan.bursts) if (next === undefined || at < next) next = at
  if (plan.refreshAt !== undefined && (next === undefined || plan.refreshAt < next)) next = plan.refreshAt
  if (next === undefined) return undefined
  return plan.timing.gap > 0 && plan.freeAt > next ? plan.freeAt : next
}

/** The frames to send now, in order, and the plan that is left. Nothing due: no frames, and the same plan. */
export function dueFrames(
  plan: AnnouncementPlan,
  now: Milliseconds,
): { readonly frames: readonly DueFrame[]; readonly plan: AnnouncementPlan } {
  const next = nextFrameAt(plan)
  if (next === undefined || now < next) return { frames: [], plan }
  const { timing, addresses } = plan
  const frames: DueFrame[] = []
  const left: AnnouncementBurst[] = []
  const { bursts, refreshAt } = beginRefresh(plan, now)
  // With a gap one frame is due at a time, and a late call does not catch up: the gap is there to spare the switch.
  const room = () => timing.gap === 0 || frames.length === 0
  for (const burst of bursts) {
    let sent = burst.sent
    for (; burst.at <= now && sent < burst.total && room(); sent++) {
      const address = addresses[sent % addresses.length]
      if (address !== undefined) frames.push({ address, cause: burst.cause })
    }
    if (sent < burst.total) left.push(sent === burst.sent ? burst : { ...burst, sent })
  }
  return { frames, plan: { timing, addresses, bursts: left, refreshAt, freeAt: after(now, timing.gap) } }
}

function beginRefresh(plan: AnnouncementPlan, now: Milliseconds): Pick<AnnouncementPlan, 'bursts' | 'refreshAt'> {
  const { timing, addresses, bursts, refreshAt } = plan
  if (refreshAt === undefined || now < refreshAt) return { bursts, refreshAt }
  // Missed refreshes are not made up for, and one that the gap still holds back is not begun again.
  const missed = Math.floor((now - refreshAt) / timing.refresh)
  const unfinished = bursts.some(({ origin }) => origin === 'refresh')
  const refresh: AnnouncementBurst = {
    origin: 'refresh',
    cause: 'refresh',
    at: refreshAt,
    sent: 0,
    total: timing.refreshRepeat * addresses.length,
  }
  return {
    bursts: unfinished ? bursts : [...bursts, refresh],
    refreshAt: after(refreshAt, (missed + 1) * timing.refresh),
  }
}

function sameAddresses(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((address, i) => address === b[i]))
}

function after(instant: Milliseconds, duration: number): Milliseconds {
  return (instant + duration) as Milliseconds
}
