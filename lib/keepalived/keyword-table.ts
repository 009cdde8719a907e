/**
 * The table of keywords in the documentation, from the declarations that the parser uses.
 */
import type { Keyword, KeywordStatus, KeywordTable } from './declaration.ts'
import { ROOT } from './root-keywords.ts'

/** One keyword of the table. */
export interface KeywordRow {
  /** The blocks around it, outermost first; empty at the top level. */
  readonly block: readonly string[]
  readonly keyword: string
  /** `INTEGER 1..255`; `{ … }` for a block. */
  readonly argument: string
  readonly default: string
  readonly status: KeywordStatus
  readonly doc: string
}

const WORDS: Readonly<Record<KeywordStatus, string>> = {
  supported: 'supported',
  parsed: 'read only',
  'not-supported': 'not yet',
}
const ORDER: readonly KeywordStatus[] = ['supported', 'parsed', 'not-supported']

/** Every keyword of keepalived.conf, block by block, a block before those in it. */
export function keywordRows(): readonly KeywordRow[] {
  return rowsOf(ROOT, [], 'supported')
}

/** The page `docs/keywords.md`. */
export function formatKeywords(): string {
  const sections = new Map<string, KeywordRow[]>()
  const rows = keywordRows()
  for (const row of rows) {
    const title = row.block.join(' / ')
    const section = sections.get(title)
    if (section === undefined) sections.set(title, [row])
    else section.push(row)
  }
  const counts = ORDER.map(status => `${rows.filter(row => row.status === status).length} ${WORDS[status]}`)
  return [
    '# Keywords of keepalived.conf',
    '',
    'Made from the declarations of the parser by `npm run docs:keywords`; do not edit.',
    '',
    '`supported`: read and acted on. `read only`: checked and in the typed configuration, nothing acts on it yet.',
    '`not yet`: known, and checked for its form. Using one that is not supported draws a warning that says what will not',
    'happen. No keyword of keepalived 2.2 is unknown.',
    '',
    `${rows.length} entries: ${counts.join(', ')}.`,
    ...[...sections].flatMap(([title, section]) => ['', `## ${title || 'Top level'}`, '', ...tableOf(section)]),
    '',
  ].join('\n')
}

function tableOf(rows: readonly KeywordRow[]): readonly string[] {
  return [
    '| Keyword | Argument | Default | Status | Meaning |',
    '|---|---|---|---|---|',
    ...rows.map(({ keyword, argument, default: absent, status, doc }) => {
      const cells = [`\`${keyword}\``, code(argument), cell(absent), WORDS[status], cell(doc)]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}

function rowsOf(table: KeywordTable, block: readonly string[], around: KeywordStatus): readonly KeywordRow[] {
  const rows: KeywordRow[] = []
  const inner: KeywordRow[] = []
  for (const [keyword, declared] of Object.entries(table)) {
    const status = lesser(declared.status, around)
    rows.push(rowOf(keyword, declared, block, status))
    // The older name of a block has the same keywords: they are listed once.
    if (declared.argument.keywords !== undefined && !isAlias(declared)) {
      inner.push(...rowsOf(declared.argument.keywords, [...block, keyword], status))
    }
  }
  return [...rows, ...inner]
}

function rowOf(
  keyword: string,
  declared: Keyword<unknown>,
  block: readonly string[],
  status: KeywordStatus,
): KeywordRow {
  const { argument, default: absent = '', doc, replacement } = declared
  const outdated = replacement === undefined ? '' : ` Outdated: ${replacement}.`
  return { block, keyword, argument: argument.syntax, default: absent, status, doc: `${doc}${outdated}` }
}

/** What stands in a block that nothing acts on is not acted on either. */
function lesser(a: KeywordStatus, b: KeywordStatus): KeywordStatus {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b
}

function isAlias({ doc, replacement }: Keyword<unknown>): boolean {
  return replacement !== undefined || doc.startsWith('The older name')
}

function code(text: string): string {
  return text === '' ? '' : `\`${cell(text)}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
