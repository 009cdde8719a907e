/**
 * The kernel's filters for VRRP, so that nothing else of a busy interface reaches us.
 */
import type { IpFamily } from '../net/index.ts'
import {
  assembleFilter,
  type FilterStep,
  JUMP_IF_EQUAL,
  JUMP_IF_SET,
  LOAD_BYTE,
  LOAD_BYTE_AT_INDEX,
  LOAD_HALF,
  LOAD_INDEX_IPV4_HEADER,
  LOAD_WORD,
  RETURN,
  type SocketFilter,
  socketFilter,
  WHOLE_PACKET,
} from './socket-filter.ts'

/** SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT: the kernel has taken the tag of a VLAN frame off already. */
const VLAN_TAG_PRESENT = 0xfffff030

/** Protocols over IPv4: VRRP, and AH in front of it. Over IPv6 the extension headers too: they are looked through later. */
const IPV4_PROTOCOLS = [112, 51]
const IPV6_HEADERS = [112, 51, 0, 43, 44, 60]

function anyOf(values: readonly number[]): readonly FilterStep[] {
  return values.map((value, i) => [JUMP_IF_EQUAL, value, 'take', i === values.length - 1 ? 'drop' : undefined])
}

/** On an Ethernet frame. Frames of a VLAN belong to the interface of that VLAN. */
const FRAMES: readonly (FilterStep | string)[] = [
  [LOAD_WORD, VLAN_TAG_PRESENT],
  [JUMP_IF_EQUAL, 0, undefined, 'drop'],
  [LOAD_HALF, 12],
  [JUMP_IF_EQUAL, 0x86dd, 'ipv6'],
  [JUMP_IF_EQUAL, 0x0800, undefined, 'drop'],
  [LOAD_BYTE, 23],
  ...anyOf(IPV4_PROTOCOLS),
  'ipv6',
  [LOAD_BYTE, 20],
  ...anyOf(IPV6_HEADERS),
  'drop',
  [RETURN, 0],
  'take',
  [RETURN, WHOLE_PACKET],
]

/** On an IPv4 packet of protocol 51: the authentication header, which begins with the protocol behind it, protects VRRP. */
const AH: readonly (FilterStep | string)[] = [
  [LOAD_INDEX_IPV4_HEADER, 0],
  [LOAD_BYTE_AT_INDEX, 0],
  [JUMP_IF_EQUAL, 112, undefined, 'drop'],
  [RETURN, WHOLE_PACKET],
  'drop',
  [RETURN, 0],
]

/** On an Ethernet frame: VRRP of one family to a group, whatever MAC it comes from. */
function groupFrames(family: IpFamily): readonly (FilterStep | string)[] {
  return [
    [LOAD_WORD, VLAN_TAG_PRESENT],
    [JUMP_IF_EQUAL, 0, undefined, 'drop'],
    [LOAD_HALF, 12],
    [JUMP_IF_EQUAL, family === 4 ? 0x0800 : 0x86dd, undefined, 'drop'],
    // The lowest bit of the first octet: a group address of Ethernet.
    [LOAD_BYTE, 0],
    [JUMP_IF_SET, 1, undefined, 'drop'],
    [LOAD_BYTE, family === 4 ? 23 : 20],
    ...anyOf(family === 4 ? IPV4_PROTOCOLS : [112]),
    'take',
    [RETURN, WHOLE_PACKET],
    'drop',
    [RETURN, 0],
  ]
}

/** The instructions of {@link vrrpFilter}. */
export function assembleVrrpFilter(): ArrayBuffer {
  return assembleFilter(FRAMES)
}

/** For a packet socket: VRRP over either family. */
export function vrrpFilter(): SocketFilter {
  return socketFilter(FRAMES)
}

/** For a packet socket: adverts of one family to groups. */
export function groupFilter(family: IpFamily): SocketFilter {
  return socketFilter(groupFrames(family))
}

/** For a raw IPv4 socket of protocol 51: VRRP behind the authentication header, and no other IPsec traffic of the host. */
export function ahFilter(): SocketFilter {
  return socketFilter(AH)
}
