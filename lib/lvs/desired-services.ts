/**
 * What the kernel's table should hold for a virtual server. Pure; the verdicts decide, nothing else.
 */
import type { DestinationOptions } from '../ipvs/destination.ts'
import type { DesiredService } from '../ipvs/table.ts'
import type { VirtualServerState } from './virtual-server-state.ts'

/** The services of a virtual server with the destinations that they should have now. */
export function desiredServices(state: VirtualServerState): readonly DesiredService[] {
  const destinations = desiredDestinations(state)
  return state.virtualServer.services.map(service => ({ ...service, destinations }))
}

/**
 * Servers that are alive have their weight; those that are down are absent, or with `inhibitOnFailure` there with weight
 * 0. While the sorry server answers all of them count as down.
 */
export function desiredDestinations({
  virtualServer,
  servers,
  sorryActive,
}: VirtualServerState): readonly DestinationOptions[] {
  const { sorryServer } = virtualServer
  const entries = virtualServer.servers.flatMap(({ destination, inhibitOnFailure }, i): DestinationOptions[] => {
    const known = servers[i]
    if (known?.alive === true && !sorryActive) return [{ ...destination, weight: known.weight }]
    return inhibitOnFailure ? [{ ...destination, weight: 0 }] : []
  })
  if (sorryServer === undefined || !(sorryActive || sorryServer.inhibit)) return entries
  const sorry = { ...sorryServer.destination, weight: sorryActive ? 1 : 0 }
  const same = (each: DestinationOptions) => each.address === sorry.address && each.port === sorry.port
  // One server in both roles is one entry: the sorry server's while it answers.
  if (!sorryActive) return entries.some(same) ? entries : [...entries, sorry]
  return [...entries.filter(each => !same(each)), sorry]
}
