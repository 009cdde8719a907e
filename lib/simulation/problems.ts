/**
 * The verdict: what a cluster must never do, looked for in the outcome of a simulation.
 */
import { formatDuration, formatInstant } from './duration.ts'
import type { MemoryNetwork } from './memory-network.ts'
import type { AddressReport, Problem } from './report.ts'

/** How much later than the theory is late: a nanosecond, for the rounding of binary fractions. */
const TOLERANCE_MS = 1e-6

/** keepalived.conf(5): what makes the winner announce again. */
const REMEDY = 'garp_master_refresh or vrrp_higher_prio_send_advert makes the winner announce again'

/** What the verdict needs to know beside the addresses. */
export interface VerdictContext {
  readonly network: MemoryNetwork
  /** Nodes that have an instance with the address, and nothing that keeps it from being active. */
  readonly able: (address: AddressReport) => readonly string[]
  readonly running: (node: string) => boolean
}

/** Everything that is wrong with one address. */
export function findProblems(report: AddressReport, context: VerdictContext): Problem[] {
  const found: [Problem['type'], string][] = []
  for (const { excess, bound, duration, from } of report.nobody) {
    if (excess === undefined || bound === undefined || excess <= TOLERANCE_MS) continue
    const text = `nobody for ${formatDuration(duration)} from ${formatInstant(from)}, bound ${formatDuration(bound)}`
    found.push(['late-takeover', text])
  }
  for (const { excess, bound, duration, from, holders, open } of report.several) {
    if (open || excess === undefined || bound === undefined || excess <= TOLERANCE_MS) continue
    const text = `${list(holders)} together for ${formatDuration(duration)} from ${formatInstant(from)}, bound ${formatDuration(bound)}`
    found.push(['long-overlap', text])
  }
  for (const side of sides(report, context)) found.push(...lookAtSide(side, report, context))
  const { address, interface: on } = report
  return found.map(([type, message]) => {
    const severity = type === 'stale-neighbours' ? 'warning' : 'error'
    return { severity, type, address, interface: on, message }
  })
}

/** Nodes that hear each other on the segment, as things stand. */
function sides({ interface: on }: AddressReport, { network }: VerdictContext): string[][] {
  const members = network.segment(on)
  const alone = members.filter(({ plugged }) => !plugged).map(({ host }) => [host])
  const joined: string[][] = []
  for (const { host } of members.filter(({ plugged }) => plugged)) {
    const group = joined.find(([first]) => first !== undefined && network.sameSide(first, host))
    if (group === undefined) joined.push([host])
    else group.push(host)
  }
  return [...joined, ...alone]
}

function lookAtSide(
  side: readonly string[],
  report: AddressReport,
  context: VerdictContext,
): [Problem['type'], string][] {
  const where = side.length === context.network.segment(report.interface).length ? '' : ` where ${list(side)} are`
  const holders = report.holders.filter(holder => side.includes(holder))
  const [owner, ...others] = holders
  if (owner === undefined) {
    const able = context.able(report).filter(node => side.includes(node))
    return able.length === 0 ? [] : [['no-owner', `nobody holds it at the end${where}, though ${list(able)} could`]]
  }
  if (others.length > 0) {
    const dead = holders.filter(holder => !context.running(holder))
    const why = dead.length === 0 ? '' : ` (the daemon of ${list(dead)} is dead, its kernel keeps the address)`
    return [['several-owners', `${list(holders)} hold it together at the end${why}`]]
  }
  const stale = context.network
    .segment(report.interface)
    .filter(({ host, plugged }) => plugged && side.includes(host))
    .map(place => ({ place: place.host, node: place.neighbours.get(report.address) }))
    .filter(({ node }) => node !== undefined && node !== owner)
  if (stale.length === 0) return []
  const text = stale.map(({ place, node }) => `beside ${place} still to ${node}`).join(', ')
  return [['stale-neighbours', `${owner} holds it at the end, but clients send ${text}; ${REMEDY}`]]
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
