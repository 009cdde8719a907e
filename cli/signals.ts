/**
 * TERM and INT as a promise: what a command waits for until it is told to end.
 */

/** Resolves with the first of TERM and INT. A second one ends the process at once, as an impatient operator expects. */
export function untilTold(): Promise<'SIGTERM' | 'SIGINT'> {
  return new Promise(resolve => {
    const once = (signal: 'SIGTERM' | 'SIGINT') => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) {
        process.removeListener(name, once)
        process.once(name, () => process.exit(128 + (name === 'SIGINT' ? 2 : 15)))
      }
      resolve(signal)
    }
    process.on('SIGTERM', once)
    process.on('SIGINT', once)
  })
}
