/**
 * One check under watch: when it looks, what it knows, what it counts.
 *
 * Looks are counted from the schedule, so that they do not drift; a look that is longer than delay_loop makes the next
 * ones fall out, as they are not made up for.
 */
import { type Clock, type Milliseconds, milliseconds, type Timer } from '../time/index.ts'
import type { CheckSpecification } from './check-specification.ts'
import type { Failure, HealthListener } from './health-event.ts'
import type { CheckSnapshot } from './health-snapshot.ts'
import { beginLook, type Look, type Lookers, type LookOutcome, NO_LOOK, stepsOf } from './look.ts'
import type { Start, StartQueue } from './start-queue.ts'
import { type HealthState, initialHealth, judgeHealth, type NextLook } from './verdict.ts'
import type { WeightAdvice } from './weight.ts'

/** What a check stands on. */
export interface SchedulePorts {
  readonly clock: Clock
  readonly lookers: Lookers
  readonly queue: StartQueue
  readonly tell: HealthListener
  /** Hears each look that begins: how long after it was due. */
  begun(late: number): void
  /** Hears each look that failed. */
  failed(failure: Failure): void
}

/** A check, from `start` to `stop`. */
export class ScheduledCheck {
  readonly #ports: SchedulePorts
  #check: CheckSpecification
  #state: HealthState
  #advice: WeightAdvice | undefined
  #due: Milliseconds
  #timer: Timer | undefined
  #waiting: Start | undefined
  #look: Look | undefined
  #release: () => void = () => {}
  #since: Milliseconds
  #looks = 0
  #failures = 0
  #lastFailure: Failure | undefined
  #lastDuration: Milliseconds | undefined

  /** @param before what it was before it changed into another check: its verdict stays until there is a result */
  constructor(check: CheckSpecification, ports: SchedulePorts, before?: ScheduledCheck) {
    this.#check = check
    this.#ports = ports
    this.#due = ports.clock.now()
    this.#since = ports.clock.wallTime()
    this.#state = initialHealth(check)
    if (before === undefined) return
    this.#state = { ...this.#state, verdict: before.#state.verdict }
    this.#since = before.#since
    this.#advice = before.#advice
  }

  /** What it was told to be. */
  get specification(): CheckSpecification {
    return this.#check
  }

  /** Schedules the first look. */
  start(delay: number): void {
    if (this.#check.enabled !== false) this.#schedule(milliseconds(this.#ports.clock.now() + delay))
  }

  /** Ends it. Nothing is told afterwards. */
  stop(): void {
    this.#timer?.cancel()
    if (this.#waiting !== undefined) this.#ports.queue.remove(this.#waiting)
    this.#waiting = undefined
    this.#look?.cancel()
    this.#look = undefined
    this.#release()
    this.#release = () => {}
  }

  /** Takes other timing; the look is the same. What is under way goes on. @param delay until the first look, if it was disabled */
  retime(check: CheckSpecification, delay: number): void {
    const before = this.#check
    this.#check = check
    if (check.enabled === false) return this.stop()
    if (before.enabled === false) return this.start(delay)
    if (before.delayLoop === check.delayLoop || this.#look !== undefined || this.#waiting !== undefined) return
    // A longer wait that has begun is cut short, a shorter one is kept.
    const latest = milliseconds(this.#ports.clock.now() + check.delayLoop)
    if (this.#due > latest) this.#schedule(latest)
  }

  /** Looks now, if it does not look already. */
  hurry(): void {
    if (this.#check.enabled === false || this.#look !== undefined || this.#waiting !== undefined) return
    this.#schedule(this.#ports.clock.now())
  }

  /** What it knows. */
  snapshot(): CheckSnapshot {
    const { verdict, proven, failures } = this.#state
    return {
      id: this.#check.id,
      type: this.#check.type,
      verdict,
      proven,
      retries: failures,
      since: this.#since,
      looks: this.#looks,
      failures: this.#failures,
      ...(this.#advice !== undefined && { advice: this.#advice }),
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
      ...(this.#lastDuration !== undefined && { lastDuration: this.#lastDuration }),
    }
  }

  #schedule(at: Milliseconds): void {
    this.#timer?.cancel()
    this.#due = at
    this.#timer = this.#ports.clock.wakeAt(at, () => {
      this.#waiting = over => this.#begin(over)
      this.#ports.queue.add(this.#waiting, this.#state.verdict)
    })
  }

  #begin(over: () => void): void {
    const { clock, lookers } = this.#ports
    const began = clock.now()
    this.#waiting = undefined
    this.#release = over
    this.#looks++
    this.#ports.begun(began - this.#due)
    let ended = false
    // A look may end within the call; then there is nothing to cancel.
    this.#look = NO_LOOK
    const look = beginLook(lookers, this.#check, this.#state.step, outcome => {
      if (ended || this.#look === undefined) return
      ended = true
      this.#look = undefined
      this.#lastDuration = milliseconds(clock.now() - began)
      over()
      this.#judge(outcome)
    })
    if (!ended && this.#look !== undefined) this.#look = look
  }

  #judge(outcome: LookOutcome): void {
    const check = this.#check
    const { clock } = this.#ports
    const { verdict } = this.#state
    const retries = this.#state.failures
    const fastRecovery = 'fastRecovery' in check && check.fastRecovery === true
    // What could not be tried says nothing of the server: out of descriptors, all of them would go down.
    if (!outcome.success && outcome.failure.kind === 'local') return this.#leaveOut(outcome.failure)
    const rules = { retry: check.retry, steps: stepsOf(check), alpha: check.alpha, fastRecovery }
    const { state, next } = judgeHealth(this.#state, outcome, rules)
    this.#state = state
    if (!outcome.success) this.#note(outcome.failure)
    if (state.verdict !== verdict) this.#since = clock.wallTime()
    this.#reschedule(next)
    this.#report(verdict, outcome, retries)
  }

  #leaveOut(failure: Failure): void {
    const { id } = this.#check
    const known = this.#lastFailure?.text === failure.text
    this.#note(failure)
    this.#reschedule('loop')
    if (!known) this.#ports.tell({ type: 'untried', id, failure })
  }

  #note(failure: Failure): void {
    this.#failures++
    this.#lastFailure = failure
    this.#ports.failed(failure)
  }

  /** Last, and with everything in order: a listener may apply other checks. */
  #report(before: HealthState['verdict'], outcome: LookOutcome, retries: number): void {
    const { tell } = this.#ports
    const { id, logAllFailures } = this.#check
    const { verdict } = this.#state
    const advice = outcome.success && outcome.advice !== 'unchanged' ? outcome.advice : this.#advice
    const changed = !sameAdvice(advice, this.#advice)
    this.#advice = advice
    // The weight first: a server comes up with the weight that it then has.
    if (changed) tell({ type: 'weight', id, advice })
    if (outcome.success) {
      if (before === 'down' && verdict === 'up') tell({ type: 'up', id })
      return
    }
    const { failure } = outcome
    if (before === 'up' && verdict === 'down') tell({ type: 'down', id, failure, retries })
    else if (verdict === 'up' && logAllFailures === true)
      tell({ type: 'failure', id, failure, retries: this.#state.failures })
  }

  #reschedule(next: NextLook): void {
    const now = this.#ports.clock.now()
    const { delayLoop, delayBeforeRetry } = this.#check
    if (next === 'now') return this.#schedule(now)
    if (next === 'retry') return this.#schedule(milliseconds(now + delayBeforeRetry))
    const missed = Math.max(Math.floor((now - this.#due) / delayLoop), 0)
    this.#schedule(milliseconds(this.#due + (missed + 1) * delayLoop))
  }
}

function sameAdvice(a: WeightAdvice | undefined, b: WeightAdvice | undefined): boolean {
  return a?.type === b?.type && a?.weight === b?.weight
}
