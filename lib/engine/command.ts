/**
 * What an engine can be told, as plain data: the same whether it runs in the host's event loop or alone in a worker.
 */
import type { TrackerReport } from '../instance/tracker-verdicts.ts'
import type { ReplayRecord } from './replay-record.ts'
import type { NodeSpecification } from './specification.ts'

/** A command to an engine. */
export type EngineCommand =
  /** Run exactly this. First use starts; later ones change what differs and leave the rest untouched. */
  | { readonly type: 'configure'; readonly specification: NodeSpecification }
  /** What an earlier run remembered, best before the first `configure`: no authenticated advert is accepted twice. */
  | { readonly type: 'remember'; readonly records: readonly ReplayRecord[] }
  /** A tracker's verdict, for every instance that names it. */
  | ({ readonly type: 'tracker' } & TrackerReport)
  /** A new base priority, 1-254. */
  | { readonly type: 'priority'; readonly instance: string; readonly priority: number }
  /** Resign where active, take all addresses away, and end. */
  | { readonly type: 'stop' }
