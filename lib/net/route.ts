/**
 * Routes and routing rules as values, with the fields of ip-route(8) and ip-rule(8). Names are resolved: tables,
 * protocols and scopes are numbers.
 */
import type { IpFamily } from './ip.ts'

/** What becomes of a packet that a route matches. */
export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'

/** One way to the destination. */
export interface RouteHop {
  /** Canonical text; of either family. */
  readonly gateway?: string
  readonly interface?: string
  /** 1-256: share of the traffic, where there are several hops. */
  readonly weight?: number
  /** The gateway is on the link, whatever the addresses say. */
  readonly onlink?: boolean
}

/** Numbers that a route can carry. */
export type RouteMetric =
  | 'mtu'
  | 'window'
  | 'rtt'
  | 'rttvar'
  | 'ssthresh'
  | 'cwnd'
  | 'advmss'
  | 'reordering'
  | 'hoplimit'
  | 'initcwnd'
  | 'rto_min'
  | 'initrwnd'
  | 'quickack'
  | 'fastopen_no_cookie'

/** A route. */
export interface Route {
  readonly type: RouteType
  readonly family: IpFamily
  /** Canonical text; `0.0.0.0` or `::` with length 0 is the default route. */
  readonly destination: string
  readonly prefixLength: number
  /** None for a blackhole and its like; several share the traffic. */
  readonly hops: readonly RouteHop[]
  /** Main: 254. */
  readonly table: number
  /** keepalived: 18. */
  readonly protocol: number
  /** Everywhere: 0; on the link: 253. */
  readonly scope: number
  /** Preferred source address. */
  readonly source?: string
  readonly tos?: number
  /** Preference among routes to the same destination: the lowest wins. */
  readonly metric?: number
  readonly metrics?: Readonly<Partial<Record<RouteMetric, number>>>
  /** Metrics that the kernel must not change. */
  readonly locked?: readonly RouteMetric[]
  /** Where it goes among equal routes: before them (default), after them, or not at all if there is one. */
  readonly placement?: 'append' | 'add'
  /** False: its interfaces may be down, and if somebody deletes it that is nobody's concern (no_track). Default true. */
  readonly tracked?: boolean
}

/** What a rule does with a packet. */
export type RuleAction =
  | { readonly type: 'table'; readonly table: number }
  | { readonly type: 'goto'; readonly preference: number }
  | { readonly type: 'blackhole' | 'unreachable' | 'prohibit' | 'nop' }

/** A prefix that a rule compares. */
export interface RulePrefix {
  readonly address: string
  readonly prefixLength: number
}

/** A rule. */
export interface Rule {
  readonly family: IpFamily
  readonly action: RuleAction
  /** The lowest is asked first. */
  readonly preference: number
  /** The rule is for what does not match. */
  readonly inverted?: boolean
  readonly from?: RulePrefix
  readonly to?: RulePrefix
  readonly iif?: string
  readonly oif?: string
  readonly tos?: number
  readonly mark?: number
  readonly mask?: number
  readonly suppressPrefixLength?: number
  readonly suppressGroup?: number
  /** The table of the VRF of the interface. */
  readonly l3mdev?: boolean
  readonly uids?: readonly [first: number, last: number]
  readonly ipProtocol?: number
  readonly sourcePorts?: readonly [first: number, last: number]
  readonly destinationPorts?: readonly [first: number, last: number]
  /** Who made it. keepalived: 18. */
  readonly protocol: number
  /** False: if somebody deletes it that is nobody's concern (no_track). Default true. */
  readonly tracked?: false
}

/** What one owner wants in the routing tables. */
export interface RouteSet {
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
}

/** The protocol number that keepalived gives to its routes and rules (rt_protos): they are told from others by it. */
export const ROUTE_PROTOCOL_KEEPALIVED = 18

/** The interfaces that a route needs. */
export function interfacesOfRoute({ hops }: Route): readonly string[] {
  return hops.flatMap(({ interface: name }) => name ?? [])
}
