/**
 * What makes two specifications those of one virtual router, or of one advert.
 */
import type { InstanceSpecification } from './specification.ts'
import { ownVirtualInterface } from './virtual-interfaces.ts'

/**
 * What a virtual router is on the wire, as text. Two specifications with the same are of one router, which can go from the
 * one to the other while it runs. Authentication is not part of it: with a change of keys the router would give way
 * to a peer that cannot hear it, and both would be active until that one has the new keys, too.
 */
export function identityOf(specification: InstanceSpecification): string {
  const { interface: device, family, vrid, version } = specification
  return JSON.stringify([device, family, vrid, version, ownVirtualInterface(specification)])
}

/** Whether two specifications are of one virtual router, see {@link identityOf}. */
export function sameIdentity(a: InstanceSpecification, b: InstanceSpecification): boolean {
  return identityOf(a) === identityOf(b)
}

/** Whether adverts of the one read otherwise than those of the other, or go elsewhere, the priority apart. */
export function sameAdverts(a: InstanceSpecification, b: InstanceSpecification): boolean {
  return JSON.stringify(contentsOf(a)) === JSON.stringify(contentsOf(b))
}

function contentsOf(specification: InstanceSpecification): unknown {
  const { interval, addresses, destination, source, authentication, hmac } = specification
  const seal = [authentication, hmac?.activeKey, hmac?.mode]
  return [interval, addresses.map(({ address }) => address), destination, source, seal]
}
