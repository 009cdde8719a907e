/**
 * `include PATTERN` and its checked forms. Plain `include` never complains in keepalived; here a pattern without
 * wildcards that finds nothing is worth a warning.
 */
import { quote, type SourcePosition } from './diagnostic.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { tokenize } from './lexer.ts'
import type { SourceLine } from './source-line.ts'
import type { SourceReader } from './source-reader.ts'

/** An include line. */
export interface Include {
  /** `include`, or with the letter of its check: `includer`, `includem`, `includew`, `includeb`, `includea`. */
  readonly keyword: string
  readonly pattern: string
  /** Where the pattern stands. */
  readonly position: SourcePosition
}

/** Nested includes; also what stops a cycle that changes its spelling (`./a`, `././a`). */
export const INCLUDE_DEPTH_LIMIT = 16

/** The line as an include. Only a line that starts with it counts: `@id include` and `$NAME` come to nothing. */
export function parseInclude(line: SourceLine): Include | undefined {
  const head = /^(include[rmwba]?)[ \t]+/.exec(line.text)
  if (head?.[1] === undefined) return undefined
  // Braces belong to the pattern.
  const rest = line.slice(head[0].length)
  const quoted = rest.text.startsWith('"') ? tokenize(rest)[0] : undefined
  const pattern = quoted?.type === 'word' ? quoted.text : rest.text
  return { keyword: head[1], pattern, position: rest.positionAt(0) }
}

/** The files to read for an include, in order; problems are reported at the pattern. */
export function expandIncludes(
  include: Include,
  stack: readonly string[],
  reader: SourceReader,
  log: DiagnosticLog,
): readonly string[] {
  const { keyword, pattern, position } = include
  const paths = reader.glob(pattern, position.file)
  if (paths.length === 0) reportNoMatch(include, log)
  return paths.filter(path => {
    if (stack.includes(path)) {
      log.report(
        'include-cycle',
        position,
        `${keyword} ${quote(path)}: the file is already being read, it includes itself`,
      )
      return false
    }
    if (stack.length >= INCLUDE_DEPTH_LIMIT) {
      const message = `${keyword} ${quote(path)}: files are nested deeper than ${INCLUDE_DEPTH_LIMIT} and this one is left out`
      log.report('include-cycle', position, message)
      return false
    }
    return true
  })
}

function reportNoMatch({ keyword, pattern, position }: Include, log: DiagnosticLog): void {
  const message = `${keyword} ${quote(pattern)}: no file matches`
  const wildcards = /[*?[]/.test(pattern)
  const braces = pattern.includes('{')
  const demanded =
    keyword === 'includea' ||
    keyword === 'includem' ||
    (keyword === 'includew' && wildcards) ||
    (keyword === 'includeb' && braces) ||
    (keyword === 'includer' && !wildcards && !braces)
  if (demanded) log.report('include-no-match', position, message)
  else if (!wildcards) log.report('include-missing', position, `${message}; keepalived goes on without it`)
}
