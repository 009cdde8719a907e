/**
 * What the program stands in: from source, or as the bundle that is shipped.
 */
import { EngineThread } from '../lib/router/engine-thread.ts'

/** Does for the program what depends on where its code lies. */
export interface ProgramHost {
  /** Starts the thread of an engine, or gives the one that was started ahead. */
  startEngine(): EngineThread
  /** Called when a daemon has begun: what it needs is loaded. */
  onSettled?(): void
}

/** Modules as they are compiled, one file each. */
export const plainHost: ProgramHost = { startEngine: () => new EngineThread() }
