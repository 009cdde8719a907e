/**
 * Many virtual routers in one process: commands in, events out.
 * @module
 */
export type { EngineCommand } from './command.ts'
export { Engine, type EngineOptions } from './engine.ts'
export type { EngineHost } from './engine-host.ts'
export type { EngineEvent } from './event.ts'
export { EventDigest } from './event-digest.ts'
export type { ReplayRecord } from './replay-record.ts'
export type { EngineSnapshot } from './snapshot.ts'
export type { NodeSpecification, SyncGroupSpecification } from './specification.ts'
export type { UnknownRouter } from './unknown-routers.ts'
