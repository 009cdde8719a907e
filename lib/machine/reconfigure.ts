/**
 * A new configuration for a router that runs. keepalived's reload: the state stays, and nothing is sent but what the
 * other routers must know at once.
 */
import type { Milliseconds } from '../time/units.ts'
import type { MachineAction } from './action.ts'
import { activeDownInterval } from './intervals.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { ActiveState, BackupState, MachineState } from './state.ts'
import { type Step, stay } from './transition.ts'

/** What changes of a running router. Its identity (version, family, vrid) does not: another identity is another router. */
export interface Reconfiguration {
  readonly before: VirtualRouter
  readonly after: VirtualRouter
  /** The effective priority from now on, 1-255. */
  readonly priority: number
  /** What adverts carry beside the priority is other than before: an active router says so at once. */
  readonly advertise: boolean
}

/** Takes a new configuration. Never a transition: where one must follow, a deadline of now brings it. */
export function reconfigure(change: Reconfiguration, state: MachineState, now: Milliseconds): Step {
  const { priority } = change
  const actions: MachineAction[] = []
  if (priority !== state.priority) {
    actions.push({ type: 'notice', notice: { type: 'priority-changed', from: state.priority, to: priority } })
  }
  switch (state.state) {
    case 'initialize':
      return stay({ ...state, priority }, actions)
    case 'active':
      return reconfigureActive(change, state, actions, now)
    case 'backup':
      return reconfigureBackup(change, state, actions, now)
  }
}

function reconfigureActive(
  { after, priority, advertise }: Reconfiguration,
  state: ActiveState,
  actions: MachineAction[],
  now: Milliseconds,
): Step {
  const next = (now + after.interval) as Milliseconds
  if (advertise) {
    return stay({ ...state, priority, advertiseAt: next }, [{ type: 'send-advertisement', priority }, ...actions])
  }
  const advertiseAt = next < state.advertiseAt ? next : state.advertiseAt
  return stay({ ...state, priority, advertiseAt }, actions)
}

function reconfigureBackup(
  { before, after, priority }: Reconfiguration,
  state: BackupState,
  actions: MachineAction[],
  now: Milliseconds,
): Step {
  // Version 3 keeps the interval that it learnt; until it has heard one, and in version 2, ours is the one.
  const learnt = after.version === 3 && state.activeRouter !== undefined
  const activeInterval = learnt ? state.activeInterval : after.interval
  const downInterval = activeDownInterval(after.version, priority, activeInterval, after.downTimerAdverts)
  const oldInterval = activeDownInterval(before.version, state.priority, state.activeInterval, before.downTimerAdverts)
  const wish = after.grouped ? state.wish : undefined
  const next: BackupState = { ...state, priority, activeInterval, wish }
  if (isOwner(after) && !isOwner(before)) {
    // RFC 9568 §6.4.1 (Priority 255: active at once, without a wait).
    return stay({ ...next, activeDownAt: now, preemptAt: undefined, waitingFor: 'startup' }, actions)
  }
  // As if the last advert had been heard with the new intervals; what was resigned is waited for as before.
  const shift = state.waitingFor === 'resigned' ? 0 : downInterval - oldInterval
  // Never into the past: that would be a late timer.
  const moved = { ...next, activeDownAt: Math.max(now, state.activeDownAt + shift) as Milliseconds }
  const { activeRouter } = state
  const preempting = state.waitingFor === 'preemption' || state.preemptAt !== undefined
  if (!preempting || activeRouter === undefined) return stay(moved, actions)
  if (activeRouter.priority < priority && (after.preempt || isOwner(after))) {
    if (state.preemptAt === undefined || after.preemptDelay === before.preemptDelay) return stay(moved, actions)
    const preemptAt = Math.max(now, state.preemptAt + after.preemptDelay - before.preemptDelay) as Milliseconds
    return stay({ ...moved, preemptAt }, actions)
  }
  // It was about to preempt and no longer may: the other router is obeyed again, before its next advert says so.
  if (state.preemptAt !== undefined) actions.push({ type: 'notice', notice: { type: 'preempt-delay-stopped' } })
  if (state.wish !== undefined) actions.unshift({ type: 'want-backup' })
  const activeDownAt = state.waitingFor === 'preemption' ? ((now + downInterval) as Milliseconds) : moved.activeDownAt
  return stay({ ...moved, activeDownAt, preemptAt: undefined, waitingFor: 'advertisement', wish: undefined }, actions)
}
