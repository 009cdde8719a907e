/**
 * Collects diagnostics: each one once, and never more than a bounded number, whatever the text.
 */
import type { Diagnostic, RelatedPosition, SourcePosition } from './diagnostic.ts'
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-codes.ts'

/** So many diagnostics are kept; what comes after them is counted only. */
export const DIAGNOSTIC_LIMIT = 1000

/** The optional parts of a diagnostic. */
export interface DiagnosticDetail {
  readonly suggestion?: string | undefined
  readonly related?: readonly RelatedPosition[]
}

/** A growing list of diagnostics. */
export class DiagnosticLog {
  readonly #entries: Diagnostic[] = []
  readonly #seen = new Set<string>()
  #dropped = 0

  /** Adds a diagnostic with the severity of its code, unless it is already there. */
  report(code: DiagnosticCode, position: SourcePosition, message: string, detail: DiagnosticDetail = {}): void {
    const { file, line, column } = position
    const key = `${line}:${column}:${code}:${file}:${message}`
    if (this.#seen.has(key)) return
    if (this.isFull) {
      this.#dropped++
      return
    }
    this.#seen.add(key)
    const { suggestion, related } = detail
    this.#entries.push({
      file,
      line,
      column,
      severity: DIAGNOSTIC_CODES[code].severity,
      code,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(related === undefined || related.length === 0 ? {} : { related }),
    })
  }

  /** True when something with this code was reported. */
  has(code: DiagnosticCode): boolean {
    return this.#entries.some(entry => entry.code === code)
  }

  /** True when nothing more is kept: no need to look for suggestions. */
  get isFull(): boolean {
    return this.#entries.length >= DIAGNOSTIC_LIMIT
  }

  /** True when an error was reported. */
  get hasErrors(): boolean {
    return this.#entries.some(entry => entry.severity === 'error')
  }

  /** Everything so far, in the order of the files' first mention, then by place. */
  sorted(): readonly Diagnostic[] {
    const files = new Map<string, number>()
    for (const { file } of this.#entries) if (!files.has(file)) files.set(file, files.size)
    const rank = (file: string): number => files.get(file) ?? 0
    const list = [...this.#entries].sort(
      (a, b) => rank(a.file) - rank(b.file) || a.line - b.line || a.column - b.column,
    )
    const last = list.at(-1)
    if (this.#dropped > 0 && last !== undefined) {
      const { file, line, column } = last
      const message = `${this.#dropped} more problems are not shown: mend the first ones and check again`
      list.push({ file, line, column, severity: 'error', code: 'too-many-problems', message })
    }
    return list
  }
}
