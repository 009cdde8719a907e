/**
 * What the main thread and the thread of the engine say to each other, as plain data.
 */
import type { MessagePort } from 'node:worker_threads'
import type { EngineCommand, EngineEvent, EngineSnapshot, ReplayRecord } from '../engine/index.ts'
import type { Scheduling } from '../linux/index.ts'

/** Index of the number of answers: the main thread waits for it to change. */
export const ANSWERS = 0
/** Index of the number of times that the thread looked after its events: the sign that it lives. */
export const BEATS = 1
/** Index of the descriptor of the bell that wakes the thread, plus 1. 0: the thread has not opened it yet. */
export const BELL = 2
/** How many numbers are shared. */
export const COUNTERS = 3

/** What the thread is given at its start. */
export interface EngineThreadData {
  /** Commands come in here; the bell, once there is one, is rung after each. */
  readonly commands: MessagePort
  /** What is asked for is answered here; then {@link ANSWERS} is counted up. */
  readonly answers: MessagePort
  /** Shared: the numbers of {@link ANSWERS}, {@link BEATS} and {@link BELL}. */
  readonly counters: Int32Array
}

/** To the thread. */
export type ToEngine =
  | { readonly type: 'command'; readonly command: EngineCommand }
  | { readonly type: 'snapshot' }
  /** Tell of each announcement too, or no longer. */
  | { readonly type: 'detail'; readonly detail: boolean }
  | { readonly type: 'replay-records' }
  | { readonly type: 'stop' }
  | { readonly type: 'schedule'; readonly scheduling: Scheduling }

/** From the thread. */
export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'events'; readonly events: readonly EngineEvent[] }
  /** The answer to `replay-records`, and once more at the stop. */
  | { readonly type: 'replay-records'; readonly records: readonly ReplayRecord[] }
  /** It is no more alarmed than this: the kernel refused a wish about scheduling. */
  | { readonly type: 'unscheduled'; readonly refusals: readonly string[] }
  /** Something threw. `broken`: inside the engine's own work. */
  | { readonly type: 'failed'; readonly error: unknown; readonly broken: boolean }

/** The answer to `snapshot`. */
export type EngineAnswer = { readonly snapshot: EngineSnapshot } | { readonly error: unknown }
