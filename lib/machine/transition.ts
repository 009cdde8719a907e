/**
 * The ways from state to state, each with its actions in keepalived's order: the advertisement first, then the
 * addresses, their announcement, and the transition last. RFC 9568 §6.4.
 */
import type { Milliseconds } from '../time/units.ts'
import type { MachineAction } from './action.ts'
import { activeDownInterval } from './intervals.ts'
import type { VirtualRouter } from './router.ts'
import type { BackupState, MachineState } from './state.ts'
import type { TransitionReason } from './transition-reason.ts'

/** What one event led to. */
export interface Step {
  readonly state: MachineState
  /** What is to be done, in this order. */
  readonly actions: readonly MachineAction[]
}

const NO_ACTIONS: readonly MachineAction[] = Object.freeze([])

/** No transition. Without actions the one empty list is shared: most events of a healthy router end here. */
export function stay(state: MachineState, actions: readonly MachineAction[] = NO_ACTIONS): Step {
  return { state, actions: actions.length === 0 ? NO_ACTIONS : actions }
}

/** RFC 9568 §6.4.1, §6.4.2: advertise, hold the addresses, announce them. */
export function becomeActive(
  router: VirtualRouter,
  from: MachineState,
  reason: TransitionReason,
  now: Milliseconds,
): Step {
  return {
    state: { state: 'active', priority: from.priority, advertiseAt: (now + router.interval) as Milliseconds },
    actions: [
      { type: 'send-advertisement', priority: from.priority },
      { type: 'set-addresses', present: true },
      { type: 'announce', cause: 'takeover' },
      { type: 'transition', from: from.state, to: 'active', reason },
    ],
  }
}

/**
 * Listen, with a full Active_Down_Interval. Nothing resigns here: priority 0 would make the other backups start an
 * election against the router that has just won.
 */
export function becomeBackup(
  router: VirtualRouter,
  from: MachineState,
  reason: TransitionReason,
  now: Milliseconds,
  active?: {
    readonly interval: Milliseconds
    readonly router: BackupState['activeRouter']
    readonly news: readonly MachineAction[]
  },
): Step {
  const activeInterval = active === undefined ? router.interval : active.interval
  const interval = activeDownInterval(router.version, from.priority, activeInterval, router.downTimerAdverts)
  const actions: MachineAction[] = [
    { type: 'set-addresses', present: false },
    ...(active?.news ?? []),
    { type: 'transition', from: from.state, to: 'backup', reason },
  ]
  if (from.state === 'active') actions.unshift({ type: 'cancel-announcements' })
  return {
    state: {
      state: 'backup',
      priority: from.priority,
      activeInterval,
      activeDownAt: (now + interval) as Milliseconds,
      preemptAt: undefined,
      waitingFor: 'advertisement',
      activeRouter: active?.router,
      wish: undefined,
    },
    actions,
  }
}

/** Stop. Only an active router has something to resign and addresses to take away. */
export function becomeInitialize(from: MachineState, cause: 'stop' | 'fault'): Step {
  const transition: MachineAction = {
    type: 'transition',
    from: from.state,
    to: 'initialize',
    reason: cause === 'stop' ? 'shutdown' : 'fault',
  }
  return {
    state: { state: 'initialize', priority: from.priority },
    actions:
      from.state === 'active'
        ? [
            // RFC 9568 §6.4.3 (Shutdown: send an ADVERTISEMENT with Priority = 0).
            { type: 'send-advertisement', priority: 0 },
            { type: 'cancel-announcements' },
            { type: 'set-addresses', present: false },
            transition,
          ]
        : [transition],
  }
}
