/**
 * Watches scripts, interfaces, files and processes, and says of each whether it is ok.
 * @module
 */
export type { ExecutionPorts } from './execution.ts'
export { parseFileNumber } from './file-number.ts'
export { type FileSource, nodeFiles } from './file-source.ts'
export { type FilePorts, type FileSpecification, FileTracker } from './file-tracker.ts'
export { InterfaceTracker } from './interface-tracker.ts'
export type { LinkStates } from './link-states.ts'
export { matchesProcess, type ProcessDescription, type ProcessPattern } from './process-pattern.ts'
export { type ProcessEvent, type ProcessEvents, type ProcessTable, procTable } from './process-table.ts'
export { type ProcessSpecification, ProcessTracker, type ProcessTrackerPorts } from './process-tracker.ts'
export { type ProcessPorts, ProcessWatch } from './process-watch.ts'
export { type ScriptPorts, type ScriptSpecification, ScriptTracker } from './script-tracker.ts'
export { argumentsOf } from './shell-line.ts'
export type { ScriptResult, TrackEvent, TrackListener, TrackVerdict } from './track-event.ts'
export type { Tracker } from './tracker.ts'
export { INITIALLY_FAILING, judge, NO_VERDICT, type Thresholds, type VerdictState } from './verdict.ts'
