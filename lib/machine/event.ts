/**
 * What can happen to a virtual router. RFC 9568 §6.4. Plain data.
 */
import type { Milliseconds } from '../time/units.ts'

/** An input of the machine. */
export type MachineEvent =
  /** Begin, or begin again after a fault. Only `initialize` hears it. */
  | { readonly type: 'startup' }
  /** Stop. An active router resigns with priority 0. `fault`: what it stands on is gone; `stop`: it was told to. */
  | { readonly type: 'shutdown'; readonly cause: 'stop' | 'fault' }
  /** An advertisement that passed all receive checks. */
  | {
      readonly type: 'advertisement'
      readonly priority: number
      readonly interval: Milliseconds
      /** The sender's primary address, canonical text. */
      readonly source: string
      /** Our primary address of the same family, canonical text: the tie-break. */
      readonly localAddress: string
    }
  /** The clock may have passed a deadline. Harmless when it has not. */
  | { readonly type: 'timer' }
  /** The effective priority changed (trackers, operator): clamped to 1-254. Ignored by an owner. */
  | { readonly type: 'priority'; readonly priority: number }
  /** The sync group says: become active now. */
  | { readonly type: 'takeover' }
  /** The sync group says: become backup now. */
  | { readonly type: 'yield' }
