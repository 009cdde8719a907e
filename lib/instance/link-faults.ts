/**
 * Which faults the interfaces of an instance give it now. keepalived: interface down, no usable source address, the
 * device of a virtual address down.
 */
import { familyOf, type IpFamily, interfacesOfRoute } from '../net/index.ts'
import { lacksPeer } from './destinations.ts'
import type { Fault } from './event.ts'
import type { LinkState, LinkWatch } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** The faults that follow from the state of the interfaces. Empty when the instance can run. */
export function linkFaults(specification: InstanceSpecification, links: LinkWatch): readonly Fault[] {
  const faults: Fault[] = []
  const own = links.get(specification.interface)
  if (lacksPeer(specification, own && primaryAddress(specification, own))) faults.push({ type: 'no-peer' })
  for (const name of interfacesOf(specification)) {
    const link = links.get(name)
    if (link === undefined) faults.push({ type: 'interface-missing', interface: name })
    else if (!canCarry(specification, link) && tracksInterface(specification, name))
      faults.push({ type: 'interface-down', interface: name })
    else if (name === specification.interface && primaryAddress(specification, link) === undefined) {
      faults.push({ type: 'no-primary-address', interface: name })
    }
  }
  return faults
}

const LINK_FAULTS: ReadonlySet<Fault['type']> = new Set([
  'interface-missing',
  'interface-down',
  'no-primary-address',
  'no-peer',
])

/** Whether a fault is one that {@link linkFaults} finds. */
export function isLinkFault({ type }: Fault): boolean {
  return LINK_FAULTS.has(type)
}

/** Every interface that the instance stands on, its own first; without those of what is not tracked. */
export function interfacesOf(specification: InstanceSpecification): ReadonlySet<string> {
  const { addresses, excludedAddresses, routes = [], virtualMac, ownInterface } = specification
  const virtual = virtualMac?.interfaces.flatMap(({ name, parent }) => [parent, name]) ?? []
  const held = [...addresses, ...excludedAddresses].filter(isTracked).map(address => address.interface)
  if (ownInterface !== undefined) virtual.push(ownInterface.parent)
  return new Set([specification.interface, ...virtual, ...held, ...routes.filter(isTracked).flatMap(interfacesOfRoute)])
}

/** The carrier of a virtual interface is that of the one below, and the kernel tells of it a moment late. */
function canCarry({ virtualMac, ownInterface }: InstanceSpecification, link: LinkState): boolean {
  const virtual =
    ownInterface?.name === link.name || virtualMac?.interfaces.some(({ name }) => name === link.name) === true
  return virtual ? (link.up ?? link.running) : link.running
}

/** keepalived: dont_track_primary is about the own interface being down; that it exists is needed all the same. */
function tracksInterface({ interface: own, trackPrimary }: InstanceSpecification, name: string): boolean {
  return trackPrimary !== false || name !== own
}

function isTracked({ tracked }: { readonly tracked?: boolean }): boolean {
  return tracked !== false
}

/**
 * The address that adverts come from: the configured one, else the first of the family that is not one of ours to hold;
 * for IPv6 it must be link-local (RFC 9568 §5.1.2.1).
 */
export function primaryAddress(specification: InstanceSpecification, link: LinkState): string | undefined {
  const { source, trackSource } = specification
  if (source !== undefined) return trackSource !== true || link.addresses.includes(source) ? source : undefined
  const virtual = new Set([...specification.addresses, ...specification.excludedAddresses].map(held => held.address))
  return link.addresses.find(address => isPrimary(address, specification.family) && !virtual.has(address))
}

function isPrimary(address: string, family: IpFamily): boolean {
  return familyOf(address) === family && (family === 4 || /^fe[89ab]/.test(address))
}
