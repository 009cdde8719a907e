/**
 * The text that `ipvsadm -S` writes and `ipvsadm -R` reads: parsed as a whole, with everything that is wrong in it.
 */
import { type NameLookup, NO_NAMES } from './ipvsadm-endpoint.ts'
import { readLine, splitWords, type TextProblem, type Word } from './ipvsadm-line.ts'
import type { IpvsadmStatement } from './ipvsadm-statement.ts'
import { StatementReader } from './ipvsadm-statement-reader.ts'

/** A text, parsed. */
export interface ParsedIpvsadm {
  readonly statements: readonly IpvsadmStatement[]
  /** With an error among them the statements are not all that was meant: use none. */
  readonly problems: readonly TextProblem[]
}

/**
 * Parses a text of ipvsadm commands, one a line: every line that ipvsadm takes, its comments as `ipvsadm-restore`
 * takes them, and what `ipvsadm -S` writes but cannot read.
 * @param names - what names of hosts and services mean; by default nothing
 */
export function parseIpvsadm(text: string, names: NameLookup = NO_NAMES): ParsedIpvsadm {
  const statements: IpvsadmStatement[] = []
  const problems: TextProblem[] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const words = splitWords(line)
    if (words.length === 0) continue
    const statement = parseWords(words, index + 1, names, problems)
    if (statement !== undefined) statements.push(statement)
  }
  return { statements, problems }
}

/** One command from its words, as a shell gives them; problems are added. */
export function parseWords(
  words: readonly Word[],
  line: number,
  names: NameLookup,
  problems: TextProblem[],
): IpvsadmStatement | undefined {
  const read = readLine(words)
  for (const problem of read.problems) problems.push({ severity: 'error', line, ...problem })
  if (read.problems.length > 0) return undefined
  return new StatementReader(read, line, names, problems).read()
}
