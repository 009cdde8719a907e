/**
 * What is known of a virtual server. Plain data: the reducer makes a new one at each change.
 */
import type { WeightAdvice } from '../health/weight.ts'
import type { VirtualServer } from './virtual-server.ts'

/** What is known of one real server. */
export interface ServerState {
  /** All its checks are well. */
  readonly alive: boolean
  /** Ids of the checks that are not. */
  readonly failed: readonly string[]
  /** What its checks say of its weight, by id. */
  readonly advice: ReadonlyMap<string, WeightAdvice>
  /** The weight that it has when it is in the table: the configured one with that advice. */
  readonly weight: number
}

/** What is known of a virtual server. */
export interface VirtualServerState {
  readonly virtualServer: VirtualServer
  /** In the order of `virtualServer.servers`. */
  readonly servers: readonly ServerState[]
  readonly quorumUp: boolean
  /** It answers, and the real servers do not. */
  readonly sorryActive: boolean
}

/** Weight of all servers that are alive. */
export function aliveWeight({ servers }: Pick<VirtualServerState, 'servers'>): number {
  let sum = 0
  for (const { alive, weight } of servers) if (alive) sum += weight
  return sum
}
