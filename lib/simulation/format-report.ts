/**
 * A report as text: who takes part, the timeline, and the sum of it.
 */
import { formatDuration, formatInstant } from './duration.ts'
import { describeEntry } from './format-entry.ts'
import type { AddressReport, Gap, NodeReport, SimulationReport } from './report.ts'

/** The whole report, line by line. */
export function formatReport(report: SimulationReport): string[] {
  return [...report.nodes.map(formatNode), formatNetwork(report), '', ...formatTimeline(report), '', ...formatSummary(report)]
}

/** The timeline in columns: time, node, instance, what. */
export function formatTimeline({ timeline, addresses }: SimulationReport): string[] {
  // milliseconds say nothing about clusters whose timers are fractions of a second
  const fine = addresses.some(({ nobody }) => nobody.some(({ bound }) => bound !== undefined && bound > 0 && bound < 1000))
  const rows = timeline.map(entry => ({
    time: formatInstant(entry.at, fine ? 6 : 3),
    place: [entry.node, entry.instance].filter(name => name !== undefined).join(' '),
    text: describeEntry(entry),
    step: entry.type === 'step',
  }))
  const timeWidth = Math.max(0, ...rows.map(({ time }) => time.length))
  const placeWidth = Math.max(0, ...rows.map(({ place }) => place.length))
  return rows.map(({ time, place, text, step }) =>
    step ? `${time.padStart(timeWidth)}  --- ${text}` : `${time.padStart(timeWidth)}  ${place.padEnd(placeWidth)}  ${text}`,
  )
}

/** What each address went through, what is wrong, and the verdict. */
export function formatSummary(report: SimulationReport): string[] {
  const lines = report.addresses.flatMap(formatAddress)
  for (const { name, advertisements } of report.nodes) {
    const { sent, received, refused } = advertisements
    const bad = refused === 0 ? '' : `, refused ${refused}`
    lines.push(`${name}: advertisements sent ${sent}, received ${received}${bad}`)
  }
  const { lost, blocked } = report.frames
  if (lost > 0) lines.push(`frames lost: ${lost}`)
  if (blocked > 0) lines.push(`frames kept back by a partition, a cut cable or a dead node: ${blocked}`)
  for (const problem of report.problems) {
    lines.push(`problem: ${problem.address} on ${problem.interface}: ${problem.message}`)
  }
  lines.push(verdict(report))
  return lines
}

function verdict({ ok, settled, problems }: SimulationReport): string {
  const late = settled ? '' : ' (the last step is too recent for everything to have settled: try a longer --for)'
  if (ok) return `verdict: ok, every address has one owner wherever it can, and nothing took longer than it must${late}`
  return `verdict: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}${late}`
}

function formatNode({ name, aliases, interfaces }: NodeReport): string {
  const places = interfaces.map(({ name, addresses }) => `${name} ${addresses.filter(isIpv4).join(' ') || addresses.join(' ')}`)
  return `${name}  ${[...aliases, places.join(', ')].join('  ')}`
}

function formatNetwork({ seed, duration, conditions }: SimulationReport): string {
  const { delay, jitter, loss } = conditions
  const chance = `${jitter > 0 ? `, jitter ${formatDuration(jitter)}` : ''}${loss > 0 ? `, loss ${loss * 100}%` : ''}`
  return `${formatDuration(duration)} simulated, delay ${formatDuration(delay)}${chance}, seed ${seed}`
}

function formatAddress({ address, interface: on, nobody, several, nobodyTotal, severalTotal, holders }: AddressReport): string[] {
  const gaps = [...nobody, ...several].sort((a, b) => a.from - b.from)
  const sum = `nobody ${formatDuration(nobodyTotal)}, several ${formatDuration(severalTotal)}`
  return [
    `${address} on ${on}: ${sum}, at the end ${holders.length === 0 ? 'nobody' : holders.join(' and ')}`,
    ...gaps.map(gap => `  ${formatGap(gap)}`),
  ]
}

function formatGap({ from, duration, holders, after, open, bound, excess, trouble }: Gap): string {
  const who = holders.length === 0 ? 'nobody' : holders.join(' and ')
  const limit = bound === undefined ? '' : `, bound ${formatDuration(bound)}${judge(excess)}`
  const why = trouble === undefined ? '' : ` (${trouble})`
  const end = open ? ', until the end' : ''
  return `${formatInstant(from)} after ${after}: ${who} for ${formatDuration(duration)}${end}${limit}${why}`
}

/** A microsecond of rounding aside. */
function judge(excess: number | undefined): string {
  if (excess === undefined || Math.abs(excess) < 0.001) return ''
  return excess > 0 ? `, too long by ${formatDuration(excess)}` : ''
}

function isIpv4(address: string): boolean {
  return !address.includes(':')
}
