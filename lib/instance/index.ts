/**
 * One virtual router, and the ports it stands on.
 * @module
 */
export type { AnnouncementCause } from '../garp/plan.ts'
export type { Fault, InstanceEvent, TransitionEvent } from './event.ts'
export type {
  AddressManager,
  Announcer,
  Channel,
  ChannelOptions,
  LinkState,
  LinkWatch,
  PacketListener,
  Ports,
  Transport,
  VirtualAddress,
} from './ports.ts'
export type { AnnouncementTiming, InstanceSpecification, TrackerSpecification } from './specification.ts'
