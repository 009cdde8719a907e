/**
 * Whether a process id that was noted down still stands for a daemon of ours: numbers are given again. proc(5).
 */
import { readFileSync, readlinkSync } from 'node:fs'

/** Whether the process lives, runs the same executable as this one, and was told to `run`. False for this one itself. */
export function isRunningDaemon(pid: number): boolean {
  return Number.isInteger(pid) && pid > 1 && pid !== process.pid && isAlive(pid) && isSameProgram(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What cannot be looked at counts as the same: two daemons are worse than none. */
function isSameProgram(pid: number): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/exe`) !== readlinkSync('/proc/self/exe')) return false
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('run')
  } catch {
    return true
  }
}
