/**
 * What a text of ipvsadm(8) does to a table, without a kernel: so that all of it is known before anything is written.
 */
import type { CompleteSyncDaemon } from './complete-daemon.ts'
import { type Destination, formatDestinationKey } from './destination.ts'
import type { TextProblem } from './ipvsadm-line.ts'
import type { IpvsadmStatement, TextPlace } from './ipvsadm-statement.ts'
import type { Service } from './service.ts'
import { formatServiceKey, type ServiceKey } from './service-key.ts'
import type { SyncDaemonState } from './sync-daemon.ts'
import type { IpvsTable } from './table.ts'
import type { Timeouts } from './timeouts.ts'

/** What is there after a text, and what else it does. */
export interface ScriptResult {
  readonly table: IpvsTable
  /** The services whose counters are zeroed; `all` of them. */
  readonly zeroed: readonly ServiceKey[] | 'all'
  readonly timeouts: Partial<Timeouts>
  /** Daemons to start, in order, each after those to stop. */
  readonly started: readonly CompleteSyncDaemon[]
  readonly stopped: readonly SyncDaemonState[]
  /** Statements that the kernel would refuse, because of those before them. */
  readonly problems: readonly TextProblem[]
}

interface Entry {
  service: Service
  readonly destinations: Map<string, Destination>
}

/**
 * Runs statements over a table.
 * @param start - the table before the first of them; by default nothing
 */
export function runIpvsadmScript(statements: readonly IpvsadmStatement[], start: IpvsTable = []): ScriptResult {
  const entries = new Map<string, Entry>()
  for (const { destinations, ...service } of start) {
    const byKey = new Map(destinations.map(destination => [formatDestinationKey(destination), destination]))
    entries.set(formatServiceKey(service), { service, destinations: byKey })
  }
  const problems: TextProblem[] = []
  const refuse = ({ line, column }: TextPlace, message: string) => {
    problems.push({ severity: 'error', line, column, message })
  }
  let zeroed: ServiceKey[] | 'all' = []
  const timeouts: { -readonly [name in keyof Timeouts]?: number } = {}
  const started = new Map<SyncDaemonState, CompleteSyncDaemon>()
  const stopped = new Set<SyncDaemonState>()

  const entryOf = (service: ServiceKey, place: TextPlace): Entry | undefined => {
    const key = formatServiceKey(service)
    const entry = entries.get(key)
    if (entry === undefined) refuse(place, `there is no service ${key}: add it before`)
    return entry
  }

  for (const statement of statements) {
    switch (statement.command) {
      case 'add-service': {
        const key = formatServiceKey(statement.service)
        if (entries.has(key)) refuse(statement, `there is a service ${key} already: -E changes it`)
        else entries.set(key, { service: statement.service, destinations: new Map() })
        break
      }
      case 'edit-service': {
        const entry = entryOf(statement.service, statement)
        if (entry !== undefined) entry.service = statement.service
        break
      }
      case 'delete-service':
        if (entryOf(statement.service, statement) !== undefined) entries.delete(formatServiceKey(statement.service))
        break
      case 'add-server':
      case 'edit-server':
      case 'delete-server': {
        const entry = entryOf(statement.service, statement)
        if (entry === undefined) break
        const key = formatDestinationKey(statement.destination)
        const isThere = entry.destinations.has(key)
        const name = `a server ${key} of ${formatServiceKey(statement.service)}`
        if (statement.command === 'add-server' && isThere) {
          refuse(statement, `there is ${name} already: -e changes it`)
        } else if (statement.command !== 'add-server' && !isThere) {
          refuse(statement, `there is not ${name}: add it before`)
        } else if (statement.command === 'delete-server') entry.destinations.delete(key)
        else entry.destinations.set(key, statement.destination)
        break
      }
      case 'clear':
        entries.clear()
        break
      case 'zero':
        if (statement.service === undefined) zeroed = 'all'
        else if (entryOf(statement.service, statement) !== undefined && zeroed !== 'all') zeroed.push(statement.service)
        break
      case 'set':
        Object.assign(timeouts, statement.timeouts)
        break
      case 'start-daemon':
        if (started.has(statement.daemon.state)) {
          refuse(statement, `the ${statement.daemon.state} daemon is started twice: only one of each can run`)
        }
        started.set(statement.daemon.state, statement.daemon)
        break
      case 'stop-daemon':
        started.delete(statement.state)
        stopped.add(statement.state)
        break
    }
  }
  const table = [...entries.values()].map(({ service, destinations }) => ({
    ...service,
    destinations: [...destinations.values()],
  }))
  // What was zeroed and deleted later is not there to be zeroed.
  const remaining = zeroed === 'all' ? zeroed : zeroed.filter(key => entries.has(formatServiceKey(key)))
  return { table, zeroed: remaining, timeouts, started: [...started.values()], stopped: [...stopped], problems }
}
