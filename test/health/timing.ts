/**
 * Checks for tests: short, and against this machine.
 */
import type { CheckTiming, Target } from '../../lib/health/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

/** A look each second, no retry, no warm-up. */
export const TIMING: CheckTiming = {
  delayLoop: milliseconds(1000),
  retry: 0,
  delayBeforeRetry: milliseconds(100),
  warmup: milliseconds(0),
  alpha: false,
}

/** A port of this machine. */
export function local(port: number, timeout = 1000, address = '127.0.0.1'): Target {
  return { address, port, timeout: milliseconds(timeout) }
}
