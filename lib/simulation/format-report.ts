/**
 * A report as text: who takes part, the timeline, and the sum of it.
 */
import { formatDuration, formatInstant } from './duration.ts'
import { describeEntry } from './format-entry.ts'
import type { AddressReport, Gap, NodeReport, SimulationReport } from './report.ts'
import type { WaitOrigin } from './takeover.ts'

/** The whole report, line by line. */
export function formatReport(report: SimulationReport): string[] {
  return [
    ...report.nodes.flatMap(formatNode),
    formatNetwork(report),
    '',
    ...formatTimeline(report),
    '',
    ...formatSummary(report),
  ]
}

/** The timeline in columns: time, node, instance, what. */
export function formatTimeline(report: SimulationReport): string[] {
  const decimals = decimalsOf(report)
  const rows = report.timeline.map(entry => ({
    time: formatInstant(entry.at, decimals),
    place: [entry.node, entry.instance].filter(name => name !== undefined).join(' '),
    text: describeEntry(entry, decimals),
    step: entry.type === 'step',
  }))
  const timeWidth = Math.max(0, ...rows.map(({ time }) => time.length))
  const placeWidth = Math.max(0, ...rows.map(({ place }) => place.length))
  return rows.map(({ time, place, text, step }) =>
    step
      ? `${time.padStart(timeWidth)}  --- ${text}`
      : `${time.padStart(timeWidth)}  ${place.padEnd(placeWidth)}  ${text}`,
  )
}

/** What each address went through, what is wrong, and the verdict. */
export function formatSummary(report: SimulationReport): string[] {
  const lines = report.addresses.flatMap(address => formatAddress(address, decimalsOf(report)))
  for (const { name, advertisements } of report.nodes) {
    const { sent, received, refused } = advertisements
    const bad = refused === 0 ? '' : `, refused ${refused}`
    lines.push(`${name}: advertisements sent ${sent}, received ${received}${bad}`)
  }
  const { lost, blocked } = report.frames
  if (lost > 0) lines.push(`frames lost: ${lost}`)
  if (blocked > 0) lines.push(`frames kept back by a partition, a cut cable or a dead node: ${blocked}`)
  for (const problem of report.problems) {
    lines.push(`${problem.severity}: ${problem.address} on ${problem.interface}: ${problem.message}`)
  }
  lines.push(verdict(report))
  return lines
}

function verdict({ ok, settled, problems }: SimulationReport): string {
  const late = settled ? '' : ' (the last step is too recent for everything to have settled: try a longer --for)'
  if (ok) return `verdict: ok, one owner of each address, no takeover late, no overlap too long${late}`
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return `verdict: ${errors} ${errors === 1 ? 'error' : 'errors'}${late}`
}

function formatNode({ name, aliases, interfaces, instances }: NodeReport): string[] {
  const addressOf = (on: string): string =>
    interfaces.find(({ name }) => name === on)?.addresses.find(address => !address.includes(':')) ?? ''
  const title = aliases.length === 0 ? name : `${name}  ${aliases.join(', ')}`
  return [
    title,
    ...instances.map(
      ({ name, interface: on, version, vrid, priority, interval }) =>
        `   ${name}: VRRPv${version}, virtual router ${vrid}, priority ${priority}, every ${formatDuration(interval)}, ${addressOf(on)} on ${on}`,
    ),
  ]
}

function formatNetwork({ seed, duration, conditions }: SimulationReport): string {
  const { delay, jitter, loss } = conditions
  const chance = `${jitter > 0 ? `, jitter ${formatDuration(jitter)}` : ''}${loss > 0 ? `, loss ${loss * 100}%` : ''}`
  return `${formatDuration(duration)} simulated, delay ${formatDuration(delay)}${chance}, seed ${seed}`
}

function formatAddress(address: AddressReport, decimals: 3 | 6): string[] {
  const { nobody, several, nobodyTotal, severalTotal, holders } = address
  const gaps = [...nobody, ...several].sort((a, b) => a.from - b.from)
  const sum = `nobody for ${formatDuration(nobodyTotal)}, several for ${formatDuration(severalTotal)}`
  return [
    `${address.address} on ${address.interface}: ${sum}, at the end ${holders.length === 0 ? 'nobody' : holders.join(' and ')}`,
    ...gaps.map(gap => `  ${formatInstant(gap.from, decimals)}  ${formatGap(gap)}`),
  ]
}

function formatGap({ duration, holders, after, open, bound, excess, trouble, takeover }: Gap): string {
  const who = holders.length === 0 ? 'nobody' : holders.join(' and ')
  const span = `${after}: ${who} for ${formatDuration(duration)}${open ? ', until the end' : ''}`
  if (takeover !== undefined) {
    const { node, origin, elapsed, bound: limit } = takeover
    return `${span}; ${node} ${ORIGINS[origin](formatDuration(elapsed))}, bound ${formatDuration(limit)}, excess ${formatDuration(takeover.excess)}`
  }
  const limit = bound === undefined ? '' : `, bound ${formatDuration(bound)}`
  const late = excess === undefined || excess < NOISE_MS ? '' : `, too long by ${formatDuration(excess)}`
  return `${span}${limit}${late}${trouble === undefined ? '' : ` (${trouble})`}`
}

/** How long the new master waited, and since when. */
const ORIGINS: Readonly<Record<WaitOrigin, (wait: string) => string>> = {
  backup: wait => `took over ${wait} after it began to listen`,
  advertisement: wait => `took over ${wait} after the last advertisement`,
  resignation: wait => `took over ${wait} after the resignation`,
  'preempt-delay': wait => `took over ${wait} after the preempt delay began`,
  none: () => 'owns the address and took it at once',
}

/** A microsecond is rounding. */
const NOISE_MS = 0.001

/** Milliseconds say nothing about clusters whose timers are fractions of a second. */
function decimalsOf({ nodes }: SimulationReport): 3 | 6 {
  return nodes.some(({ instances }) => instances.some(({ interval }) => interval < 1000)) ? 6 : 3
}
