/**
 * Configuration files on disk: the file system behind `readConfiguration`.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { SourceReader, SourceText } from '../keepalived/source-reader.ts'

/** A pattern stands for so many at most, once its braces are expanded. */
const BRACE_LIMIT = 1000
/** Larger files are no configuration. */
const FILE_SIZE_LIMIT = 16 * 1024 * 1024

/** Reads files of this machine, with the rules of keepalived: regular files that are not executable, UTF-8. */
export const configurationFiles: SourceReader = {
  read: readSource,
  glob: (pattern, from) => {
    const base = isAbsolute(pattern) ? '' : dirname(from)
    const paths = expandBraces(pattern).flatMap(each =>
      matchPath(base === '' || base === '.' ? each : join(base, each)),
    )
    return [...new Set(paths)]
  },
  environment: name => process.env[name],
}

function readSource(path: string): SourceText {
  try {
    const status = statSync(path)
    if (!status.isFile()) return { problem: 'is not a regular file' }
    if ((status.mode & 0o111) !== 0) return { problem: 'is executable, and keepalived refuses such files: chmod -x it' }
    if (status.size > FILE_SIZE_LIMIT) return { problem: `is larger than ${FILE_SIZE_LIMIT / 1024 / 1024} MiB` }
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'does not exist' }
    return { problem: code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${String(code)})` }
  }
}

/** `a{b,c{d,e}}` to `ab`, `acd`, `ace`. Braces without a comma or a partner stand for themselves. */
export function expandBraces(pattern: string): readonly string[] {
  const done: string[] = []
  const open = [pattern]
  for (let next = open.shift(); next !== undefined && done.length + open.length < BRACE_LIMIT; next = open.shift()) {
    const group = firstGroup(next)
    if (group === undefined) done.push(next)
    else open.unshift(...group)
  }
  return done
}

/** The pattern once for each alternative of its first group. */
function firstGroup(pattern: string): readonly string[] | undefined {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    const cuts = [start]
    let depth = 0
    for (let i = start; i < pattern.length; i++) {
      const c = pattern[i]
      if (c === '{') depth++
      else if (c === ',' && depth === 1) cuts.push(i)
      else if (c === '}' && --depth === 0) {
        if (cuts.length === 1) break
        cuts.push(i)
        const [head, tail] = [pattern.slice(0, start), pattern.slice(i + 1)]
        return cuts.slice(1).map((cut, k) => head + pattern.slice((cuts[k] ?? 0) + 1, cut) + tail)
      }
    }
  }
  return undefined
}

/** Existing files that a path with wildcards matches, sorted. */
function matchPath(pattern: string): readonly string[] {
  const parts = pattern.split('/')
  let found = [parts[0] === '' ? '/' : '']
  for (const part of parts[0] === '' ? parts.slice(1) : parts) {
    if (part === '') continue
    found = found.flatMap(directory => {
      if (!/[*?[\\]/.test(part)) return [directory + part]
      return namesIn(directory === '' ? '.' : directory)
        .filter(name => (part.startsWith('.') || !name.startsWith('.')) && matchWildcards(part, name))
        .map(name => directory + name)
    })
    found = found.map(path => `${path}/`)
  }
  return found
    .map(path => path.slice(0, -1))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    // As glob(3): a directory that cannot be read holds nothing.
    return []
  }
}

/**
 * Matches one path component against a shell pattern: `*`, `?`, `[a-z]`, `[!a-z]`, `\\x`. Only the last `*` is ever
 * tried again, so no pattern takes longer than its length times that of the name.
 */
export function matchWildcards(pattern: string, name: string): boolean {
  let p = 0
  let n = 0
  let star = -1
  let starName = 0
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++
      starName = n
      continue
    }
    const end = p < pattern.length ? matchOne(pattern, p, name[n] ?? '') : -1
    if (end !== -1) {
      p = end
      n++
    } else if (star !== -1) {
      p = star + 1
      n = ++starName
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Where the pattern goes on when its part at `p` matches the character; -1 when it does not. */
function matchOne(pattern: string, p: number, character: string): number {
  const c = pattern[p]
  if (c === '?') return p + 1
  if (c === '\\' && p + 1 < pattern.length) return pattern[p + 1] === character ? p + 2 : -1
  if (c !== '[') return c === character ? p + 1 : -1
  const negated = pattern[p + 1] === '!' || pattern[p + 1] === '^'
  const first = p + (negated ? 2 : 1)
  const close = pattern.indexOf(']', first + 1)
  if (close === -1) return character === '[' ? p + 1 : -1
  let inside = false
  for (let i = first; i < close; i++) {
    const low = pattern[i] ?? ''
    const high = pattern[i + 1] === '-' && i + 2 < close ? (pattern[i + 2] ?? '') : low
    if (high !== low) i += 2
    inside ||= character >= low && character <= high
  }
  return inside === negated ? -1 : close + 1
}
