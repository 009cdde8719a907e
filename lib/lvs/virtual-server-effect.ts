/**
 * What follows from a change beside the table: lines of the log, and what the outside is told.
 */

/** Something to do. */
export type VirtualServerEffect =
  /** A line of the log, in keepalived's words. */
  | { readonly type: 'log'; readonly level: 'notice' | 'info'; readonly text: string }
  /** A server came up or went down: notify_up, notify_down, FIFO, mail. */
  | {
      readonly type: 'server'
      readonly server: string
      readonly state: 'UP' | 'DOWN'
      /** For mails; absent at the start. */
      readonly cause?: string
      readonly stopping: boolean
    }
  /** A check changed its mind and its server did not change: mail at most. */
  | { readonly type: 'check'; readonly server: string; readonly state: 'UP' | 'DOWN'; readonly cause: string }
  /** The quorum was reached or lost: quorum_up, quorum_down, FIFO, mail. */
  | {
      readonly type: 'quorum'
      readonly state: 'UP' | 'DOWN'
      /** For mails: `Lost quorum 2-0=2 > 1`. */
      readonly cause: string
      readonly stopping: boolean
    }
