/**
 * Watches servers: many checks, their schedules, one verdict for each. keepalived.conf(5), real_server and its checkers.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../time/index.ts'
import type { CheckSpecification, CheckTiming } from './check-specification.ts'
import { CoarseClock } from './coarse-clock.ts'
import type { FailureKind, HealthEvent, HealthListener } from './health-event.ts'
import type { CheckSnapshot, HealthSnapshot } from './health-snapshot.ts'
import type { Lookers } from './look.ts'
import { ScheduledCheck, type SchedulePorts } from './scheduled-check.ts'
import { spread } from './spread.ts'
import { StartQueue } from './start-queue.ts'
import { validateChecks } from './validate-checks.ts'

/** Upper ends of the buckets of lateness, milliseconds. */
const LATENESS = [10, 20, 50, 100, 200, 500, 1000, Number.POSITIVE_INFINITY]
const DEFAULT_CONCURRENCY = 4000

/** Options of a {@link Monitor}. */
export interface MonitorOptions {
  readonly clock: Clock
  /** How each type of check is done: `standardLookers`, or a test's own. */
  readonly lookers: Lookers
  /** Looks that are under way at once. Others wait. At least 1, default 4000; each takes a descriptor. */
  readonly concurrency?: number
  /** Moves the first looks. Two machines with the same configuration had better have two seeds. Default 0. */
  readonly seed?: number
}

/** What an {@link Monitor.apply} changed, by id. */
export interface AppliedChecks {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Something else is looked at now, or in another way. */
  readonly changed: readonly string[]
  /** Only the timing is another one. */
  readonly retimed: readonly string[]
}

/**
 * Takes looks at servers, each check in its own time, and tells when a verdict changes.
 *
 * @example
 * ```ts
 * const clock = new MonotonicClock()
 * const monitor = new Monitor({ clock, lookers: standardLookers({ clock }) })
 * monitor.subscribe(event => console.log(formatHealthEvent(event)))
 * monitor.apply([{ id: 'web 1', type: 'tcp', target: { address: '192.0.2.10', port: 80, timeout }, …timing }])
 * ```
 */
export class Monitor {
  readonly #options: MonitorOptions
  readonly #checks = new Map<string, ScheduledCheck>()
  readonly #listeners = new Set<HealthListener>()
  readonly #queue: StartQueue
  readonly #ports: SchedulePorts
  readonly #failures = new Map<FailureKind, number>()
  readonly #lateness = LATENESS.map(() => 0)
  #looks = 0

  /** @throws RangeError naming the option */
  constructor(options: MonitorOptions) {
    const { clock, lookers, concurrency = DEFAULT_CONCURRENCY, seed = 0 } = options
    if (!Number.isSafeInteger(concurrency) || concurrency < 1)
      throw new RangeError(`concurrency: ${concurrency} is not an integer of at least 1`)
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: ${seed} is not an integer`)
    this.#options = options
    this.#queue = new StartQueue(clock, concurrency)
    this.#ports = {
      clock: new CoarseClock(clock),
      lookers,
      queue: this.#queue,
      tell: event => this.#tell(event),
      begun: late => this.#count(late),
      failed: ({ kind }) => this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1),
    }
  }

  /**
   * Makes these the checks. Of the ones that are there already (by id) those that look at the same thing in the same way
   * go on undisturbed, with other timing if that changed; those that became other checks keep their verdict and their
   * advice until they have a result.
   * @throws TypeError, RangeError naming what is wrong; then nothing is changed
   */
  apply(checks: readonly CheckSpecification[]): AppliedChecks {
    validateChecks(checks)
    const removed = new Set(this.#checks.keys())
    const applied = { added: [] as string[], removed: [] as string[], changed: [] as string[], retimed: [] as string[] }
    const started: (() => void)[] = []
    for (const check of checks) {
      removed.delete(check.id)
      this.#applyOne(check, applied, started)
    }
    for (const id of removed) {
      this.#checks.get(id)?.stop()
      this.#checks.delete(id)
      applied.removed.push(id)
    }
    for (const start of started) start()
    return applied
  }

  /** Calls `listener` with all that happens from now on. Returns the end of it. */
  subscribe(listener: HealthListener): () => void {
    // Subscribed twice it is called twice.
    const entry: HealthListener = event => listener(event)
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  /** One check; undefined when there is none of that id. */
  get(id: string): CheckSnapshot | undefined {
    return this.#checks.get(id)?.snapshot()
  }

  /** What it knows now. */
  snapshot(): HealthSnapshot {
    return {
      checks: [...this.#checks.values()].map(check => check.snapshot()),
      running: this.#queue.running,
      waiting: this.#queue.waiting,
      looks: this.#looks,
      failures: Object.fromEntries(this.#failures),
      lateness: LATENESS.map((upTo, i) => ({ upTo, looks: this.#lateness[i] ?? 0 })),
    }
  }

  /** Looks at these now, those that are not being looked at already. Unknown ids are left out. */
  hurry(ids: Iterable<string>): void {
    for (const id of ids) this.#checks.get(id)?.hurry()
  }

  /** Ends all checks. Nothing is told afterwards. */
  stop(): void {
    for (const check of this.#checks.values()) check.stop()
    this.#checks.clear()
    this.#listeners.clear()
  }

  #applyOne(
    check: CheckSpecification,
    applied: Record<'added' | 'changed' | 'retimed', string[]>,
    started: (() => void)[],
  ): void {
    const { id } = check
    const present = this.#checks.get(id)
    const delay = spread(this.#options.seed ?? 0, id) * check.warmup
    if (present !== undefined && sameLook(present.specification, check)) {
      if (isDeepStrictEqual(present.specification, check)) return
      applied.retimed.push(id)
      return present.retime(check, delay)
    }
    present?.stop()
    const next = new ScheduledCheck(check, this.#ports, present)
    this.#checks.set(id, next)
    applied[present === undefined ? 'added' : 'changed'].push(id)
    started.push(() => next.start(delay))
  }

  #tell(event: HealthEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #count(late: number): void {
    this.#looks++
    const bucket = LATENESS.findIndex(upTo => late <= upTo)
    this.#lateness[bucket] = (this.#lateness[bucket] ?? 0) + 1
  }
}

const TIMING: Record<keyof CheckTiming, undefined> = {
  delayLoop: undefined,
  retry: undefined,
  delayBeforeRetry: undefined,
  warmup: undefined,
  alpha: undefined,
  logAllFailures: undefined,
  enabled: undefined,
}

function sameLook(a: CheckSpecification, b: CheckSpecification): boolean {
  return isDeepStrictEqual({ ...a, ...TIMING }, { ...b, ...TIMING })
}
