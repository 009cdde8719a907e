/**
 * What tracking of files needs of the file system, and the file system of this machine.
 */
import { closeSync, constants, openSync, readSync, statSync, watch, writeFileSync } from 'node:fs'

/** Reads and watches small files. */
export interface FileSource {
  /** The first bytes of a file as text; undefined when it does not exist. @throws Error when it cannot be read */
  read(path: string): string | undefined
  /** Writes a file whole. @throws Error */
  write(path: string, text: string): void
  /**
   * Calls `changed` when something happened in a directory, or `lost` when it cannot be watched any more: it is gone, or
   * another one has its name; nothing is called after that. Returns the end of it.
   * @throws Error when it cannot be watched
   */
  watch(directory: string, changed: () => void, lost: () => void): () => void
}

/** More than any number takes. */
const SIZE = 64

/** Files of this machine. */
export const nodeFiles: FileSource = {
  read(path) {
    let fd: number
    try {
      // A FIFO must not hold up the event loop.
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
      throw error
    }
    try {
      const bytes = Buffer.alloc(SIZE)
      return bytes.toString('latin1', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  },

  write(path, text) {
    writeFileSync(path, text, { mode: 0o644 })
  },

  watch(directory, changed, lost) {
    const identity = identityOf(directory)
    const watcher = watch(directory, { persistent: false })
    let over = false
    const end = () => {
      over = true
      watcher.close()
    }
    const fail = () => {
      if (over) return
      end()
      lost()
    }
    watcher.on('change', () => {
      if (identityOf(directory) !== identity) fail()
      else if (!over) changed()
    })
    watcher.on('error', fail)
    return end
  },
}

/** What tells one directory from another that got its name; undefined for none. */
function identityOf(path: string): string | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false })
    return status && `${status.dev} ${status.ino}`
  } catch {
    // Out of reach (ENOTDIR, EACCES) comes to the same as gone.
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
