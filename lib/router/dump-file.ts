/**
 * Dumps on disk, in keepalived's place: a directory that all may write to.
 */
import { isAbsolute, join } from 'node:path'
import { replaceFile } from './replace-file.ts'

/** keepalived's directory: $TMPDIR if that is an absolute path, else /tmp. */
export function dumpDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const { TMPDIR = '' } = environment
  return isAbsolute(TMPDIR) ? TMPDIR : '/tmp'
}

/**
 * Writes a file, see {@link replaceFile}.
 * @returns the path
 * @throws Error of node:fs; nothing is left behind then
 */
export function writeDump(name: string, text: string, directory = dumpDirectory()): string {
  const path = join(directory, name)
  replaceFile(path, text)
  return path
}
