/**
 * How the kernel schedules the thread that calls: sched(7), prctl(2) PR_SET_TIMERSLACK. What is refused is told, not thrown: a
 * router runs without it, only less punctually.
 */
import { describeErrno } from '../netlink/system-error.ts'
import { syscalls } from './syscalls.ts'

/** What can be asked for. */
export interface Scheduling {
  /** SCHED_FIFO with this priority, 1-99 (keepalived: vrrp_rt_priority). Needs CAP_SYS_NICE. */
  readonly realTimePriority?: number
  /** The only processors to run on (keepalived: vrrp_cpu_affinity). */
  readonly cpus?: readonly number[]
}

const PR_SET_TIMERSLACK = 29
const SCHED_FIFO = 1
/** Children begin without it: scripts must not run before everything else. */
const SCHED_RESET_ON_FORK = 0x40000000
/** Processors that a mask has room for: the kernel's CONFIG_NR_CPUS is at most this. */
const MOST_CPUS = 8192

/** Sets the scheduling of this thread alone. @returns what the kernel refused, in words; empty when all is well */
export function scheduleThread({ realTimePriority, cpus }: Scheduling): readonly string[] {
  const calls = syscalls()
  const refusals: string[] = []
  const note = (what: string, result: number) => {
    if (result < 0) refusals.push(`${what}: ${describeErrno(-result)}`)
  }
  // Without this the kernel may end a wait 50 us late, so as to save wake-ups.
  note('timer slack', calls.prctl(PR_SET_TIMERSLACK, 1))
  if (realTimePriority !== undefined) {
    const parameters = Buffer.alloc(4)
    parameters.writeInt32LE(realTimePriority)
    const result = calls.sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, parameters)
    note(`real-time priority ${realTimePriority}`, result)
  }
  if (cpus !== undefined && cpus.length > 0) {
    const mask = Buffer.alloc(MOST_CPUS / 8)
    for (const cpu of cpus) if (cpu < MOST_CPUS) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7))
    note(`processors ${cpus.join(' ')}`, calls.sched_setaffinity(0, mask.length, mask))
  }
  return refusals
}
