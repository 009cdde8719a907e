/**
 * The pid file of a daemon: one at a time, gone when it ends.
 */
import { closeSync, constants, openSync, readFileSync, readlinkSync, rmSync, writeSync } from 'node:fs'

/** Where a daemon in the background leaves its process id. */
export const DEFAULT_PID_FILE = '/run/vrrp-cli.pid'

/** The process that a pid file names, if it lives and is a vrrp-cli. Any other process has only inherited the number. */
export function holderOf(path: string): number | undefined {
  const pid = Number(readText(path)?.trim())
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return undefined
  return isAlive(pid) && isSameProgram(pid) ? pid : undefined
}

/**
 * Writes the file. One that a dead daemon left is replaced; a link in its place is never followed.
 * @returns what removes it, unless somebody else's has taken its place
 * @throws Error when a daemon that lives holds it, or it cannot be written
 */
export function claimPidFile(path: string): () => void {
  const holder = holderOf(path)
  if (holder !== undefined) throw new Error(`${path}: vrrp-cli runs already, as process ${holder}`)
  rmSync(path, { force: true })
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
  try {
    writeSync(fd, `${process.pid}\n`)
  } finally {
    closeSync(fd)
  }
  return () => {
    if (readText(path)?.trim() === String(process.pid)) rmSync(path, { force: true })
  }
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

/** The same executable with the same script. What cannot be looked at counts as the same: two daemons are worse than none. */
function isSameProgram(pid: number): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/exe`) !== readlinkSync('/proc/self/exe')) return false
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('run')
  } catch {
    return true
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
