/**
 * The addresses that this machine has now, for ha_suspend: servers are checked where the virtual address is.
 */
import { networkInterfaces } from 'node:os'
import { canonicalIp } from '../net/index.ts'

/** All addresses of interfaces that are up, in canonical text. */
export function localAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return new Set(all.map(({ address }) => canonicalIp(address)))
}
