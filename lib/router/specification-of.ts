/**
 * From a configuration file's meaning to what an engine runs. The two have the same field names; what the engine cannot
 * carry is said as a diagnostic and left out.
 */
import type { NodeSpecification } from '../engine/index.ts'
import type { InstanceSpecification, InterfaceDelay, TrackerSpecification } from '../instance/index.ts'
import {
  type Configuration,
  type Diagnostic,
  type InstanceConfiguration,
  type IpvlanConfiguration,
  positionOf,
  type TrackerConfiguration,
} from '../keepalived/index.ts'
import { HmacKey } from '../packet/hmac.ts'

/** What became of a configuration. */
export interface SpecificationResult {
  readonly specification: NodeSpecification
  readonly diagnostics: readonly Diagnostic[]
}

/** Options of {@link specificationOf}. */
export interface SpecificationOptions {
  /** Keep the trackers of instances. False where nothing delivers verdicts. */
  readonly trackers: boolean
  /** Make interfaces for adverts alone (use_ipvlan). Default true; false where nothing can: then they leave from the one below. */
  readonly ownInterfaces?: boolean
}

/** Makes the specification of a node. */
export function specificationOf(
  configuration: Configuration,
  { trackers, ownInterfaces = true }: SpecificationOptions,
): SpecificationResult {
  const diagnostics: Diagnostic[] = []
  const instances: InstanceSpecification[] = []
  for (const instance of configuration.instances) {
    if (instance.addresses.length === 0) {
      diagnostics.push(
        leftOut(instance, 'no_virtual_ipaddress', 'it has no address to advertise: give it a virtual_ipaddress'),
      )
    } else {
      instances.push(instanceOf(instance, trackers ? trackersOf(instance, configuration) : [], ownInterfaces))
    }
  }
  const names = new Set(instances.map(({ name }) => name))
  const syncGroups = configuration.syncGroups
    .map(({ name, members, trackingWeight }) => ({
      name,
      members: members.filter(member => names.has(member)),
      trackingWeight,
    }))
    .filter(({ members }) => members.length > 0)
  const { startupDelay, packetFilter } = configuration.global
  const interfaceDelays = interfaceDelaysOf(configuration)
  const specification = {
    instances,
    syncGroups,
    ...(interfaceDelays.length > 0 && { interfaceDelays }),
    ...(packetFilter !== undefined && { packetFilter }),
    ...(startupDelay > 0 && { startupDelay }),
  }
  return { specification, diagnostics }
}

/** A virtual interface has the delays of the one below it. */
function interfaceDelaysOf({ interfaceDelays = [], instances }: Configuration): readonly InterfaceDelay[] {
  const virtual = instances.flatMap(({ interface: parent, virtualMac, ipvlan }) => [
    ...(virtualMac?.interfaces ?? []),
    ...(ipvlan === undefined ? [] : [{ name: ipvlan.name, parent }]),
  ])
  return interfaceDelays.flatMap(delay => [
    delay,
    ...virtual.filter(({ parent }) => parent === delay.interface).map(({ name }) => ({ ...delay, interface: name })),
  ])
}

function leftOut(instance: InstanceConfiguration, keyword: string, why: string): Diagnostic {
  const message = `vrrp_instance '${instance.name}' is left out, ${why}`
  return { ...positionOf(instance, keyword), severity: 'error', code: 'instance-left-out', message }
}

function instanceOf(
  instance: InstanceConfiguration,
  trackers: readonly TrackerSpecification[],
  ownInterfaces: boolean,
): InstanceSpecification {
  const { name, interface: device, version, family, vrid, priority, interval, preempt, preemptDelay } = instance
  const { acceptMode, downTimerAdverts, advertiseToLoser, advertiseBeforeYield, hmac, ipvlan } = instance
  const source = instance.source ?? ipvlan?.address?.address
  const ownInterface = ownInterfaces && ipvlan !== undefined ? ipvlanOf(instance, ipvlan) : undefined
  return {
    name,
    // An ipvlan is the own interface, and the addresses name the one below.
    interface: ownInterface?.name ?? device,
    version,
    family,
    vrid,
    priority,
    interval,
    preempt,
    preemptDelay,
    acceptMode,
    downTimerAdverts,
    advertiseToLoser,
    advertiseBeforeYield,
    addresses: instance.addresses,
    excludedAddresses: instance.excludedAddresses,
    destination: destinationOf(instance),
    ...(source !== undefined && { source }),
    ...(instance.virtualMac !== undefined && { virtualMac: instance.virtualMac }),
    ...(ownInterface !== undefined && { ownInterface }),
    checksumForm: instance.checksumForm,
    authentication: instance.authentication,
    ...(hmac !== undefined && { hmac: { ...hmac, keys: hmac.keys.map(({ id, secret }) => new HmacKey(id, secret)) } }),
    announcements: instance.announcements,
    trackers,
    strictAddressList: instance.strictAddressList,
    ...(instance.routes !== undefined && { routes: instance.routes }),
    ...(instance.rules !== undefined && { rules: instance.rules }),
    ...(instance.ownerIgnoresAdverts === true && { ownerIgnoresAdverts: true }),
    ...(instance.timerExpiredBackup === true && { timerExpiredBackup: true }),
    ...(instance.trackSource === true && { trackSource: true }),
    ...(instance.trackPrimary ? {} : { trackPrimary: false }),
  }
}

function ipvlanOf({ interface: parent, family }: InstanceConfiguration, { name, ...ipvlan }: IpvlanConfiguration) {
  return { name, parent, mac: '', ipvlan, ipv4: family === 4, ipv6: family === 6 }
}

/** Peers with limits of their TTL keep them. */
function destinationOf({
  destination,
  unicastPeers,
  namedPeers,
}: InstanceConfiguration): InstanceSpecification['destination'] {
  if (destination.type === 'multicast') return destination
  const isLimited = unicastPeers.some(({ minTtl, maxTtl }) => (minTtl ?? maxTtl) !== undefined)
  const peers = isLimited ? unicastPeers : destination.peers
  return { ...destination, peers, ...(namedPeers !== undefined && { names: namedPeers }) }
}

/**
 * Its own trackers, and those of its sync group. keepalived: members of a group keep in step, so the weights of their own
 * trackers count only with sync_group_tracking_weight; those of the group move all members alike.
 */
export function trackersOf(
  { name, trackers }: InstanceConfiguration,
  { syncGroups }: Configuration,
): readonly TrackerConfiguration[] {
  const group = syncGroups.find(({ members }) => members.includes(name))
  if (group === undefined) return trackers
  const own = group.trackingWeight ? trackers : trackers.filter(({ weight }) => weight === 0)
  const isOwn = (tracker: TrackerConfiguration) =>
    own.some(({ kind, name }) => kind === tracker.kind && name === tracker.name)
  return [...own, ...group.trackers.filter(tracker => !isOwn(tracker))]
}
