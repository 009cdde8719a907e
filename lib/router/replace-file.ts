/**
 * Files that others may at most read: whole or not there, and never written through a link that somebody laid.
 */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Its permissions. Default 0600. */
  readonly mode?: number
  /** It is on the disk before it has its name: half of it is never found, not even after a loss of power. Default false. */
  readonly durable?: boolean
}

/**
 * Writes a file: a new one beside it, then renamed, so that a reader sees the old text or the new one.
 * @throws Error of node:fs; nothing is left behind then
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600, durable = false }: ReplaceOptions = {},
): void {
  const temporary = `${path}.${process.pid}`
  // What an earlier process of this number left, or what somebody put there: the name goes, never what it points to.
  rmSync(temporary, { force: true })
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  try {
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
      if (durable) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
