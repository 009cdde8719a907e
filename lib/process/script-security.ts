/**
 * keepalived's check of scripts (`enable_script_security`): nobody but root may be able to change what root executes.
 */
import { lstatSync, realpathSync } from 'node:fs'

const WRITABLE_BY_GROUP = 0o020
const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000

/**
 * The first component of an absolute path that somebody else than root could change or replace; undefined when there is
 * none. Looked at both as written and with symbolic links followed. A directory with the sticky bit (/tmp) passes as far
 * as what is in it belongs to root.
 * @throws the file system's error when a component cannot be looked at
 */
export function unsafeComponent(path: string): string | undefined {
  return [...components(path), ...components(realpathSync(path))].find(isUnsafe)
}

/** `/a/b` to `/`, `/a`, `/a/b`. */
function components(path: string): readonly string[] {
  const names = path.split('/').filter(name => name !== '')
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)]
}

function isUnsafe(path: string): boolean {
  const status = lstatSync(path)
  if (status.uid !== 0) return true
  // The mode of a link means nothing, and one in a sticky directory belongs to whom it belongs.
  if (status.isSymbolicLink() || (status.isDirectory() && (status.mode & STICKY) !== 0)) return false
  return (status.mode & WRITABLE_BY_ALL) !== 0 || ((status.mode & WRITABLE_BY_GROUP) !== 0 && status.gid !== 0)
}
