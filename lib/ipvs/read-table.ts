/**
 * Reads the whole table: all services in one dump, then the destinations of each. The kernel's dumps are no
 * snapshots: what others delete meanwhile makes it miss entries.
 */
import type { IpvsChannel } from './channel.ts'
import { decodeDestination } from './decode-destination.ts'
import { decodeService } from './decode-service.ts'
import type { DestinationState } from './destination.ts'
import type { Pace } from './pace.ts'
import { type ServiceKey, serviceFamily } from './service-key.ts'
import type { TableEntryState } from './table.ts'

/** All services with their destinations, in the kernel's order. @throws IpvsError, SystemError */
export function readTable(channel: IpvsChannel, pace: Pace): Promise<TableEntryState[]> {
  return channel.exclusive(async () => {
    const table: TableEntryState[] = []
    for (const service of await channel.dumpNow('getService', undefined, decodeService, pace)) {
      table.push({ ...service, destinations: await readDestinations(channel, service, pace) })
    }
    return table
  })
}

/** The destinations of a service; none when there is no such service. Inside `exclusive`. @throws IpvsError, SystemError */
export function readDestinations(channel: IpvsChannel, key: ServiceKey, pace: Pace): Promise<DestinationState[]> {
  const family = serviceFamily(key)
  return channel.dumpNow('getDestination', key, body => decodeDestination(body, family), pace)
}
