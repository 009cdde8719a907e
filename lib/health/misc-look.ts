/**
 * MISC_CHECK: a program and its exit code. With misc_dynamic the codes 2-255 are success with a weight.
 *
 * The time limit is judged when it is reached, and the program ended then, with everything that it has started.
 */
import type { CommandOptions, CommandOutcome, PreparedCommand, Problem, RunningCommand } from '../process/index.ts'
import { type Clock, milliseconds } from '../time/index.ts'
import type { MiscCheck } from './check-specification.ts'
import { failed } from './failures.ts'
import { type Look, type LookListener, type LookOutcome, NO_LOOK } from './look.ts'

/** Between SIGTERM and SIGKILL, milliseconds, as keepalived. */
const KILL_DELAY = 2000
/** What misc_dynamic adds to the weight to make an exit code. */
const WEIGHT_OFFSET = 2

/** What a MISC_CHECK stands on. */
export interface CommandPorts {
  /** Makes a program ready; the problem is why it cannot run. */
  prepare(check: MiscCheck): PreparedCommand | Problem
  /** `startCommand` of `vrrp-ts/process`. */
  start(command: PreparedCommand, options: CommandOptions): RunningCommand
}

/** Executes the program. */
export function lookByProgram(check: MiscCheck, clock: Clock, ports: CommandPorts, done: LookListener): Look {
  const name = check.arguments[0] ?? ''
  const command = ports.prepare(check)
  if ('problem' in command) {
    done(failed('local', `misc check ${name}: ${command.problem}`))
    return NO_LOOK
  }
  const running = ports.start(command, { timeLimit: milliseconds(Number.POSITIVE_INFINITY) })
  const end = () => {
    running.kill('SIGTERM')
    const last = clock.wakeAt(milliseconds(clock.now() + KILL_DELAY), () => running.kill('SIGKILL'))
    void running.outcome.then(() => last.cancel())
  }
  let over = false
  const limit = clock.wakeAt(milliseconds(clock.now() + check.timeout), () => {
    over = true
    end()
    done(failed('timeout', `misc check ${name} timed out after ${check.timeout / 1000} s`))
  })
  void running.outcome.then(outcome => {
    if (over) return
    over = true
    limit.cancel()
    done(judge(outcome, check.dynamic ?? false, name))
  })
  return {
    cancel() {
      if (over) return
      over = true
      limit.cancel()
      end()
    },
  }
}

function judge(outcome: CommandOutcome, dynamic: boolean, name: string): LookOutcome {
  switch (outcome.type) {
    case 'exited': {
      const { status } = outcome
      if (status === 0) return dynamic ? { success: true, advice: 'unchanged' } : { success: true }
      if (dynamic && status >= WEIGHT_OFFSET)
        return { success: true, advice: { type: 'set', weight: status - WEIGHT_OFFSET } }
      return failed('status', `misc check ${name} exited with status ${status}`)
    }
    case 'killed':
      return failed('status', `misc check ${name} was killed by ${outcome.signal}`)
    case 'not-started':
      return failed('local', `misc check ${name}: ${outcome.message}`)
    case 'timed-out':
    case 'stopped':
      return failed('timeout', `misc check ${name} timed out`)
  }
}
