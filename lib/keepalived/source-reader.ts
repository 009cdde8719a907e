/**
 * The port through which configuration text is read, so that this folder needs no file system.
 */

/** What came of reading a file. `problem` finishes the sentence "the file …". */
export type SourceText = { readonly text: string } | { readonly problem: string }

/** Gives access to configuration files. */
export interface SourceReader {
  /** The text of a file (UTF-8). keepalived takes only regular files that are not executable. */
  read(path: string): SourceText
  /**
   * Paths that a pattern of `include` matches: shell wildcards and braces, relative to the directory of `from`,
   * sorted. Without wildcards: the path itself if it exists, or nothing.
   */
  glob(pattern: string, from: string): readonly string[]
  /** An environment variable, for `${_ENV NAME}`. Absent: none is set. */
  environment?(name: string): string | undefined
}

/**
 * A reader over texts in memory. `include` finds exact paths only, as written or beside the including file.
 *
 * @example readConfiguration('a.conf', memoryReader({ 'a.conf': 'vrrp_instance VI_1 { … }' }))
 */
export function memoryReader(files: Readonly<Record<string, string>>): SourceReader {
  return {
    read: path => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined
      return text === undefined ? { problem: 'does not exist' } : { text }
    },
    glob: (pattern, from) => {
      const beside = from.slice(0, from.lastIndexOf('/') + 1) + pattern
      return [beside, pattern].filter(path => Object.hasOwn(files, path)).slice(0, 1)
    },
  }
}
