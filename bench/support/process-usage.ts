/**
 * What a daemon costs, by the kernel's own books (proc(5)): all its threads, and all its children.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** A moment in the life of a daemon. */
export interface Usage {
  /** Milliseconds of CPU time since its start; work of the kernel in its name (such as the way through a veth) included. */
  readonly cpu: number
  /** MiB of memory that are resident, shared pages counted in each process. */
  readonly memory: number
  /** Packets that its network namespace received on eth0. */
  readonly received: number
}

/** Reads the books of a process and its children. @throws Error when it is gone */
export function usageOf(pid: number): Usage {
  const processes = family(pid)
  const cpu = sum(processes.flatMap(threads), task => Number(read(`/proc/${task}/schedstat`).split(' ')[0]) / 1e6)
  const memory = sum(processes, id => Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${id}/status`))?.[1] ?? 0) / 1024)
  const received = Number(/^ *eth0: *\d+ +(\d+)/m.exec(read(`/proc/${pid}/net/dev`))?.[1])
  return { cpu, memory, received }
}

/** A process and all that it started, and those started. */
function family(pid: number): number[] {
  const children = threads(pid).flatMap(task => read(`/proc/${task}/children`).split(' ').filter(Boolean).map(Number))
  return [pid, ...children.flatMap(family)]
}

/** `PID/task/TID` of each thread. */
function threads(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map(task => `${pid}/task/${task}`)
}

function read(path: string): string {
  return readFileSync(path, 'latin1')
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
