/**
 * One virtual router, and the ports it stands on.
 * @module
 */
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
