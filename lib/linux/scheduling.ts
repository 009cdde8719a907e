/**
 * How the kernel schedules the thread that calls: sched(7), setpriority(2), prctl(2) PR_SET_TIMERSLACK, setrlimit(2)
 * RLIMIT_RTTIME. What is refused is told, not thrown: a router runs without it, only less punctually.
 */
import { getPriority } from 'node:os'
import { describeErrno } from '../netlink/system-error.ts'
import { nativeSizes, syscalls } from './syscalls.ts'
import { nameThread, threadName } from './thread-name.ts'

/** What can be asked for. What is left out is as it was when the thread began. */
export interface Scheduling {
  /** Nice value, -20 to 19 (keepalived: vrrp_priority). `best`: -20 where that is permitted; a refusal is not told. */
  readonly nice?: number | 'best'
  /** SCHED_FIFO with this priority, 1-99 (keepalived: vrrp_rt_priority). Needs CAP_SYS_NICE. */
  readonly realTimePriority?: number
  /**
   * Microseconds that a real-time thread may compute without waiting once (keepalived: vrrp_rlimit_rttime): at half of them
   * the process gets SIGXCPU, which ends it unless it is caught, at all of them SIGKILL. Nothing without
   * `realTimePriority`. A larger one than there was needs CAP_SYS_RESOURCE.
   */
  readonly realTimeLimit?: number
  /** As ps(1) shows it, 1-15 bytes (keepalived: vrrp_process_name). */
  readonly name?: string
  /** The only processors to run on (keepalived: vrrp_cpu_affinity). */
  readonly cpus?: readonly number[]
}

const PR_SET_TIMERSLACK = 29
const SCHED_OTHER = 0
const SCHED_FIFO = 1
/** Children begin without it: scripts must not run before everything else. */
const SCHED_RESET_ON_FORK = 0x40000000
/** In Linux this is about one thread; 0 is the one that calls. */
const PRIO_PROCESS = 0
const BEST_NICE = -20
/** Microseconds of real-time work; of the whole process, but counted for each of its threads. */
const RLIMIT_RTTIME = 15
/** Processors that a mask has room for: the kernel's CONFIG_NR_CPUS is at most this. */
const MOST_CPUS = 8192

/** The scheduling of the thread that makes it, and of no other. */
export class ThreadScheduling {
  readonly #calls = syscalls()
  readonly #firstNice = getPriority()
  readonly #firstMask = Buffer.alloc(MOST_CPUS / 8)
  #firstName: string | undefined
  readonly #firstLimit = Buffer.alloc(2 * nativeSizes().word)
  #now: Scheduling = {}

  constructor() {
    this.#calls.sched_getaffinity(0, this.#firstMask.length, this.#firstMask)
    this.#calls.getrlimit(RLIMIT_RTTIME, this.#firstLimit)
    // Without this the kernel may end a wait 50 us late, so as to save wake-ups. It is never refused.
    this.#calls.prctl(PR_SET_TIMERSLACK, 1)
  }

  /** Takes over what is wanted now, and gives up what was wanted before. @returns what the kernel refused, in words; empty when all is well */
  set(wanted: Scheduling): readonly string[] {
    const before = this.#now
    this.#now = wanted
    return [
      ...this.#setName(wanted, before),
      ...this.#setNice(wanted, before),
      ...this.#setLimit(wanted, before),
      ...this.#setRealTime(wanted, before),
      ...this.#setProcessors(wanted, before),
    ]
  }

  #setName({ name: wanted }: Scheduling, before: Scheduling): readonly string[] {
    if (wanted === before.name) return []
    this.#firstName ??= threadName()
    const name = wanted ?? this.#firstName ?? ''
    const why = nameThread(name)
    return why === undefined ? [] : [`name ${name}: ${why}`]
  }

  #setNice({ nice }: Scheduling, before: Scheduling): readonly string[] {
    if (nice === undefined && before.nice === undefined) return []
    const value = nice === 'best' ? BEST_NICE : (nice ?? this.#firstNice)
    const refusals = refusal(`nice value ${value}`, this.#calls.setpriority(PRIO_PROCESS, 0, value))
    return nice === 'best' ? [] : refusals
  }

  #setRealTime({ realTimePriority }: Scheduling, before: Scheduling): readonly string[] {
    if (realTimePriority === undefined && before.realTimePriority === undefined) return []
    const parameters = Buffer.alloc(4)
    parameters.writeInt32LE(realTimePriority ?? 0)
    const policy = realTimePriority === undefined ? SCHED_OTHER : SCHED_FIFO
    // The flag stays: without a privilege it cannot be taken off again.
    const result = this.#calls.sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, parameters)
    return realTimePriority === undefined ? [] : refusal(`real-time priority ${realTimePriority}`, result)
  }

  /** Before the priority: work that ran away from the start is ended too. */
  #setLimit(wanted: Scheduling, before: Scheduling): readonly string[] {
    const [limit, last] = [wanted, before].map(each => each.realTimePriority && each.realTimeLimit)
    if (limit === last) return []
    const result = this.#calls.setrlimit(RLIMIT_RTTIME, limit === undefined ? this.#firstLimit : limitOf(limit))
    return wanted.realTimePriority === undefined ? [] : refusal(`real-time limit ${limit ?? 'as it was'}`, result)
  }

  #setProcessors({ cpus = [] }: Scheduling, before: Scheduling): readonly string[] {
    if (cpus.length === 0) {
      if (before.cpus !== undefined) this.#calls.sched_setaffinity(0, this.#firstMask.length, this.#firstMask)
      return []
    }
    const mask = Buffer.alloc(MOST_CPUS / 8)
    for (const cpu of cpus) if (cpu < MOST_CPUS) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7))
    return refusal(`processors ${cpus.join(' ')}`, this.#calls.sched_setaffinity(0, mask.length, mask))
  }
}

/** struct rlimit: the soft limit, of warning, and the hard one, of the end; keepalived warns at half. */
function limitOf(most: number): Buffer {
  const { word } = nativeSizes()
  const limit = Buffer.alloc(2 * word)
  limit.writeUInt32LE(Math.floor(most / 2), 0)
  limit.writeUInt32LE(most, word)
  return limit
}

function refusal(what: string, result: number): readonly string[] {
  return result < 0 ? [`${what}: ${describeErrno(-result)}`] : []
}
