/**
 * The table of a benchmark that measures several in turn: medians [least..greatest], and the ratio of ours to keepalived.
 */
import { formatSpread, medianOf } from './statistics.ts'

/** One line: what was measured, of whom. */
export interface Comparison {
  readonly label: string
  /** The samples by who was measured, `ours` and `keepalived` and others, in the order of the columns. */
  readonly samples: Readonly<Record<string, readonly number[]>>
  /** Digits behind the point. Default 2. */
  readonly digits?: number
}

/** Prints the lines under a title. The ratio is that of the medians; above 1, ours is more. */
export function printComparisons(title: string, lines: readonly Comparison[]): void {
  const names = [...new Set(lines.flatMap(({ samples }) => Object.keys(samples)))]
  console.log()
  row(title, ...names, ...(names.includes('ours') && names.includes('keepalived') ? ['ratio'] : []))
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
