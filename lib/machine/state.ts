/**
 * The states of a virtual router, each with the deadlines that it holds. RFC 9568 §6.3.
 */
import type { Milliseconds } from '../time/units.ts'
import type { TransitionReason } from './transition-reason.ts'

/** RFC 9568's names of the three states. */
export type RouterState = 'initialize' | 'backup' | 'active'

interface Common {
  /** The effective priority, 1-255: the configured one moved by trackers. 255 only when configured. */
  readonly priority: number
}

/** Waiting for a startup event. */
export interface InitializeState extends Common {
  readonly state: 'initialize'
}

/** Listening to the active router. */
export interface BackupState extends Common {
  readonly state: 'backup'
  /** Active_Adver_Interval: ours, or (version 3) the one last heard. */
  readonly activeInterval: Milliseconds
  /** Active_Down_Timer: the instant at which the active router counts as dead. */
  readonly activeDownAt: Milliseconds
  /** The instant when a running preempt delay ends, if one runs. */
  readonly preemptAt: Milliseconds | undefined
  /** Why activeDownAt is what it is; becomes the reason of the transition when it passes. */
  readonly waitingFor: 'startup' | 'advertisement' | 'resigned' | 'preemption'
  /** The active router as last heard, if any was. */
  readonly activeRouter: { readonly address: string; readonly priority: number } | undefined
  /** In a sync group: the reason given with a `want-active` that was not taken back since. */
  readonly wish: TransitionReason | undefined
}

/** Being the router. */
export interface ActiveState extends Common {
  readonly state: 'active'
  /** Adver_Timer: the instant of the next advertisement. */
  readonly advertiseAt: Milliseconds
}

/** The whole state of one virtual router. Plain data: it can be logged, stored and replayed. */
export type MachineState = InitializeState | BackupState | ActiveState
