/**
 * The outcome of the receive checks. RFC 3768 §7.1, RFC 9568 §7.1.
 */
import type { IpFamily } from '../net/ip.ts'
import type { Milliseconds } from '../time/units.ts'
import type { ChecksumForm } from './advertisement.ts'
import type { Problem, ReceiveError } from './inspection.ts'

/** What the machine needs of an advertisement that passed. */
export interface AcceptedAdvertisement {
  readonly version: 2 | 3
  readonly family: IpFamily
  readonly vrid: number
  readonly priority: number
  readonly interval: Milliseconds
  /** The sender's address, as the envelope said it. */
  readonly source: string
}

/** The outcome of the receive checks. */
export type Acceptance =
  | {
      readonly accepted: true
      readonly advertisement: AcceptedAdvertisement
      /** How the sender makes its checksums. */
      readonly checksumForm: ChecksumForm
      /** What is to be counted and told, though the advertisement holds: another address list, another interval (version 3), a skewed clock. */
      readonly warnings: readonly Problem[]
    }
  | {
      readonly accepted: false
      readonly reason: ReceiveError
      /** For people; never with a key or password in it. */
      readonly message: string
    }

/** An {@link Acceptance} that refuses. */
export type Refusal = Extract<Acceptance, { accepted: false }>

/** Makes one. */
export function refuse(reason: ReceiveError, message: string): Refusal {
  return { accepted: false, reason, message }
}
