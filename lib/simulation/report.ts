/**
 * What a simulation found out, as plain data: it goes through JSON unchanged.
 */
import type { Milliseconds } from '../time/units.ts'
import type { Trouble } from './conditions-history.ts'
import type { Holding } from './ledger.ts'
import type { NetworkConditions, NetworkStatistics } from './memory-network.ts'
import type { Takeover } from './takeover.ts'
import type { TimelineEntry } from './timeline-entry.ts'

/** A span in which an address did not have exactly one holder. */
export interface Gap {
  readonly from: Milliseconds
  readonly to: Milliseconds
  readonly duration: Milliseconds
  /** Nobody, or several nodes. */
  readonly holders: readonly string[]
  /** The step of the scenario before it, `start` before the first. */
  readonly after: string
  /** It lasted until the end of the simulation. */
  readonly open: boolean
  /** The theoretical limit of its duration; undefined where there is none (see `trouble`) or it is open. */
  readonly bound: Milliseconds | undefined
  /** The takeover that ended it. */
  readonly takeover: Takeover | undefined
  /** duration - bound. 0 for an empty span that ends on time, negative for an overlap that ends earlier than it might. */
  readonly excess: Milliseconds | undefined
  /** What kept the nodes from knowing of each other, or from letting go. */
  readonly trouble: Trouble['cause']
}

/** One address on one segment. */
export interface AddressReport {
  readonly address: string
  readonly interface: string
  /** Gapless, from start to end. */
  readonly holdings: readonly Holding[]
  /** Spans in which nobody held it. */
  readonly nobody: readonly Gap[]
  /** Spans in which several nodes held it. */
  readonly several: readonly Gap[]
  readonly nobodyTotal: Milliseconds
  readonly severalTotal: Milliseconds
  /** At the end. */
  readonly holders: readonly string[]
}

/** Something that should not be. */
export interface Problem {
  /** An error breaks a promise of the protocol. A warning is a weakness that the protocol has. */
  readonly severity: 'error' | 'warning'
  readonly type: /** At the end nodes that hear each other hold it together. */
    | 'several-owners'
    /** At the end nobody holds it, though somebody could. */
    | 'no-owner'
    /** Somebody took over later than the theory says. */
    | 'late-takeover'
    /** Several nodes held it for longer than the theory says. */
    | 'long-overlap'
    /** At the end clients of the segment send to a node that does not hold it, until their ARP or neighbour entry ages. */
    | 'stale-neighbours'
  readonly address: string
  readonly interface: string
  readonly message: string
}

/** How one node took part. */
export interface NodeReport {
  readonly name: string
  readonly aliases: readonly string[]
  readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  readonly instances: readonly {
    readonly name: string
    readonly interface: string
    readonly version: 2 | 3
    readonly vrid: number
    /** As configured. */
    readonly priority: number
    readonly interval: Milliseconds
  }[]
  /** Whether its daemon runs at the end. */
  readonly running: boolean
  readonly advertisements: { readonly sent: number; readonly received: number; readonly refused: number }
}

/** The outcome of a simulation. All times are from its start. */
export interface SimulationReport {
  readonly seed: number
  /** Simulated time. */
  readonly duration: Milliseconds
  /** Conditions at the beginning. */
  readonly conditions: NetworkConditions
  readonly scenario: readonly { readonly at: Milliseconds; readonly step: string }[]
  readonly nodes: readonly NodeReport[]
  readonly timeline: readonly TimelineEntry[]
  readonly takeovers: readonly Takeover[]
  readonly addresses: readonly AddressReport[]
  readonly frames: NetworkStatistics
  /** Whether the last step was long enough ago for everything to have settled. */
  readonly settled: boolean
  readonly problems: readonly Problem[]
  /** No errors among the problems. */
  readonly ok: boolean
}
