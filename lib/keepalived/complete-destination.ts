/**
 * Where the adverts of an instance go, and from which address.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import type { GlobalValues } from './complete-global.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { Located, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import type { NamedPeer, UnicastPeer } from './unicast-peer.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

type InstanceValues = Values<typeof VRRP_INSTANCE>

/** Destination and source of adverts. */
export type CompletedDestination = Pick<InstanceConfiguration, 'destination' | 'source' | 'unicastPeers' | 'namedPeers'>

/** What an instance inherits for its destination. */
export interface DestinationContext {
  readonly global: GlobalConfiguration
  readonly globalValues: GlobalValues
  readonly log: DiagnosticLog
}

/** Unicast when peers are listed and strict mode does not forbid them, else multicast. */
export function completeDestination(
  values: InstanceValues,
  { global, globalValues, log }: DestinationContext,
  family: IpFamily,
  strict: boolean,
): CompletedDestination {
  const list = values.unicast_peer
  const { usable, named, own } = strict ? NO_PEERS : usablePeers(values, family, log)
  const needsPeer = !strict && values.unicast_fault_no_peer !== undefined
  // keepalived: a list without a peer is multicast. Its own address alone is a list all the same, of a cluster of one.
  const unicast = needsPeer || usable.length + named.length + own > 0
  const located = unicast ? values.unicast_src_ip : (values.mcast_src_ip ?? values.unicast_src_ip)
  const source = ofFamily(located, family, 'invalid-source', log)
  const origin = source === undefined ? {} : { source }
  if (unicast) {
    const ttl = values.unicast_ttl?.value
    const checkSource = values.check_unicast_src ?? globalValues.vrrp_check_unicast_src
    const destination: InstanceConfiguration['destination'] = {
      type: 'unicast',
      peers: usable.map(peer => peer.address),
      ...(ttl !== undefined && ttl !== 255 && { ttl }),
      ...(checkSource !== undefined && { checkSource: true as const }),
      ...(needsPeer && { needsPeer: true as const }),
    }
    return { destination, ...origin, unicastPeers: usable, ...(named.length > 0 && { namedPeers: named }) }
  }
  if (!strict && list !== undefined) {
    const message = `'unicast_peer' has no peer: adverts are multicast, as with keepalived. List one, or set unicast_fault_no_peer`
    log.report('no-peers', list.position, message)
  }
  const group = ofFamily(values.mcast_dst_ip, family, 'invalid-group', log)
  const fallback = family === 4 ? global.multicastGroup4 : global.multicastGroup6
  return { destination: { type: 'multicast', group: group ?? fallback }, ...origin, unicastPeers: [] }
}

interface UsablePeers {
  readonly usable: readonly UnicastPeer[]
  readonly named: readonly NamedPeer[]
  /** How many were this node itself. */
  readonly own: number
}

const NO_PEERS: UsablePeers = { usable: [], named: [], own: 0 }

function usablePeers(values: InstanceValues, family: IpFamily, log: DiagnosticLog): UsablePeers {
  const own = values.unicast_src_ip?.value
  const usable: UnicastPeer[] = []
  const named: NamedPeer[] = []
  let dropped = 0
  for (const { value, position } of values.unicast_peer?.value ?? []) {
    if ('name' in value) {
      named.push(value)
    } else if (familyOf(value.address) !== family) {
      const message = `the peer '${value.address}' is not IPv${family} like the virtual addresses: it is left out`
      log.report('invalid-address', position, message)
    } else if (value.address === own) {
      log.report('own-peer', position, `the peer '${own}' is this node's own unicast_src_ip: it is left out`)
      dropped++
    } else {
      usable.push(value)
    }
  }
  return { usable, named, own: dropped }
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
