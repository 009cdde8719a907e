/**
 * Where an engine runs is nobody's business: in the event loop of the host, or in a thread of its own.
 */
import type { EngineCommand } from './command.ts'
import type { EngineEvent } from './event.ts'
import type { ReplayRecord } from './replay-record.ts'
import type { EngineSnapshot } from './snapshot.ts'

/** An engine as its owner sees it. */
export interface EngineHost {
  /** Calls `listener` with every event. Returns the end of it. */
  subscribe(listener: (event: EngineEvent) => void): () => void
  /** Carries out a command. */
  dispatch(command: EngineCommand): void
  /** What it is and knows now. */
  snapshot(): EngineSnapshot
  /** The replay memory of all virtual routers that authenticate, for the command `remember` of a later run. Also after the stop. */
  replayRecords(): Promise<readonly ReplayRecord[]>
  /** Resigns where active and takes all addresses away. Resolves when they are gone. */
  stop(): Promise<void>
  /** An error came out of its own work: what it does from now on cannot be trusted. */
  readonly broken: boolean
}
