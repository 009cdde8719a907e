/**
 * A virtual service: its key, its scheduler, its persistence. ipvsadm(8), `-A`.
 */
import type { Scheduling, SchedulingOptions } from './scheduling.ts'
import type { ServiceKey } from './service-key.ts'
import type { Statistics } from './statistics.ts'

/** Seconds of persistence when none are given (ipvsadm's `-p` alone). */
export const DEFAULT_PERSISTENCE = 360
/** Seconds of a time-out at most: 31 days, as in ipvsadm. */
export const MAX_TIMEOUT = 31 * 86400

/** A client stays with its server. */
export interface Persistence {
  /** Seconds since the last connection, 1 to {@link MAX_TIMEOUT}. */
  readonly timeout: number
  /**
   * What counts as one client. IPv4: a netmask as text, `255.255.255.0`, which need not be contiguous. IPv6: a
   * prefix length, 1-128.
   */
  readonly mask: string | number
}

/** What a service has beside key and scheduler. */
export interface ServiceSettings {
  readonly persistence: Persistence | false
  /** Persistence by more than the address: `sip`, by call id. Needs persistence, and UDP or a mark. */
  readonly persistenceEngine: string | false
  /** Each datagram is scheduled on its own; UDP or a mark. */
  readonly onePacket: boolean
}

/** A service, complete. */
export type Service = ServiceKey & Scheduling & ServiceSettings

/** A service as the kernel tells it. */
export type ServiceState = Service & { readonly statistics: Statistics }

/** The settings of a service as they are given. */
export interface ServiceSettingOptions {
  /** Default false. Its time-out defaults to {@link DEFAULT_PERSISTENCE}, its mask to the whole address. An IPv4 mask may be a prefix length. */
  readonly persistence?: Partial<Persistence> | false
  /** Default false. */
  readonly persistenceEngine?: string | false
  /** Default false. */
  readonly onePacket?: boolean
}

/** A service as it is given: what is left out is as ipvsadm(8) has it. A {@link Service} is one too. */
export type ServiceOptions = ServiceKey & SchedulingOptions & ServiceSettingOptions
