/**
 * Routes in rtnetlink: RTM_NEWROUTE, RTM_DELROUTE. rtnetlink(7), struct rtmsg, struct rtnexthop.
 */
import { struct, u8, u32 } from 'buffer-layout'
import { familyOf, type Route, type RouteHop, type RouteMetric, type RouteType, requireIp } from '../net/index.ts'
import { type Attribute, encodeAttributes, u32Attribute } from './attribute.ts'
import { AF_INET, AF_INET6 } from './constants.ts'

interface RtMsg {
  readonly family: number
  readonly destinationLength: number
  readonly sourceLength: number
  readonly tos: number
  readonly table: number
  readonly protocol: number
  readonly scope: number
  readonly type: number
  readonly flags: number
}
const RTMSG = struct<RtMsg>([
  u8('family'),
  u8('destinationLength'),
  u8('sourceLength'),
  u8('tos'),
  u8('table'),
  u8('protocol'),
  u8('scope'),
  u8('type'),
  u32('flags'),
])

const RTA_DST = 1
const RTA_OIF = 4
const RTA_GATEWAY = 5
const RTA_PRIORITY = 6
const RTA_PREFSRC = 7
const RTA_METRICS = 8
const RTA_MULTIPATH = 9
const RTA_TABLE = 15
const RTA_VIA = 18

const RTAX_LOCK = 1
const RTNH_F_ONLINK = 4
const RTNEXTHOP_LENGTH = 8
/** NLA_F_NESTED is not set for these: rtnetlink is older than it. */
const TYPES: Readonly<Record<RouteType, number>> = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
}

const METRICS: Readonly<Record<RouteMetric, number>> = {
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  rto_min: 13,
  initrwnd: 14,
  quickack: 15,
  fastopen_no_cookie: 17,
}

/** The kernel's index of an interface; throws when there is none. */
export type InterfaceIndex = (interfaceName: string) => number

/**
 * The body of a request to add or delete a route.
 * @throws RangeError naming a field that is no address, and what `indexOf` throws
 */
export function encodeRoute(route: Route, indexOf: InterfaceIndex): Uint8Array {
  const { family, destination, prefixLength, hops, table, protocol, scope, type, source, tos = 0, metric } = route
  const attributes: Attribute[] = []
  if (prefixLength > 0) attributes.push({ type: RTA_DST, value: requireIp(destination, 'destination') })
  // Tables above 255 do not fit the header.
  attributes.push(u32Attribute(RTA_TABLE, table))
  if (metric !== undefined) attributes.push(u32Attribute(RTA_PRIORITY, metric))
  if (source !== undefined) attributes.push({ type: RTA_PREFSRC, value: requireIp(source, 'source') })
  const metrics = metricAttributes(route)
  if (metrics.length > 0) attributes.push({ type: RTA_METRICS, value: encodeAttributes(metrics) })
  const [only] = hops
  if (hops.length > 1) {
    attributes.push({ type: RTA_MULTIPATH, value: Buffer.concat(hops.map(hop => encodeHop(hop, route, indexOf))) })
  } else if (only !== undefined) {
    attributes.push(...gatewayAttributes(only, route))
    if (only.interface !== undefined) attributes.push(u32Attribute(RTA_OIF, indexOf(only.interface)))
  }
  const header = Buffer.alloc(RTMSG.span)
  const fields: RtMsg = {
    family: family === 4 ? AF_INET : AF_INET6,
    destinationLength: prefixLength,
    sourceLength: 0,
    tos,
    table: table > 255 ? 0 : table,
    protocol,
    scope,
    type: TYPES[type],
    flags: hops.length === 1 && only?.onlink === true ? RTNH_F_ONLINK : 0,
  }
  RTMSG.encode(fields, header)
  return Buffer.concat([header, encodeAttributes(attributes)])
}

function gatewayAttributes({ gateway }: RouteHop, { family }: Route): readonly Attribute[] {
  if (gateway === undefined) return []
  const value = requireIp(gateway, 'gateway')
  if (familyOf(gateway) === family) return [{ type: RTA_GATEWAY, value }]
  // RFC 8950: an IPv4 route through an IPv6 neighbour.
  const other = Buffer.alloc(2)
  other.writeUInt16LE(family === 4 ? AF_INET6 : AF_INET)
  return [{ type: RTA_VIA, value: Buffer.concat([other, value]) }]
}

function encodeHop(hop: RouteHop, route: Route, indexOf: InterfaceIndex): Uint8Array {
  const attributes = encodeAttributes(gatewayAttributes(hop, route))
  const bytes = Buffer.alloc(RTNEXTHOP_LENGTH)
  bytes.writeUInt16LE(RTNEXTHOP_LENGTH + attributes.length)
  bytes[2] = hop.onlink === true ? RTNH_F_ONLINK : 0
  bytes[3] = (hop.weight ?? 1) - 1
  if (hop.interface !== undefined) bytes.writeUInt32LE(indexOf(hop.interface), 4)
  return Buffer.concat([bytes, attributes])
}

function metricAttributes({ metrics = {}, locked = [] }: Route): readonly Attribute[] {
  const attributes: Attribute[] = []
  for (const [name, type] of Object.entries(METRICS) as [RouteMetric, number][]) {
    const value = metrics[name]
    if (value !== undefined) attributes.push(u32Attribute(type, value))
  }
  const lock = locked.reduce((bits, name) => bits | (1 << METRICS[name]), 0)
  if (lock !== 0) attributes.unshift(u32Attribute(RTAX_LOCK, lock))
  return attributes
}
