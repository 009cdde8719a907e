/**
 * Takes one look at something on this machine.
 */
import { type CheckSpecification, type LookOutcome, standardLookers } from '../../lib/health/index.ts'
import { beginLook } from '../../lib/health/look.ts'
import { LinuxSocketOpener, MonotonicClock } from '../../lib/linux/index.ts'

/** A clock for all looks of a test file. */
export const clock = new MonotonicClock()
const lookers = standardLookers({ clock, sockets: new LinuxSocketOpener() })

/** How a look ends: `well`, or the kind and text of the failure. */
export async function look(check: CheckSpecification, step = 0): Promise<string> {
  const outcome = await outcomeOf(check, step)
  return outcome.success ? 'well' : `${outcome.failure.kind}: ${outcome.failure.text}`
}

/** The outcome of a look. */
export function outcomeOf(check: CheckSpecification, step = 0): Promise<LookOutcome> {
  return new Promise(resolve => void beginLook(lookers, check, step, resolve))
}
