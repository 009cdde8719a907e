/**
 * Which servers an earlier run left in the table: they got connections until now, and go on getting them until a check
 * says otherwise.
 */
import { completeTable, formatDestinationKey, formatServiceKey, type IpvsTable } from '../ipvs/index.ts'
import type { VirtualServer } from '../lvs/index.ts'

/** Names of the real servers that are in the table with a weight, in any service of the virtual server. */
export function foundServers(
  { services, servers }: Pick<VirtualServer, 'services' | 'servers'>,
  found: IpvsTable,
): ReadonlySet<string> {
  if (found.length === 0) return new Set()
  const [wanted] = completeTable(
    services.slice(0, 1).map(service => ({ ...service, destinations: destinationsOf(servers) })),
  )
  const entry = wanted && found.find(each => formatServiceKey(each) === formatServiceKey(wanted))
  if (wanted === undefined || entry === undefined) return new Set()
  const present = new Set(entry.destinations.filter(({ weight }) => weight > 0).map(formatDestinationKey))
  return new Set(servers.filter((_, i) => present.has(keyAt(wanted.destinations, i))).map(({ name }) => name))
}

function destinationsOf(servers: VirtualServer['servers']) {
  return servers.map(({ destination }) => destination)
}

function keyAt(destinations: IpvsTable[number]['destinations'], index: number): string {
  const destination = destinations[index]
  return destination === undefined ? '' : formatDestinationKey(destination)
}
