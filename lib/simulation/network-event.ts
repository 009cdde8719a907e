/**
 * What the network itself can tell of a run: where addresses are and who announced them. Plain data.
 */
import type { Milliseconds } from '../time/units.ts'

/** A fact about a simulated host, seen from outside. */
export type NetworkEvent =
  /** An address came onto an interface, or left it. */
  | {
      readonly type: 'address'
      readonly at: Milliseconds
      readonly host: string
      readonly interface: string
      readonly address: string
      readonly present: boolean
    }
  /** A gratuitous ARP or unsolicited NA left an interface. */
  | {
      readonly type: 'announcement'
      readonly at: Milliseconds
      readonly host: string
      readonly interface: string
      readonly address: string
      readonly mac: string
    }
