/**
 * Whole tables as they are given: each service and destination checked, and no two of the same key.
 */
import { readDestination } from './complete-destination.ts'
import { readService } from './complete-service.ts'
import { type Destination, formatDestinationKey } from './destination.ts'
import { type Problem, requireNoProblem } from './given.ts'
import { formatServiceKey } from './service-key.ts'
import type { DesiredTable, IpvsTable, TableEntry } from './table.ts'

/** The table that is meant, in the order given. @throws RangeError naming the first wrong value: `services[3].port: …` */
export function completeTable(desired: DesiredTable): IpvsTable {
  return requireNoProblem(problems => readTable(desired, problems))
}

/** Everything that is wrong with a table as it is given, whatever it is (a JSON file); empty when nothing is. */
export function checkTable(desired: unknown): readonly Problem[] {
  const problems: Problem[] = []
  readTable(desired, problems)
  return problems
}

function readTable(desired: unknown, problems: Problem[]): IpvsTable {
  if (!Array.isArray(desired)) {
    problems.push({ path: 'services', reason: 'must be an array of services' })
    return []
  }
  const services = new Map<string, string>()
  return desired.map((options: unknown, index) => {
    const path = `services[${index}]`
    const entry = readEntry(options, path, problems)
    refuseDouble(services, formatServiceKey(entry), path, problems)
    return entry
  })
}

function readEntry(options: unknown, path: string, problems: Problem[]): TableEntry {
  const service = readService(options, path, problems)
  const given = (options as { readonly destinations?: unknown } | null | undefined)?.destinations ?? []
  if (!Array.isArray(given)) {
    problems.push({ path: `${path}.destinations`, reason: 'must be an array of destinations' })
    return { ...service, destinations: [] }
  }
  const seen = new Map<string, string>()
  const destinations = given.map((destination: unknown, index): Destination => {
    const at = `${path}.destinations[${index}]`
    const complete = readDestination(service, destination, at, problems)
    refuseDouble(seen, formatDestinationKey(complete), at, problems)
    return complete
  })
  return { ...service, destinations }
}

function refuseDouble(seen: Map<string, string>, key: string, path: string, problems: Problem[]): void {
  const first = seen.get(key)
  if (first === undefined) seen.set(key, path)
  else problems.push({ path, reason: `${key} is ${first} already` })
}
