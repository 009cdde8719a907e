/**
 * What the checks of a cluster speak of: nodes, and virtual routers that several of them have.
 */
import type { Configuration, InstanceConfiguration } from './configuration.ts'

/** One node. */
export interface ClusterNode {
  /** How messages call it: its file. */
  readonly name: string
  readonly configuration: Configuration
}

/** An instance on its node. */
export interface NodeInstance {
  readonly node: ClusterNode
  readonly instance: InstanceConfiguration
}

/** One virtual router with its instances on several nodes. */
export type VirtualRouterSet = readonly NodeInstance[]
