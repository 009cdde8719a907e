/**
 * The status of a node on demand: as one object, or as JSON in pieces so small that a router can go on between them.
 */
import type { EngineSnapshot } from '../engine/index.ts'
import type { Clock } from '../time/index.ts'
import { describeInstance } from './describe-instance.ts'
import { statusState } from './describe-transition.ts'
import type { LvsStatus } from './lvs-status.ts'
import type { MetricFacts } from './metric-table.ts'
import type { NodeHistory } from './node-history.ts'
import { type InstanceStatus, NODE_STATUS_VERSION, type NodeStatus, type StatusWarning } from './node-status.ts'
import { warningsOf } from './warnings.ts'

/** What a {@link StatusReporter} reports about. */
export interface StatusSubject {
  readonly clock: Clock
  readonly history: NodeHistory
  /** What the engine is and knows now. */
  readonly snapshot: () => EngineSnapshot
  readonly program: NodeStatus['program']
  /** The configuration that runs now. */
  readonly configuration: () => NodeStatus['configuration']
  /** Virtual servers; absent, or undefined: there are none. */
  readonly lvs?: () => LvsStatus | undefined
}

type Described = { readonly instance: InstanceStatus; readonly warnings: readonly StatusWarning[] }

/** Describes a node. */
export class StatusReporter {
  readonly #subject: StatusSubject

  constructor(subject: StatusSubject) {
    this.#subject = subject
  }

  /** The whole status. */
  status(): NodeStatus {
    const snapshot = this.snapshot()
    const described = [...this.#describe(snapshot)]
    return {
      ...this.#head(),
      instances: described.map(({ instance }) => instance),
      ...tail(
        snapshot,
        described.flatMap(({ warnings }) => warnings),
      ),
      ...this.#lvs(),
    }
  }

  /** The same as JSON text, an instance a piece: of one instant, whenever the pieces are asked for. */
  *pieces(): Generator<string, void, undefined> {
    const snapshot = this.snapshot()
    const described = this.#describe(snapshot)
    const { lvs } = this.#lvs()
    const warnings: StatusWarning[] = []
    let separator = `${JSON.stringify(this.#head()).slice(0, -1)},"instances":[`
    yield separator
    separator = ''
    for (const each of described) {
      yield separator + JSON.stringify(each.instance)
      warnings.push(...each.warnings)
      separator = ','
    }
    yield `],${JSON.stringify(tail(snapshot, warnings)).slice(1, -1)}`
    if (lvs !== undefined) yield* lvsPieces(lvs)
    yield '}'
  }

  /** What the engine is and knows now; forgets instances that are no more. */
  snapshot(): EngineSnapshot {
    const snapshot = this.#subject.snapshot()
    this.#subject.history.retain(new Set(snapshot.instances.map(({ name }) => name)))
    return snapshot
  }

  /** What metrics are made of, now. */
  facts(): MetricFacts {
    const { clock, history, program } = this.#subject
    const now = clock.now()
    const offset = clock.wallTime() - now
    return {
      program,
      snapshot: this.snapshot(),
      recordOf: name => history.of(name),
      warningsOf: instance => warningsOf(instance, history.of(instance.name), now),
      wallTimeOf: at => at + offset,
      ...this.#lvs(),
    }
  }

  #lvs(): Pick<NodeStatus, 'lvs'> {
    const lvs = this.#subject.lvs?.()
    return lvs === undefined ? {} : { lvs }
  }

  #head(): Pick<NodeStatus, 'version' | 'time' | 'program' | 'configuration'> {
    const { clock, program, configuration } = this.#subject
    const time = new Date(clock.wallTime()).toISOString()
    return { version: NODE_STATUS_VERSION, time, program, configuration: configuration() }
  }

  *#describe({ instances, syncGroups }: EngineSnapshot): Generator<Described, void, undefined> {
    const { clock, history } = this.#subject
    const groupOf = new Map(syncGroups.flatMap(({ name, members }) => members.map(member => [member, name] as const)))
    const now = clock.now()
    const offset = clock.wallTime() - now
    for (const snapshot of instances) {
      const record = history.of(snapshot.name)
      yield {
        instance: describeInstance(snapshot, record, groupOf.get(snapshot.name), at => at + offset),
        warnings: warningsOf(snapshot, record, now),
      }
    }
  }
}

/** A virtual server a piece. */
function* lvsPieces({ 'virtual-servers': servers, ...rest }: LvsStatus): Generator<string, void, undefined> {
  const head = JSON.stringify(rest).slice(0, -1)
  yield `,"lvs":${head}${head === '{' ? '' : ','}"virtual-servers":[`
  let separator = ''
  for (const server of servers) {
    yield separator + JSON.stringify(server)
    separator = ','
  }
  yield ']}'
}

function tail(
  { syncGroups, statistics }: EngineSnapshot,
  warnings: readonly StatusWarning[],
): Pick<NodeStatus, 'sync-groups' | 'statistics' | 'warnings'> {
  const groups = syncGroups.map(({ name, members, state }) => ({ name, members, state: statusState(state) }))
  return { 'sync-groups': groups, statistics, warnings }
}
