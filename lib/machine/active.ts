/**
 * The active state: being the router. RFC 9568 §6.4.3, RFC 3768 §6.4.3.
 */
import { compareIp } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import type { MachineAction } from './action.ts'
import type { MachineEvent } from './event.ts'
import { distrustsLateTimers, isLate, tellLate } from './late.ts'
import { clampPriority } from './priority.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { ActiveState } from './state.ts'
import { downInterval, nextAdvertisement } from './steady.ts'
import { becomeBackup, becomeInitialize, type Step, stay } from './transition.ts'
import type { TransitionReason } from './transition-reason.ts'

type Advertisement = Extract<MachineEvent, { readonly type: 'advertisement' }>

/** One event in active. */
export function stepActive(router: VirtualRouter, state: ActiveState, event: MachineEvent, now: Milliseconds): Step {
  switch (event.type) {
    case 'timer':
      return timeOut(router, state, now)
    case 'advertisement':
      return receive(router, state, event, now)
    case 'priority': {
      const priority = clampPriority(event.priority)
      if (isOwner(router) || priority === state.priority) return stay(state)
      const notice = { type: 'priority-changed', from: state.priority, to: priority } as const
      return stay({ ...state, priority }, [{ type: 'notice', notice }])
    }
    case 'yield':
      return becomeBackup(router, state, 'sync-group', now)
    case 'shutdown':
      // RFC 9568 §6.4.3 (Shutdown: cancel the Adver_Timer, resign, to Initialize).
      return becomeInitialize(state, event.cause)
    case 'startup':
    case 'takeover':
      return stay(state)
  }
}

function timeOut(router: VirtualRouter, state: ActiveState, now: Milliseconds): Step {
  const { advertiseAt: due } = state
  if (now < due) return stay(state)
  if (isSucceeded(router, state, now)) {
    return tellLate(becomeBackup(router, state, 'late-timer', now), now - due, false)
  }
  const late = isLate(due, router.interval, now)
  // RFC 9568 §6.4.3 (Adver_Timer fires: send an ADVERTISEMENT, reset the timer).
  const advertiseAt = nextAdvertisement(due, router.interval, now)
  const step: Step = {
    state: { state: 'active', priority: state.priority, advertiseAt },
    actions: [{ type: 'send-advertisement', priority: state.priority }],
  }
  return late ? tellLate(step, now - due, false) : step
}

/**
 * Whether an active router that does not trust late timers was paused for so long that whoever waited for its adverts has
 * taken over, and would now hear a second active router.
 */
export function isSucceeded(router: VirtualRouter, { advertiseAt, priority }: ActiveState, now: Milliseconds): boolean {
  if (!distrustsLateTimers(router) || !isLate(advertiseAt, router.interval, now)) return false
  return now - advertiseAt > downInterval(router, priority, router.interval)
}

function receive(router: VirtualRouter, state: ActiveState, event: Advertisement, now: Milliseconds): Step {
  const { priority, source, localAddress } = event
  if (priority === 0) {
    // RFC 9568 §6.4.3 (Priority 0: send an ADVERTISEMENT, reset the Adver_Timer).
    return advertiseNow(router, state, now, [{ type: 'notice', notice: { type: 'priority-zero', source } }])
  }
  // RFC 9568 §6.4.3 (Priority greater than ours, or equal and the sender's primary address greater than ours).
  if (priority > state.priority) return giveWay(router, state, event, 'higher-priority', now)
  if (priority < state.priority) return win(router, state, event, now)
  const order = compareIp(source, localAddress)
  if (order > 0) return giveWay(router, state, event, 'higher-address', now)
  // Our own advert come back, or a stolen address: to answer it would only feed a loop.
  if (order === 0) return stay(state, [{ type: 'notice', notice: { type: 'own-address', source } }])
  return win(router, state, event, now)
}

function giveWay(
  router: VirtualRouter,
  state: ActiveState,
  { interval, source, priority }: Advertisement,
  reason: TransitionReason,
  now: Milliseconds,
): Step {
  // RFC 9568 §6.4.3 (Set Active_Adver_Interval to the advertised one, recompute, become backup).
  const learnt = router.version === 3 ? interval : router.interval
  const news: MachineAction[] =
    learnt === router.interval
      ? []
      : [{ type: 'notice', notice: { type: 'interval-learnt', source, interval: learnt } }]
  const step = becomeBackup(router, state, reason, now, {
    interval: learnt,
    router: { address: source, priority },
    news,
  })
  if (!router.advertiseBeforeYield) return step
  return { state: step.state, actions: [{ type: 'send-advertisement', priority: state.priority }, ...step.actions] }
}

function win(router: VirtualRouter, state: ActiveState, { source, priority }: Advertisement, now: Milliseconds): Step {
  const news: MachineAction[] = [
    { type: 'announce', cause: 'lower-priority-advertisement' },
    { type: 'notice', notice: { type: 'lower-priority-advertisement', source, priority, ours: state.priority } },
  ]
  // RFC 9568 §6.4.3 (else: discard and send an ADVERTISEMENT at once, for the loser and the bridges to learn from).
  return router.advertiseToLoser ? advertiseNow(router, state, now, news) : stay(state, news)
}

function advertiseNow(
  router: VirtualRouter,
  state: ActiveState,
  now: Milliseconds,
  after: readonly MachineAction[],
): Step {
  return {
    state: { state: 'active', priority: state.priority, advertiseAt: (now + router.interval) as Milliseconds },
    actions: [{ type: 'send-advertisement', priority: state.priority }, ...after],
  }
}
