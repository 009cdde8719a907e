/**
 * What an engine is told to run, as plain data: it can be posted to a worker, printed, and made from a configuration file.
 */
import type { PacketFilterOptions } from '../instance/ports.ts'
import type { InterfaceDelay } from '../instance/settled-links.ts'
import type { InstanceSpecification } from '../instance/specification.ts'
import type { Milliseconds } from '../time/index.ts'

/** Instances that are active together or not at all. */
export interface SyncGroupSpecification {
  readonly name: string
  readonly members: readonly string[]
  /** Let weights of the members' trackers count (sync_group_tracking_weight). */
  readonly trackingWeight: boolean
}

/** Everything one node runs. */
export interface NodeSpecification {
  readonly instances: readonly InstanceSpecification[]
  readonly syncGroups: readonly SyncGroupSpecification[]
  /** Interfaces whose changes count only when they have lasted (interface_up_down_delays). Default none. */
  readonly interfaceDelays?: readonly InterfaceDelay[]
  /** How packets to addresses without accept mode are dropped. Default: as the port does it. */
  readonly packetFilter?: PacketFilterOptions
  /** How long after the first configuration instances wait in initialize, ms. What an earlier run left is removed at once. Default 0. */
  readonly startupDelay?: Milliseconds
}
