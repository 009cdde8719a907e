/**
 * The table of a benchmark that measures ours and keepalived in turn: medians [least..greatest], and their ratio.
 */
import { CONTENDERS, type Contender } from './contender.ts'
import { formatSpread, medianOf } from './statistics.ts'

/** One line: what was measured, of whom. */
export interface Comparison {
  readonly label: string
  /** The samples of each who was measured; `node`: a Node program that does nothing. */
  readonly samples: Readonly<Partial<Record<Contender | 'node', readonly number[]>>>
  /** Digits behind the point. Default 2. */
  readonly digits?: number
}

/** Prints the lines under a title. The ratio is that of the medians; above 1, ours is more. */
export function printComparisons(title: string, lines: readonly Comparison[]): void {
  const columns = [...CONTENDERS, 'node'] as const
  const names = columns.filter(name => lines.some(({ samples }) => samples[name] !== undefined))
  console.log()
  const compared = names.includes('ours') && names.includes('keepalived')
  row(title, ...names.map(name => (name === 'node' ? 'node -e 0' : name)), ...(compared ? ['ratio'] : []))
  for (const { label, samples, digits } of lines) {
    const cells = names.map(name => (samples[name] === undefined ? '' : formatSpread(samples[name], digits)))
    row(label, ...cells, ratioOf(samples))
  }
}

function ratioOf({ ours, keepalived }: Comparison['samples']): string {
  if (ours === undefined || keepalived === undefined) return ''
  const ratio = medianOf(ours) / medianOf(keepalived)
  return Number.isFinite(ratio) ? ratio.toFixed(2) : '-'
}

function row(...cells: readonly string[]): void {
  const text = cells.map((cell, i) => cell.padEnd(i === 0 ? 38 : 31)).join('')
  console.log(text.trimEnd())
}
