/**
 * Many virtual routers in one process: commands in, events out.
 * @module
 */
export type { EngineCommand } from './command.ts'
export type { EngineEvent, Fault, InstanceEvent } from './event.ts'
export type {
  AnnouncementTiming,
  InstanceSpecification,
  NodeSpecification,
  SyncGroupSpecification,
  TrackerSpecification,
} from './specification.ts'
