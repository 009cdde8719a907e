/**
 * What the reader of keepalived.conf has to say, as data: where, how grave, which code, what to do.
 */
import type { DiagnosticCode, Severity } from './diagnostic-codes.ts'

/** A place in a text. */
export interface SourcePosition {
  /** Path as it was given, or as an `include` found it. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
}

/** A second place that a {@link Diagnostic} speaks of. */
export interface RelatedPosition extends SourcePosition {
  /** What is there. */
  readonly message: string
}

/** One finding. Secrets never appear in it. */
export interface Diagnostic extends SourcePosition {
  readonly severity: Severity
  /** Stable: a key of `DIAGNOSTIC_CODES`. */
  readonly code: DiagnosticCode
  /** What is wrong, what follows from it, what to do. One line. */
  readonly message: string
  /** What was probably meant. */
  readonly suggestion?: string
  /** Other places that the message is about. */
  readonly related?: readonly RelatedPosition[]
}

/**
 * `file:line:column: error: message (did you mean 'x'?)`, and one indented line for each related place.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { severity, message, suggestion, related = [] } = diagnostic
  const meant = suggestion === undefined ? '' : ` (did you mean '${suggestion}'?)`
  const head = `${formatPosition(diagnostic)}: ${severity}: ${message}${meant}`
  if (diagnostic.code === 'not-supported') {
    // Many places say the same: their lines are enough.
    const places = [...new Set(related.map(place => place.line))]
    return places.length === 0 ? head : `${head} (also line${places.length === 1 ? '' : 's'} ${places.join(', ')})`
  }
  const lines = [head]
  for (const place of related) lines.push(`    ${formatPosition(place)}: ${place.message}`)
  return lines.join('\n')
}

/** `file:line:column` */
export function formatPosition(position: SourcePosition): string {
  return `${position.file}:${position.line}:${position.column}`
}

/** Text from a file as it may stand in a message: in quotes, shortened, without control characters. */
export function quote(text: string): string {
  const characters = [...text]
  const short = characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text
  return `'${short.replace(/\p{Cc}|\p{Cf}/gu, c => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}'`
}
