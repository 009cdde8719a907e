/**
 * The replay memory of a virtual router with what it belongs to: plain data that can be kept on disk over a restart.
 */
import type { IpFamily } from '../net/ip.ts'
import type { ReplayMemory } from '../packet/index.ts'

/** What one virtual router must not accept again. Its name does not matter: a renamed router remembers. */
export interface ReplayRecord extends ReplayMemory {
  readonly interface: string
  readonly family: IpFamily
  /** 1-255 */
  readonly vrid: number
  readonly version: 2 | 3
}
