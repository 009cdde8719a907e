/**
 * Diagnostics of configuration files as lines: `file:line:column: error: message`.
 */
import { type Diagnostic, formatDiagnostic } from '../lib/keepalived/index.ts'
import type { Output } from './output.ts'

/** Prints each to stderr. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], output: Pick<Output, 'err'>): void {
  for (const diagnostic of diagnostics) output.err(formatDiagnostic(diagnostic))
}
