/**
 * The protocol as a pure reducer. RFC 9568 §6.4, RFC 3768 §6.4.
 * @module
 */
export { acceptsPackets } from './accept-mode.ts'
export type { MachineAction, Notice } from './action.ts'
export type { MachineEvent } from './event.ts'
export { activeDownInterval, skewTime } from './intervals.ts'
export { isLate } from './late.ts'
export { clampPriority, effectivePriority, isFault, priorityChange, type TrackerContribution } from './priority.ts'
export { type Reconfiguration, reconfigure } from './reconfigure.ts'
export { isOwner, OWNER_PRIORITY, type VirtualRouter } from './router.ts'
export type { ActiveState, BackupState, InitializeState, MachineState, RouterState } from './state.ts'
export { downInterval, isRepetition, nextAdvertisement } from './steady.ts'
export { initialState, nextDeadline, step } from './step.ts'
export {
  initialSyncGroup,
  type SyncGroupCommand,
  type SyncGroupEvent,
  type SyncGroupMember,
  type SyncGroupState,
  type SyncGroupStep,
  stepSyncGroup,
  syncGroupState,
} from './sync-group.ts'
export type { Step } from './transition.ts'
export type { TransitionReason } from './transition-reason.ts'
