/**
 * What a router must remember of authenticated adverts so that none is accepted twice, as plain data: it outlives the process.
 * Sequence numbers alone, no secrets. RFC 2402 §3.4.3 (AH), draft-cassen-vrrp-auth-hmac.
 */
import type { Milliseconds } from '../time/units.ts'

/** The last number of one sender that was accepted. */
export interface HeardNumber {
  /** Its address, canonical text. */
  readonly sender: string
  /** AH: 32 bits. Trailer: 64 bits, compared as a serial number. */
  readonly number: bigint
  /** When it was accepted, Unix time; only of a trailer. */
  readonly at?: Milliseconds
}

/** The numbers of one virtual router. */
export interface ReplayMemory {
  /** `hmac`: those of the authentication trailer. `ah`: those of the IP authentication header. */
  readonly scheme: 'hmac' | 'ah'
  /** Trailer: the last number sent. AH: the highest that was sent or accepted. Absent: there was none. */
  readonly sent?: bigint
  /** Least recently heard first. */
  readonly heard: readonly HeardNumber[]
  /**
   * Unix time: what was heard last may be missing here, up to this instant. In the time mode of the trailer a sender's number is
   * then taken to have gone on with the clock until then. Absent: it is complete.
   */
  readonly until?: Milliseconds
}
