/**
 * What all trackers have in common.
 */

/** Watches one thing from start to stop, and tells each new verdict. */
export interface Tracker {
  readonly kind: 'script' | 'interface' | 'file' | 'process'
  readonly name: string
  /** Begins; the first verdict may come within the call. */
  start(): void
  /** Ends. Nothing is told afterwards. Resolves when nothing of it runs any more. Twice is once. */
  stop(): Promise<void>
}
