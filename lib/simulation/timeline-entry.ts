/**
 * The lines of a timeline, as plain data. RFC 9568's names of the states; {@link formatEntry} prints keepalived's.
 */
import type { AnnouncementCause } from '../garp/index.ts'
import type { Fault } from '../instance/event.ts'
import type { Notice, RouterState, TransitionReason } from '../machine/index.ts'
import type { ReceiveError } from '../packet/index.ts'
import type { Milliseconds } from '../time/units.ts'
import type { Takeover } from './takeover.ts'

/** Why one advertisement has a line of its own; the steady ones are counted. */
export type AdvertisementOccasion =
  /** The first after a takeover. */
  | 'first'
  /** Priority 0. */
  | 'resignation'
  /** Another priority than the one before. */
  | 'priority'
  /** Sooner than the interval says: an answer to another router. */
  | 'unscheduled'
  /** Every one was asked for. */
  | 'listed'

/** What a line says, without its time and place. */
export type TimelineFact =
  /** Something was done to the cluster. */
  | { readonly type: 'step'; readonly text: string }
  | {
      readonly type: 'transition'
      readonly from: RouterState
      readonly to: RouterState
      /** `from` is the initialize of a fault: keepalived's FAULT. */
      readonly fromFault: boolean
      readonly reason: TransitionReason
      readonly priority: number
      /** The node that this is about, if there is one. */
      readonly peer?: { readonly node: string; readonly priority: number }
      readonly takeover?: Takeover
    }
  | {
      readonly type: 'notice'
      readonly notice: Notice
      /** The other node that this is about, if there is one. */
      readonly peer?: string
      readonly count: number
    }
  | { readonly type: 'advertisement'; readonly priority: number; readonly occasion: AdvertisementOccasion }
  /** Steady ones, from `at` to `until`. */
  | {
      readonly type: 'advertisements'
      readonly priority: number
      readonly count: number
      readonly until: Milliseconds
    }
  | {
      readonly type: 'refused'
      readonly source: string
      readonly reason: ReceiveError
      readonly message: string
      readonly count: number
    }
  | { readonly type: 'questioned'; readonly source: string; readonly message: string }
  | {
      readonly type: 'addresses'
      readonly interface: string
      readonly present: boolean
      readonly addresses: readonly string[]
    }
  /** `count` frames for these addresses, from `at` to `until`. */
  | {
      readonly type: 'announcements'
      readonly interface: string
      readonly cause: AnnouncementCause
      readonly addresses: readonly string[]
      readonly count: number
      readonly until: Milliseconds
    }
  | { readonly type: 'send-failed'; readonly message: string }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'fault-cleared'; readonly fault: Fault }

/** A line of the timeline. */
export type TimelineEntry = TimelineFact & {
  readonly at: Milliseconds
  readonly node?: string
  readonly instance?: string
}
