/**
 * Events as lines of a log.
 */
import type { HealthEvent } from './health-event.ts'

/** One line, without a time. */
export function formatHealthEvent(event: HealthEvent): string {
  const { id } = event
  switch (event.type) {
    case 'up':
      return `${id}: check succeeded, up`
    case 'down': {
      const { retries, failure } = event
      const after = retries === 0 ? '' : ` after ${retries} ${retries === 1 ? 'retry' : 'retries'}`
      return `${id}: check failed${after}, down: ${failure.text}`
    }
    case 'failure':
      return `${id}: check failed: ${event.failure.text}`
    case 'untried':
      return `${id}: cannot be checked: ${event.failure.text}`
    case 'weight': {
      const { advice } = event
      if (advice === undefined) return `${id}: weight as configured`
      const sign = advice.type === 'add' && advice.weight > 0 ? '+' : ''
      return `${id}: weight ${sign}${advice.weight}`
    }
  }
}
