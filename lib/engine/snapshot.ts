/**
 * What an engine is and knows at an instant. Plain data.
 */
import type { InstanceSnapshot } from '../instance/snapshot.ts'
import type { RouterState } from '../machine/index.ts'
import type { UnknownRouter } from './unknown-routers.ts'

/** The whole node. */
export interface EngineSnapshot {
  readonly instances: readonly InstanceSnapshot[]
  readonly syncGroups: readonly {
    readonly name: string
    readonly members: readonly string[]
    /** Active when all members are, initialize while one is, else backup. */
    readonly state: RouterState
  }[]
  /** RFC 8347 `/vrrp/statistics`: the counters of the node. */
  readonly statistics: {
    readonly 'checksum-errors': number
    readonly 'version-errors': number
    /** Adverts for virtual routers that this node does not have. */
    readonly 'vrid-errors': number
    readonly 'ip-ttl-errors': number
  }
  /** Whose adverts are behind `vrid-errors` of the node; at most 64. */
  readonly unknownRouters?: readonly UnknownRouter[]
}
