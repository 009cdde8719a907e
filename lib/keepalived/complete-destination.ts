/**
 * Where the adverts of an instance go, and from which address.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import type { GlobalConfiguration, InstanceConfiguration } from './configuration.ts'
import type { Located, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { UnicastPeer } from './unicast-peer.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

type InstanceValues = Values<typeof VRRP_INSTANCE>

/** Destination and source of adverts. */
export type CompletedDestination = Pick<InstanceConfiguration, 'destination' | 'source' | 'unicastPeers'>

/** Unicast when peers are listed and strict mode does not forbid them, else multicast. */
export function completeDestination(
  values: InstanceValues,
  global: GlobalConfiguration,
  family: IpFamily,
  strict: boolean,
  log: DiagnosticLog,
): CompletedDestination {
  const peers = strict ? [] : usablePeers(values, family, log)
  const unicast = peers.length > 0
  const located = unicast ? values.unicast_src_ip : (values.mcast_src_ip ?? values.unicast_src_ip)
  const source = ofFamily(located, family, 'invalid-source', log)
  const origin = source === undefined ? {} : { source }
  if (unicast) {
    return { destination: { type: 'unicast', peers: peers.map(peer => peer.address) }, ...origin, unicastPeers: peers }
  }
  const own = ofFamily(values.mcast_dst_ip, family, 'invalid-group', log)
  const group = own ?? (family === 4 ? global.multicastGroup4 : global.multicastGroup6)
  return { destination: { type: 'multicast', group }, ...origin, unicastPeers: [] }
}

function usablePeers(values: InstanceValues, family: IpFamily, log: DiagnosticLog): readonly UnicastPeer[] {
  const own = values.unicast_src_ip?.value
  return (values.unicast_peer?.value ?? [])
    .filter(({ value, position }) => {
      if (familyOf(value.address) !== family) {
        log.report(
          'invalid-address',
          position,
          `the peer '${value.address}' is not IPv${family} like the virtual addresses: it is left out`,
        )
        return false
      }
      if (value.address === own) {
        log.report('own-peer', position, `the peer '${own}' is this node's own unicast_src_ip: it is left out`)
        return false
      }
      return true
    })
    .map(({ value }) => value)
}

function ofFamily(
  located: Located<string> | undefined,
  family: IpFamily,
  code: 'invalid-source' | 'invalid-group',
  log: DiagnosticLog,
): string | undefined {
  if (located === undefined || familyOf(located.value) === family) return located?.value
  const message = `'${located.value}' is not IPv${family} like the virtual addresses: it is ignored`
  log.report(code, located.position, message)
  return undefined
}
