/**
 * Signs of life for a service manager, given only while deadlines are met: they hang on the same clock as the adverts, so
 * that a process whose adverts stop stops them too, and is restarted.
 */
import type { Clock, Milliseconds } from '../time/index.ts'

/**
 * Calls `ping` now and twice in each period, by the clock of the engine.
 * @param period - of the service manager's patience
 * @returns the end of it
 */
export function startWatchdog(clock: Clock, period: Milliseconds, ping: () => void): () => void {
  let timer = { cancel: () => {} }
  const turn = () => {
    ping()
    timer = clock.wakeAt((clock.now() + period / 2) as Milliseconds, turn)
  }
  turn()
  return () => timer.cancel()
}
