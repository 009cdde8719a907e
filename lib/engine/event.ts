/**
 * What an engine tells, as plain data. Every event carries the instant and the instance it is about.
 */
import type { InstanceEvent } from '../instance/event.ts'
import type { Milliseconds } from '../time/units.ts'

/** An {@link InstanceEvent} with its place and time. */
export type EngineEvent = InstanceEvent & {
  /** The engine's clock. */
  readonly at: Milliseconds
  readonly instance: string
}
