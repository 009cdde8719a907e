/**
 * Values and frames below VRRP.
 * @module
 */
export { ARP_REPLY, ARP_REQUEST, type ArpMessage, decodeArp, encodeArp } from './arp.ts'
export { readI32, readU16, readU32, writeU16, writeU32 } from './big-endian.ts'
export { foldSum, internetChecksum, sumWords, updateChecksum } from './checksum.ts'
export {
  decodeEthernet,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_VLAN,
  type EthernetFrame,
  type EthernetHeader,
  encodeEthernet,
  isVlanTag,
  type VlanTag,
} from './ethernet.ts'
export {
  addressLength,
  canonicalIp,
  compareIp,
  familyOf,
  formatIp,
  IPPROTO_AH,
  IPPROTO_VRRP,
  type IpEnvelope,
  type IpFamily,
  type IpPrefix,
  isMulticast,
  parseIp,
  requireIp,
} from './ip.ts'
export { decodeIpv4, encodeIpv4, type Ipv4Header, type Ipv4Packet } from './ipv4.ts'
export { decodeIpv6, encodeIpv6, type Ipv6Header, type Ipv6Packet } from './ipv6.ts'
export { BROADCAST_MAC, formatMac, parseMac, virtualMac } from './mac.ts'
export {
  decodeNeighborAdvertisement,
  encodeNeighborAdvertisement,
  IPPROTO_ICMPV6,
  type NeighborAdvertisement,
} from './ndp.ts'
export { pseudoHeaderSum, sumPseudoHeader } from './pseudo-header.ts'
export { requireInteger } from './require-integer.ts'
export {
  interfacesOfRoute,
  ROUTE_PROTOCOL_KEEPALIVED,
  type Route,
  type RouteHop,
  type RouteMetric,
  type RouteSet,
  type RouteType,
  type Rule,
  type RuleAction,
  type RulePrefix,
} from './route.ts'
