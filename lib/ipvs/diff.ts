/**
 * Compares a table with the one that is wanted. A pure function: what is to be done depends on nothing but the two, so
 * that after a crash the same plan comes out.
 */
import type { IpvsCommand } from './command.ts'
import {
  type Described,
  describeChanges,
  describeDestination,
  describeService,
  sameDestination,
  sameService,
} from './describe.ts'
import { type Destination, type DestinationKey, type DestinationState, formatDestinationKey } from './destination.ts'
import type { Service } from './service.ts'
import { formatServiceKey, type ServiceKey, serviceKeyOf } from './service-key.ts'
import type { CurrentEntry, IpvsTable, TableEntry } from './table.ts'
import type { DrainingDestination, PlanStep, TablePlan } from './table-plan.ts'

/** What may be removed. */
export interface DiffOptions {
  /**
   * `all`: whatever is not wanted. `owned`: the services of `owned`, and destinations of wanted services. `false`:
   * nothing. Default `owned`.
   */
  readonly prune?: 'owned' | 'all' | false
  /** Services that were made for earlier wishes: those no longer wanted are removed. Default none. */
  readonly owned?: Iterable<ServiceKey>
  /** Destinations that are removed keep their connections first: see {@link DrainingDestination}. Default false. */
  readonly drain?: boolean
}

class PlanBuilder {
  readonly added: PlanStep[] = []
  readonly changed: PlanStep[] = []
  readonly draining: DrainingDestination[] = []
  readonly destinationsRemoved: PlanStep[] = []
  readonly servicesRemoved: PlanStep[] = []
  readonly #drain: boolean

  constructor(drain: boolean) {
    this.#drain = drain
  }

  plan(): TablePlan {
    const { added, changed, draining, destinationsRemoved, servicesRemoved } = this
    return { added, changed, draining, removed: [...destinationsRemoved, ...servicesRemoved] }
  }

  addService(service: TableEntry): void {
    const { destinations, ...settings } = service
    const name = formatServiceKey(service)
    const text = `service ${name}: ${summary(describeService(service))}`
    this.added.push({ command: { type: 'add-service', service: settings }, text })
    const key = serviceKeyOf(service)
    for (const destination of destinations) this.addDestination(key, name, destination)
  }

  changeService(current: Service, wanted: TableEntry): void {
    if (sameService(current, wanted)) return
    const changes = describeChanges(describeService(current), describeService(wanted))
    const { destinations, ...service } = wanted
    const text = `service ${formatServiceKey(wanted)}: ${changes}`
    this.changed.push({ command: { type: 'edit-service', service }, text })
  }

  removeService(current: CurrentEntry): void {
    const waiting = current.destinations.filter(destination => this.#mustDrain(destination))
    if (waiting.length === 0) {
      const command: IpvsCommand = { type: 'delete-service', service: serviceKeyOf(current) }
      this.servicesRemoved.push({ command, text: `service ${formatServiceKey(current)}` })
      return
    }
    // The service stays for the sake of those, and takes no new connections.
    const name = formatServiceKey(current)
    for (const destination of current.destinations) this.removeDestination(serviceKeyOf(current), name, destination)
  }

  addDestination(service: ServiceKey, serviceName: string, destination: Destination): void {
    const text = `${nameOf(serviceName, destination)}: ${summary(describeDestination(destination))}`
    this.added.push({ command: { type: 'add-destination', service, destination }, text })
  }

  changeDestination(service: ServiceKey, serviceName: string, current: Destination, destination: Destination): void {
    if (sameDestination(current, destination)) return
    const changes = describeChanges(describeDestination(current), describeDestination(destination))
    const text = `${nameOf(serviceName, destination)}: ${changes}`
    this.changed.push({ command: { type: 'edit-destination', service, destination }, text })
  }

  removeDestination(service: ServiceKey, serviceName: string, current: Destination | DestinationState): void {
    const destination = { address: current.address, port: current.port }
    const name = nameOf(serviceName, destination)
    if (!this.#mustDrain(current)) {
      this.destinationsRemoved.push({ command: { type: 'delete-destination', service, destination }, text: name })
      return
    }
    const { address, port, forward, upperThreshold, lowerThreshold } = current
    const silenced: Destination = { address, port, forward, weight: 0, upperThreshold, lowerThreshold }
    const connections = connectionsOf(current)
    const text = `${name}: weight ${current.weight === 0 ? 0 : `${current.weight} -> 0`}, ${connections} connections`
    const command: IpvsCommand = { type: 'edit-destination', service, destination: silenced }
    this.draining.push({ service, destination, connections, text, ...(current.weight !== 0 && { command }) })
  }

  /** One that cannot be told to take no more, because nobody knows what it is, goes at once. */
  #mustDrain(destination: Destination | DestinationState): boolean {
    const known = typeof destination.forward === 'string' || 'tunnel' in destination.forward
    return this.#drain && known && connectionsOf(destination) > 0
  }
}

/**
 * What makes `wanted` of `current`. Nothing when they are equal; a change of one value is one command; a service or a
 * destination that stays is never deleted, whatever of it changes, so that its connections go on.
 * @param wanted complete, as `completeTable` makes it
 */
export function diff(current: readonly CurrentEntry[], wanted: IpvsTable, options: DiffOptions = {}): TablePlan {
  const { prune = 'owned', owned = [], drain = false } = options
  const builder = new PlanBuilder(drain)
  const found = new Map(current.map(entry => [formatServiceKey(entry), entry]))
  const names = new Set<string>()
  for (const entry of wanted) {
    const name = formatServiceKey(entry)
    names.add(name)
    const old = found.get(name)
    if (old === undefined) {
      builder.addService(entry)
      continue
    }
    builder.changeService(old, entry)
    diffDestinations(builder, name, old, entry, prune !== false)
  }
  if (prune === false) return builder.plan()
  const ours = new Set(Array.from(owned, formatServiceKey))
  for (const [name, entry] of found) {
    if (!names.has(name) && (prune === 'all' || ours.has(name))) builder.removeService(entry)
  }
  return builder.plan()
}

function diffDestinations(
  builder: PlanBuilder,
  name: string,
  old: CurrentEntry,
  wanted: TableEntry,
  prune: boolean,
): void {
  const service = serviceKeyOf(wanted)
  const found = new Map(old.destinations.map(destination => [formatDestinationKey(destination), destination]))
  for (const destination of wanted.destinations) {
    const key = formatDestinationKey(destination)
    const current = found.get(key)
    found.delete(key)
    if (current === undefined) builder.addDestination(service, name, destination)
    else builder.changeDestination(service, name, current, destination)
  }
  if (prune) for (const destination of found.values()) builder.removeDestination(service, name, destination)
}

function connectionsOf(destination: Destination | DestinationState): number {
  return 'activeConnections' in destination ? destination.activeConnections + destination.inactiveConnections : 0
}

function nameOf(service: string, destination: DestinationKey): string {
  return `destination ${formatDestinationKey(destination)} of ${service}`
}

/** Plain concatenation: a new table of thousands has one for each destination. */
function summary(described: Described): string {
  let text = ''
  for (const name in described) text += `${text === '' ? '' : ', '}${name} ${described[name]}`
  return text
}
