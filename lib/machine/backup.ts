/**
 * The backup state: listening to the active router, ready to take its place. RFC 9568 §6.4.2, RFC 3768 §6.4.2.
 */
import type { Milliseconds } from '../time/units.ts'
import type { MachineAction, Notice } from './action.ts'
import type { MachineEvent } from './event.ts'
import { skewTime } from './intervals.ts'
import { distrustsLateTimers, isLate, tellLate } from './late.ts'
import { clampPriority } from './priority.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { BackupState } from './state.ts'
import { downInterval, preempts } from './steady.ts'
import { becomeActive, becomeInitialize, type Step, stay } from './transition.ts'
import type { TransitionReason } from './transition-reason.ts'

type Advertisement = Extract<MachineEvent, { readonly type: 'advertisement' }>

/** One event in backup. */
export function stepBackup(router: VirtualRouter, state: BackupState, event: MachineEvent, now: Milliseconds): Step {
  switch (event.type) {
    case 'advertisement':
      if (event.priority === 0) return resigned(router, state, event, now)
      return obeys(router, state, event, now) ? obey(router, state, event, now) : discard(state, event)
    case 'timer':
      return timeOut(router, state, now)
    case 'priority':
      return changePriority(router, state, event.priority, now)
    case 'takeover':
      return becomeActive(router, state, state.wish ?? 'sync-group', now)
    case 'shutdown':
      // RFC 9568 §6.4.2 (Shutdown: cancel the Active_Down_Timer, to Initialize).
      return becomeInitialize(state, event.cause)
    case 'startup':
    case 'yield':
      return stay(state)
  }
}

/** The instant at which a backup has to be called again. */
export function backupDeadline(state: BackupState): Milliseconds {
  return preemptsFirst(state) ? state.preemptAt : state.activeDownAt
}

function preemptsFirst(state: BackupState): state is BackupState & { readonly preemptAt: Milliseconds } {
  return state.preemptAt !== undefined && state.preemptAt < state.activeDownAt
}

function timeOut(router: VirtualRouter, state: BackupState, now: Milliseconds): Step {
  const due = backupDeadline(state)
  if (now < due) return stay(state)
  if (!isLate(due, state.activeInterval, now)) return takeOver(router, state, now)
  if (!distrustsLateTimers(router)) return tellLate(takeOver(router, state, now), now - due, false)
  // The adverts of that time were not heard because nobody listened: only silence from now on says anything.
  const activeDownAt = (now + downInterval(router, state.priority, state.activeInterval)) as Milliseconds
  return tellLate(stay({ ...state, activeDownAt, preemptAt: undefined }), now - due, true)
}

function takeOver(router: VirtualRouter, state: BackupState, now: Milliseconds): Step {
  const reason = state.wish ?? (preemptsFirst(state) ? 'preempt-delay-expired' : REASONS[state.waitingFor])
  // RFC 9568 §6.4.2 (Active_Down_Timer fires: advertise, announce, become active).
  if (!router.grouped) return becomeActive(router, state, reason, now)
  // In a group the wish waits for the others; keepalived waits a full interval before it asks again.
  const activeDownAt = (now + downInterval(router, state.priority, state.activeInterval)) as Milliseconds
  return {
    state: { ...state, activeDownAt, preemptAt: undefined, wish: reason },
    actions: [{ type: 'want-active', reason }],
  }
}

const REASONS: Readonly<Record<BackupState['waitingFor'], TransitionReason>> = {
  startup: 'owner-startup',
  advertisement: 'master-timeout',
  resigned: 'master-resigned',
  preemption: 'preempted-lower-priority',
}

function resigned(router: VirtualRouter, state: BackupState, { source }: Advertisement, now: Milliseconds): Step {
  // RFC 9568 §6.4.2 (Priority 0: set the Active_Down_Timer to Skew_Time). There is nobody left to preempt.
  const activeDownAt = (now + skewTime(router.version, state.priority, state.activeInterval)) as Milliseconds
  const actions: MachineAction[] = [notice({ type: 'master-resigned', source })]
  if (state.preemptAt !== undefined) actions.push(notice({ type: 'preempt-delay-stopped' }))
  return stay({ ...state, activeDownAt, waitingFor: 'resigned', preemptAt: undefined }, actions)
}

function obeys(router: VirtualRouter, state: BackupState, event: Advertisement, now: Milliseconds): boolean {
  // RFC 9568 §6.4.2 (Preempt_Mode False, or Priority greater than or equal to ours). Equal from any address.
  if (event.priority >= state.priority || !preempts(router)) return true
  // keepalived: lower priority is obeyed until the preempt delay is over.
  if (!delaysPreemption(router) || state.wish === 'preempt-delay-expired') return false
  return state.preemptAt === undefined || now < state.preemptAt
}

function obey(router: VirtualRouter, state: BackupState, event: Advertisement, now: Milliseconds): Step {
  // RFC 9568 §6.4.2 (Set Active_Adver_Interval to the advertised one, recompute Skew_Time and Active_Down_Interval,
  // set Active_Down_Timer). RFC 3768 knows no other interval than ours.
  const activeInterval = router.version === 3 ? event.interval : router.interval
  const activeDownAt = (now + downInterval(router, state.priority, activeInterval)) as Milliseconds
  const known = state.activeRouter
  const same = known !== undefined && known.address === event.source && known.priority === event.priority
  const delayed = event.priority < state.priority && preempts(router) && delaysPreemption(router)
  const preemptAt = delayed ? (state.preemptAt ?? ((now + router.preemptDelay) as Milliseconds)) : undefined
  const next: BackupState = {
    state: 'backup',
    priority: state.priority,
    activeInterval,
    activeDownAt,
    preemptAt,
    waitingFor: 'advertisement',
    activeRouter: same ? known : { address: event.source, priority: event.priority },
    wish: undefined,
  }
  if (same && state.preemptAt === preemptAt && state.activeInterval === activeInterval && state.wish === undefined) {
    return stay(next)
  }
  return stay(next, newsOf(router, state, next, event))
}

/** What an obeyed advertisement changed, beyond the timer. */
function newsOf(router: VirtualRouter, before: BackupState, after: BackupState, event: Advertisement): MachineAction[] {
  const actions: MachineAction[] = []
  if (before.wish !== undefined) actions.push({ type: 'want-backup' })
  if (before.activeRouter?.address !== event.source) {
    actions.push(notice({ type: 'master-changed', from: before.activeRouter?.address, to: event.source }))
  }
  if (before.activeInterval !== after.activeInterval) {
    actions.push(notice({ type: 'interval-learnt', source: event.source, interval: after.activeInterval }))
  }
  if (before.preemptAt === undefined && after.preemptAt !== undefined) {
    actions.push(notice({ type: 'preempt-delay-started', delay: router.preemptDelay }))
  }
  if (before.preemptAt !== undefined && after.preemptAt === undefined) {
    actions.push(notice({ type: 'preempt-delay-stopped' }))
  }
  return actions
}

function discard(state: BackupState, { source, priority }: Advertisement): Step {
  // RFC 9568 §6.4.2 (Preempt_Mode True and lower priority: discard). The timer runs on, and preempts when it ends.
  const known = state.activeRouter
  const same = known?.address === source && known.priority === priority && state.waitingFor === 'preemption'
  const next: BackupState = same
    ? state
    : { ...state, waitingFor: 'preemption', activeRouter: { address: source, priority } }
  return stay(next, [notice({ type: 'discarding-lower-priority', source, priority, ours: state.priority })])
}

function changePriority(router: VirtualRouter, state: BackupState, wanted: number, now: Milliseconds): Step {
  const priority = clampPriority(wanted)
  if (isOwner(router) || priority === state.priority) return stay(state)
  const actions = [notice({ type: 'priority-changed', from: state.priority, to: priority })]
  // keepalived: the running timer moves by the change of the skew.
  const skewChange =
    skewTime(router.version, priority, state.activeInterval) -
    skewTime(router.version, state.priority, state.activeInterval)
  const moved: BackupState = { ...state, priority, activeDownAt: (state.activeDownAt + skewChange) as Milliseconds }

  // No longer better than the router that was about to be preempted: it is obeyed again, before its next advert says so.
  const preempting = state.waitingFor === 'preemption' || state.preemptAt !== undefined
  if (!preempting || state.activeRouter === undefined || state.activeRouter.priority < priority) {
    return stay(moved, actions)
  }
  if (state.preemptAt !== undefined) actions.push(notice({ type: 'preempt-delay-stopped' }))
  if (state.wish !== undefined) actions.unshift({ type: 'want-backup' })
  const activeDownAt =
    state.waitingFor === 'preemption'
      ? ((now + downInterval(router, priority, state.activeInterval)) as Milliseconds)
      : moved.activeDownAt
  return stay({ ...moved, activeDownAt, preemptAt: undefined, waitingFor: 'advertisement', wish: undefined }, actions)
}

function delaysPreemption(router: VirtualRouter): boolean {
  return router.preemptDelay > 0 && !isOwner(router)
}

function notice(news: Notice): MachineAction {
  return { type: 'notice', notice: news }
}
