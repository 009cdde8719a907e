/**
 * The interop matrix as a table: one line a cell, a column each for what it lived through.
 */
import type { CellResult } from './play-cells.ts'
import type { Chapter } from './story.ts'

const COLUMNS = [21, 33, 11, 22, 13, 36] as const

/** The head of the table. */
export function formatHead(): string {
  return [
    line('setting', 'highest > lowest', 'election', 'kill -9', 'return', 'clean stop'),
    line('', '', '', 'late / ping / tcp', 'ping / tcp', 'late / ping / tcp, of each'),
  ].join('\n')
}

/** One line, and the problems below it. */
export function formatResult({ cell, chapters, problems }: CellResult): string {
  const of = (name: Chapter['name']) =>
    chapters
      .filter(chapter => chapter.name === name)
      .map(describe)
      .join(', ') || '-'
  const text = line(
    cell.setting.name,
    cell.daemons.join(' > '),
    of('election') === '-' ? '-' : 'elected',
    of('kill'),
    of('return'),
    of('stop'),
  )
  return [`${text}${problems.length === 0 ? 'ok' : 'FAILED'}`, ...problems.map(problem => `    ${problem}`)].join('\n')
}

function describe({ excess, ping, tcp }: Chapter): string {
  const gaps = [ping, tcp].map(gap => gap?.toFixed(0) ?? '-').join(' / ')
  return excess === undefined ? gaps : `${excess >= 0 ? '+' : ''}${excess.toFixed(2)} / ${gaps}`
}

function line(...cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(COLUMNS[i] ?? 0)).join('')
}
