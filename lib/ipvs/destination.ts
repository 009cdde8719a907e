/**
 * A destination (real server) of a service: where it is, how packets get there, how many. ipvsadm(8), `-a`.
 */
import { formatEndpoint } from './service-key.ts'
import type { Statistics } from './statistics.ts'

/** Checksums of a tunnel's outer header: none, one, or remote checksum offload. */
export type TunnelChecksum = 'nocsum' | 'csum' | 'remcsum'

/** Packets go to the destination inside others. */
export type Tunnel =
  | { readonly tunnel: 'ipip' }
  /** Generic UDP encapsulation to this port, 1-65535. */
  | { readonly tunnel: 'gue'; readonly port: number; readonly checksum: TunnelChecksum }
  | { readonly tunnel: 'gre'; readonly checksum: TunnelChecksum }

/** A way that is none of IPVS, which the kernel keeps when somebody gives it: `method 5`, `tunnel type 9`. Read only. */
export interface UnknownForward {
  readonly unknown: string
}

/**
 * How packets get to the destination: with its address put in (`masq`), unchanged to its MAC address (`droute`),
 * to this machine itself (`local`), past the balancer (`bypass`), or through a tunnel.
 */
export type Forward = 'masq' | 'droute' | 'local' | 'bypass' | Tunnel | UnknownForward

/** What names a destination among those of its service. */
export interface DestinationKey {
  /** Canonical text. Of another family than the service's: through a tunnel only. */
  readonly address: string
  /** 0-65535. Of a service by mark 0 is the port that the packet was sent to. */
  readonly port: number
}

/** What a destination has beside its key. */
export interface DestinationSettings {
  readonly forward: Forward
  /** Its share, 0-2147483647; 0: no new connections. */
  readonly weight: number
  /** No new connections from so many on, 0-4294967295; 0: no limit. */
  readonly upperThreshold: number
  /** New connections again below so many, at most `upperThreshold`; 0: below 3/4 of it. */
  readonly lowerThreshold: number
}

/** A destination, complete. */
export type Destination = DestinationKey & DestinationSettings

/** A destination as the kernel tells it. */
export type DestinationState = Destination & {
  /** Now, in an established state. */
  readonly activeConnections: number
  /** Now, in another state. */
  readonly inactiveConnections: number
  /** Persistence templates now. */
  readonly persistentConnections: number
  readonly statistics: Statistics
}

/** A destination as it is given: what is left out is as ipvsadm(8) has it. A {@link Destination} is one too. */
export interface DestinationOptions {
  readonly address: string
  /** Default: the service's. Another is for `masq` only: all other ways keep the port. */
  readonly port?: number
  /** Default `droute`. */
  readonly forward?: Forward
  /** Default 1. */
  readonly weight?: number
  /** Default 0: no limit. */
  readonly upperThreshold?: number
  /** Default 0. */
  readonly lowerThreshold?: number
}

/** `192.0.2.10:80`: equal for equal destinations of a service and for no others, when addresses are canonical. */
export function formatDestinationKey({ address, port }: DestinationKey): string {
  return formatEndpoint(address, port)
}

/** `masq`, `tunnel gue port 5555 csum` */
export function formatForward(forward: Forward): string {
  if (typeof forward === 'string') return forward
  if ('unknown' in forward) return forward.unknown
  if (forward.tunnel === 'ipip') return 'tunnel ipip'
  if (forward.tunnel === 'gre') return `tunnel gre ${forward.checksum}`
  return `tunnel gue port ${forward.port} ${forward.checksum}`
}
