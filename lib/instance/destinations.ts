/**
 * Where the adverts of an instance go. keepalived: unicast_peer; RFC 9568 §5.1.1.2 for the group.
 */
import { addressOfPeer } from '../packet/index.ts'
import type { ChannelOptions } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

type Destined = Pick<InstanceSpecification, 'destination'>

/** The addresses that adverts are sent to: the group, or each peer. */
export function destinationsOf({ destination }: Destined): readonly string[] {
  return destination.type === 'multicast' ? [destination.group] : destination.peers.map(addressOfPeer)
}

/** The part of a channel's options that says where to. */
export function wayOf(specification: Destined): Pick<ChannelOptions, 'destination' | 'ttl'> {
  const { destination } = specification
  if (destination.type === 'multicast') return { destination }
  const { ttl } = destination
  const peers = destinationsOf(specification)
  return { destination: { type: 'unicast', peers }, ...(ttl !== undefined && { ttl }) }
}

/** Whether the instance is to have a peer and has none beside itself. */
export function lacksPeer({ destination }: Destined, source: string | undefined): boolean {
  if (destination.type === 'multicast' || destination.needsPeer !== true) return false
  return destination.peers.every(peer => addressOfPeer(peer) === source)
}
