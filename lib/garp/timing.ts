/**
 * When and how often addresses are announced, and keepalived's defaults.
 */
import type { Milliseconds } from '../time/units.ts'

/** Timing and number of gratuitous ARP or unsolicited NA; keepalived's garp_* keywords. */
export interface AnnouncementTiming {
  /** Announcements of each address at takeover (garp_master_repeat), default 5. */
  readonly repeat: number
  /** Delay of the second burst (garp_master_delay), default 5000 ms; 0 for none. */
  readonly delay: Milliseconds
  /** Period of refresh while active (garp_master_refresh), default 0: none. */
  readonly refresh: Milliseconds
  /** Announcements of each address at a refresh (garp_master_refresh_repeat), default 1. */
  readonly refreshRepeat: number
  /** Announcements after an advert of lower priority (garp_lower_prio_repeat), default as `repeat`. */
  readonly lowerPriorityRepeat: number
  /** Second burst after that (garp_lower_prio_delay), default as `delay`. */
  readonly lowerPriorityDelay: Milliseconds
  /**
   * While active, one announcement of each interface that has addresses and that adverts do not leave from, each `period` (ms,
   * 0: none): of those with a virtual MAC, or `everywhere` (garp_extra_if). Default: none.
   */
  readonly extra?: { readonly period: Milliseconds; readonly everywhere?: true }
  /** Gap between two frames on one interface (garp_interval, gna_interval), default 0. */
  readonly gap: Milliseconds
  /** Instances of the same name share the gap (garp_group). Default: those on the same interface. */
  readonly gapGroup?: string
}

/** keepalived's defaults. */
export const DEFAULT_ANNOUNCEMENT_TIMING: AnnouncementTiming = Object.freeze({
  repeat: 5,
  delay: 5000 as Milliseconds,
  refresh: 0 as Milliseconds,
  refreshRepeat: 1,
  lowerPriorityRepeat: 5,
  lowerPriorityDelay: 5000 as Milliseconds,
  gap: 0 as Milliseconds,
})
