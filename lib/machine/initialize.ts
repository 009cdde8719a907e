/**
 * The initialize state: waiting for a startup event. RFC 9568 §6.4.1, RFC 3768 §6.4.1.
 */
import type { Milliseconds } from '../time/units.ts'
import type { MachineEvent } from './event.ts'
import { clampPriority } from './priority.ts'
import { isOwner, type VirtualRouter } from './router.ts'
import type { BackupState, InitializeState } from './state.ts'
import { becomeActive, becomeBackup, type Step, stay } from './transition.ts'

/** One event in initialize. Advertisements, timers, takeovers and shutdowns mean nothing here. */
export function stepInitialize(
  router: VirtualRouter,
  state: InitializeState,
  event: MachineEvent,
  now: Milliseconds,
): Step {
  if (event.type === 'startup')
    return isOwner(router) ? startOwner(router, state, now) : startBackup(router, state, now)
  if (event.type === 'priority' && !isOwner(router)) {
    const priority = clampPriority(event.priority)
    if (priority === state.priority) return stay(state)
    const notice = { type: 'priority-changed', from: state.priority, to: priority } as const
    return stay({ ...state, priority }, [{ type: 'notice', notice }])
  }
  return stay(state)
}

function startBackup(router: VirtualRouter, state: InitializeState, now: Milliseconds): Step {
  // RFC 9568 §6.4.1 (Startup, not the owner: Active_Adver_Interval := ours, Active_Down_Timer := Active_Down_Interval).
  // The full interval also when the configuration says `state MASTER`: so does keepalived.
  return becomeBackup(router, state, 'startup', now)
}

function startOwner(router: VirtualRouter, state: InitializeState, now: Milliseconds): Step {
  // RFC 9568 §6.4.1 (Startup with priority 255: advertise, announce, become active).
  if (!router.grouped) return becomeActive(router, state, 'owner-startup', now)
  // An owner in a sync group asks first, at once: a backup whose timer has run out.
  const { state: backup, actions } = becomeBackup(router, state, 'startup', now)
  return { state: { ...(backup as BackupState), activeDownAt: now, waitingFor: 'startup' }, actions }
}
