/**
 * What trackers tell, as plain data.
 */

/** How one execution of a tracked script ended. */
export type ScriptResult =
  | { readonly type: 'exited'; readonly status: number }
  /** By somebody else's signal, or its own fault. */
  | { readonly type: 'killed'; readonly signal: string }
  /** It ran into its timeout; told then, however long it takes to die. */
  | { readonly type: 'timed-out' }
  | { readonly type: 'not-started'; readonly message: string }

/** A verdict that is new. */
export type TrackVerdict =
  | {
      readonly kind: 'script'
      readonly name: string
      readonly verdict: 'ok' | 'failing'
      /** The result that decided. Absent: init_fail. */
      readonly result?: ScriptResult
      /** What it printed, the last lines of it. */
      readonly output: readonly string[]
    }
  | { readonly kind: 'interface'; readonly name: string; readonly verdict: 'ok' | 'failing' }
  | {
      readonly kind: 'file'
      readonly name: string
      /** `ok`: the number is 0. */
      readonly verdict: 'ok' | 'failing'
      readonly value: number
    }
  | {
      readonly kind: 'process'
      readonly name: string
      readonly verdict: 'ok' | 'failing'
      /** How many run. */
      readonly count: number
    }

/** What happened to a tracker. */
export type TrackEvent =
  | ({ readonly type: 'verdict' } & TrackVerdict)
  /** A script exits with another status than the time before. */
  | { readonly type: 'status'; readonly name: string; readonly status: number }
  /** A file that cannot be read or holds no number; told once until it changes. It counts as 0. */
  | { readonly type: 'unreadable'; readonly name: string; readonly message: string }

/** Hears what happens to trackers. */
export type TrackListener = (event: TrackEvent) => void
