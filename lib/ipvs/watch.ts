/**
 * Watches a table. The kernel tells nobody of changes: it is read again and again, and compared.
 */
import { type Destination, type DestinationState, formatDestinationKey } from './destination.ts'
import { diff } from './diff.ts'
import type { Pace } from './pace.ts'
import { formatServiceKey } from './service-key.ts'
import type { Statistics } from './statistics.ts'
import type { IpvsTable, TableEntryState } from './table.ts'
import type { TablePlan } from './table-plan.ts'

/** Options of `watch`. */
export interface WatchOptions {
  /** Milliseconds between two observations, at least 100. Default 2000: the kernel sums up its counters that often. */
  readonly interval?: number
  readonly signal?: AbortSignal
}

/** Per second, since an observation 2 s ago or more. */
export interface Rates {
  readonly connections: number
  readonly incomingPackets: number
  readonly outgoingPackets: number
  readonly incomingBytes: number
  readonly outgoingBytes: number
}

/** The table at one time, and what became of it since the time before. */
export interface TableObservation {
  /** Monotonic milliseconds. */
  readonly at: number
  readonly table: readonly TableEntryState[]
  /** What made this table of the one before, as the steps of a plan; nothing in the first observation. */
  readonly changes: Pick<TablePlan, 'added' | 'changed' | 'removed'>
  /**
   * Rates by the names of `formatServiceKey`, and of destinations with `formatDestinationKey` behind a space; those of
   * which no two observations are there yet are missing.
   */
  readonly rates: ReadonlyMap<string, Rates>
}

interface Sample {
  readonly at: number
  readonly statistics: ReadonlyMap<string, Statistics>
}

const DEFAULT_INTERVAL = 2000
/** The kernel sums up its counters every 2 s: over less time, rates would jump between 0 and twice. */
const WINDOW = 2000

/** See `IpvsClient.watch`. @throws RangeError for a wrong interval */
export async function* watchTable(
  read: () => Promise<readonly TableEntryState[]>,
  { interval = DEFAULT_INTERVAL }: WatchOptions,
  pace: Pace,
): AsyncGenerator<TableObservation, void, undefined> {
  if (!(interval >= 100 && interval <= 0x7fffffff)) throw new RangeError(`interval: ${interval} is not 100 ms or more`)
  let before: IpvsTable | undefined
  const samples: Sample[] = []
  for (let due = performance.now(); ; due += interval) {
    await pace.sleep(Math.max(0, due - performance.now()))
    const table = await read()
    const at = performance.now()
    const sample = { at, statistics: statisticsOf(table) }
    const { added, changed, removed } = diff(before ?? table, table, { prune: 'all' })
    yield { at, table, changes: { added, changed, removed }, rates: ratesOf(oldSample(samples, at), sample) }
    samples.push(sample)
    before = table
  }
}

/** The newest sample that is old enough, else the oldest; forgets those before it. */
function oldSample(samples: Sample[], now: number): Sample | undefined {
  while ((samples[1]?.at ?? now) <= now - WINDOW) samples.shift()
  return samples[0]
}

function statisticsOf(table: readonly TableEntryState[]): Map<string, Statistics> {
  const found = new Map<string, Statistics>()
  for (const service of table) {
    const name = formatServiceKey(service)
    found.set(name, service.statistics)
    for (const destination of service.destinations)
      found.set(destinationName(name, destination), destination.statistics)
  }
  return found
}

function destinationName(service: string, destination: Destination | DestinationState): string {
  return `${service} ${formatDestinationKey(destination)}`
}

function ratesOf(from: Sample | undefined, to: Sample): Map<string, Rates> {
  const rates = new Map<string, Rates>()
  if (from === undefined) return rates
  const seconds = (to.at - from.at) / 1000
  for (const [name, now] of to.statistics) {
    const then = from.statistics.get(name)
    if (then === undefined) continue
    // Zeroed meanwhile: what is there came since then.
    const rate = (a: bigint, b: bigint) => Number(b >= a ? b - a : b) / seconds
    rates.set(name, {
      connections: rate(then.connections, now.connections),
      incomingPackets: rate(then.incomingPackets, now.incomingPackets),
      outgoingPackets: rate(then.outgoingPackets, now.outgoingPackets),
      incomingBytes: rate(then.incomingBytes, now.incomingBytes),
      outgoingBytes: rate(then.outgoingBytes, now.outgoingBytes),
    })
  }
  return rates
}
