/**
 * Where notifiers tell what happened to them.
 */

/** Takes one line, without its end. */
export type NotifyLog = (level: 'error' | 'warning' | 'info' | 'debug', line: string) => void
