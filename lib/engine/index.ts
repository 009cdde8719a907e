/**
 * Many virtual routers in one process: commands in, events out.
 * @module
 */
export type { EngineCommand } from './command.ts'
export type { EngineEvent } from './event.ts'
export type { NodeSpecification, SyncGroupSpecification } from './specification.ts'
