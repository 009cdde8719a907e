/**
 * The pid file of a daemon: one at a time, gone when it ends.
 */
import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { isRunningDaemon } from '../lib/router/same-program.ts'

/** Where a daemon in the background leaves its process id. */
export const DEFAULT_PID_FILE = '/run/vrrp-cli.pid'

/** The process that a pid file names, if it lives and is a vrrp-cli. Any other process has only inherited the number. */
export function holderOf(path: string): number | undefined {
  const pid = Number(readText(path)?.trim())
  return isRunningDaemon(pid) ? pid : undefined
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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
