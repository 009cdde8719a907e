/**
 * The spans in which an address had no holder or several, each beside its theoretical limit.
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { troubleBetween } from './conditions-history.ts'
import type { AddressHistory, Holding } from './ledger.ts'
import type { NetworkConditions } from './memory-network.ts'
import type { AddressReport, Gap } from './report.ts'
import { formatAction, type ScenarioStep } from './scenario-step.ts'
import type { Takeover } from './takeover.ts'

/** What the limits follow from. */
export interface GapContext {
  readonly end: Milliseconds
  /** In order of time. */
  readonly steps: readonly ScenarioStep[]
  readonly conditions: NetworkConditions
  readonly takeovers: readonly Takeover[]
  /** Longest advertisement interval of the instances that hold the address. */
  readonly interval: Milliseconds
  /** Whether this instance of this node holds the address when active. */
  readonly holds: (node: string, instance: string) => boolean
}

/** The history of an address with its gaps measured. */
export function reportAddress(history: AddressHistory, context: GapContext): AddressReport {
  const { address, holdings } = history
  const nobody = holdings.filter(({ holders }) => holders.length === 0).map(span => emptyGap(span, context))
  const several = holdings.filter(({ holders }) => holders.length > 1).map(span => overlap(span, context))
  return {
    address,
    interface: history.interface,
    holdings,
    nobody,
    several,
    nobodyTotal: sum(nobody),
    severalTotal: sum(several),
    holders: holdings.at(-1)?.holders ?? [],
  }
}

/** Nobody: until the timer of the one who takes over says so. */
function emptyGap(span: Holding, context: GapContext): Gap {
  const open = span.to === context.end
  const takeover = context.takeovers.find(({ at, node, instance }) => at === span.to && context.holds(node, instance))
  const deadline = takeover === undefined ? undefined : takeover.since + takeover.bound
  return gap(
    span,
    context,
    open,
    deadline === undefined ? undefined : Math.max(0, deadline - span.from),
    undefined,
    takeover,
  )
}

/** Several: until an advertisement reaches the one who has to give way, once one can. */
function overlap(span: Holding, context: GapContext): Gap {
  const { steps, conditions, interval, end } = context
  const { cause, lasting, endedAt, latency } = troubleBetween(span.holders, span.from, span.to, steps, conditions)
  let bound: number | undefined
  if (cause === undefined) bound = bestCameLast(span, context) ? latency : 2 * latency
  else if (!lasting && endedAt !== undefined) bound = endedAt - span.from + interval + latency
  return gap(span, context, span.to === end, bound, cause)
}

/**
 * Whether the newest holder beats the others: then one advertisement ends it. Otherwise one has to reach the better
 * router, and its answer has to come back.
 */
function bestCameLast({ from, holders }: Holding, { takeovers, holds }: GapContext): boolean {
  const latest = holders.map(holder =>
    takeovers.findLast(({ at, node, instance }) => at <= from && node === holder && holds(node, instance)),
  )
  const newest = latest.find(takeover => takeover?.at === from)
  if (newest === undefined) return false
  return latest.every(other => other === newest || (other !== undefined && other.priority < newest.priority))
}

function gap(
  { from, to, holders }: Holding,
  { steps }: GapContext,
  open: boolean,
  bound: number | undefined,
  trouble: Gap['trouble'],
  takeover?: Takeover,
): Gap {
  const before = steps.filter(({ at }) => at <= from).at(-1)
  const duration = tidy(to - from)
  return {
    from,
    to,
    duration,
    holders,
    after: before === undefined ? 'start' : formatAction(before.action),
    open,
    takeover,
    bound: bound === undefined ? undefined : tidy(bound),
    excess: bound === undefined ? undefined : tidy(duration - bound),
    trouble,
  }
}

function sum(gaps: readonly Gap[]): Milliseconds {
  return tidy(gaps.reduce((total, { duration }) => total + duration, 0))
}

/** Without the rounding noise of binary fractions, below a nanosecond. */
function tidy(value: number): Milliseconds {
  return milliseconds(Math.round(value * 1e6) / 1e6)
}
