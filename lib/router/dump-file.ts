/**
 * Dumps on disk, in keepalived's place: readable by their owner alone, whole or not there, and never through a link that
 * somebody laid into a directory that all may write to.
 */
import { closeSync, constants, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** keepalived's directory: $TMPDIR if that is an absolute path, else /tmp. */
export function dumpDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const { TMPDIR = '' } = environment
  return isAbsolute(TMPDIR) ? TMPDIR : '/tmp'
}

/**
 * Writes a file with mode 0600: a new one beside it, then renamed, so that a reader sees the old text or the new one.
 * @returns the path
 * @throws Error of node:fs; nothing is left behind then
 */
export function writeDump(name: string, text: string, directory = dumpDirectory()): string {
  const path = join(directory, name)
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
  return path
}
