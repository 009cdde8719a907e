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
    const expression = /[*?[]/.test(part) ? wildcardExpression(part) : undefined
    found = found.flatMap(directory => {
      if (expression === undefined) return [directory + part]
      return namesIn(directory === '' ? '.' : directory)
        .filter(name => expression.test(name) && (part.startsWith('.') || !name.startsWith('.')))
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

/** A shell pattern of one path component: `*`, `?`, `[a-z]`, `[!a-z]`, `\x`. */
function wildcardExpression(part: string): RegExp {
  let source = ''
  for (let i = 0; i < part.length; i++) {
    const c = part[i] ?? ''
    const close = c === '[' ? part.indexOf(']', part[i + 1] === '!' || part[i + 1] === '^' ? i + 3 : i + 2) : -1
    if (c === '*') {
      if (!source.endsWith('.*?')) source += '.*?'
    } else if (c === '?') {
      source += '.'
    } else if (close !== -1) {
      const negated = /^[!^]/.test(part.slice(i + 1))
      const members = part.slice(i + (negated ? 2 : 1), close).replace(/[\\\]^]/g, '\\$&')
      source += `[${negated ? '^' : ''}${members}]`
      i = close
    } else {
      source += (c === '\\' ? (part[++i] ?? '\\') : c).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su')
  } catch {
    // A range the wrong way round: it matches nothing but itself.
    return new RegExp(`^${part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}$`, 'su')
  }
}
