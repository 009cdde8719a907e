/**
 * One virtual router, and the ports it stands on.
 * @module
 */
export { describeFault } from './describe-fault.ts'
export type { Fault, InstanceEvent, TransitionEvent } from './event.ts'
export { defaultTimeWindow, type HmacOption } from './hmac-option.ts'
export type { VrrpInstanceOptions } from './options.ts'
export { specify } from './options.ts'
export type { PeerSnapshot } from './peer-table.ts'
export type {
  AddressFlag,
  AddressManager,
  Announcer,
  Channel,
  ChannelOptions,
  LinkState,
  LinkWatch,
  PacketFilter,
  PacketFilterOptions,
  PacketListener,
  Ports,
  RouteManager,
  RouteTaken,
  Transport,
  VirtualAddress,
  VirtualInterface,
  VirtualMacChannel,
  VirtualMacManager,
} from './ports.ts'
export { type InterfaceDelay, SettledLinks } from './settled-links.ts'
export { InstanceShell, type ShellHooks } from './shell.ts'
export { type InstanceSnapshot, keepalivedState } from './snapshot.ts'
export type {
  InstanceSpecification,
  NamedPeer,
  TrackerSpecification,
  UnicastDestination,
  VirtualMacSpecification,
} from './specification.ts'
export type { InstanceStatistics } from './statistics.ts'
export type { TrackerReport, TrackerSnapshot, TrackerVerdict } from './tracker-verdicts.ts'
export type { VirtualMacOptions } from './virtual-mac-options.ts'
export { VrrpInstance, type VrrpInstanceEvents } from './vrrp-instance.ts'
