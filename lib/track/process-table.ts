/**
 * What tracking of processes needs of the machine: its processes, and word of their changes where that is to be had.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessDescription } from './process-pattern.ts'

/** The processes of this machine. */
export interface ProcessTable {
  /** Ids of all processes. */
  list(): readonly number[]
  /** A process; undefined when it is none (any more). */
  describe(pid: number, withArguments: boolean): ProcessDescription | undefined
}

/** A change among the processes. */
export type ProcessEvent =
  | { readonly type: 'fork'; readonly pid: number; readonly parent: number }
  /** It executes another program, or has given itself another name. */
  | { readonly type: 'exec'; readonly pid: number }
  | { readonly type: 'exit'; readonly pid: number }
  /** Events were lost. */
  | { readonly type: 'lost' }

/** Word of every change. Without it the table is looked through once a second. */
export interface ProcessEvents {
  /** Calls `listener` with each event. Returns the end of it; undefined when there is no such word here. */
  subscribe(listener: (event: ProcessEvent) => void): (() => void) | undefined
}

/** proc(5). Zombies are no processes any more. */
export const procTable: ProcessTable = {
  list: () => readdirSync('/proc').map(Number).filter(Number.isInteger),

  describe(pid, withArguments) {
    try {
      // `1234 (name) S …`: a name may contain anything, brackets too.
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const end = status.lastIndexOf(')')
      if (/^\) [ZXx]/.test(status.slice(end, end + 3))) return undefined
      const name = status.slice(status.indexOf('(') + 1, end)
      if (!withArguments) return { name, arguments: [] }
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return { name, arguments: line === '' ? [] : line.replace(/\0$/, '').split('\0') }
    } catch {
      // It ended meanwhile, or is not ours to see (hidepid).
      return undefined
    }
  },
}
