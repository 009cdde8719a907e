/**
 * Files for their owner alone: whole or not there, and never written through a link that somebody laid.
 */
import { closeSync, constants, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/**
 * Writes a file with mode 0600: a new one beside it, then renamed, so that a reader sees the old text or the new one.
 * @throws Error of node:fs; nothing is left behind then
 */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`
  // What an earlier process of this number left, or what somebody put there: the name goes, never what it points to.
  rmSync(temporary, { force: true })
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    try {
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
