/**
 * Requests about interfaces in rtnetlink: making a macvlan, changing and deleting interfaces. rtnetlink(7), if_link.h of the
 * kernel's uapi; ip-link(8), type macvlan.
 */
import { parseMac } from '../net/index.ts'
import {
  type Attribute,
  encodeAttributes,
  nestedAttribute,
  textAttribute,
  u16Attribute,
  u32Attribute,
} from './attribute.ts'
import { AF_INET, AF_INET6 } from './constants.ts'
import { INTERFACE_HEADER, type InterfaceHeader } from './interface-header.ts'

const IFLA_ADDRESS = 1
const IFLA_IFNAME = 3
const IFLA_LINK = 5
const IFLA_LINKINFO = 18
const IFLA_AF_SPEC = 26
const IFLA_GROUP = 27
const IFLA_INFO_KIND = 1
const IFLA_INFO_DATA = 2
const IFLA_MACVLAN_MODE = 1
const MACVLAN_MODE_PRIVATE = 1
const IFLA_IPVLAN_MODE = 1
const IFLA_IPVLAN_FLAGS = 2
const IPVLAN_MODE_L2 = 0
const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const
const IFLA_INET_CONF = 1
const IFLA_INET6_ADDR_GEN_MODE = 8
const IN6_ADDR_GEN_MODE_NONE = 1
const IFF_UP = 1

/** Settings of IPv4 on an interface (ip-sysctl.rst of the kernel) that a request can change: IPV4_DEVCONF_*. */
const IPV4_SETTINGS = {
  send_redirects: 6,
  rp_filter: 8,
  arp_filter: 13,
  arp_announce: 18,
  arp_ignore: 19,
  promote_secondaries: 20,
  accept_local: 23,
} as const

/** The name of a setting, as in /proc/sys/net/ipv4/conf. */
export type Ipv4Setting = keyof typeof IPV4_SETTINGS

/** A macvlan that is to be made. */
export interface MacvlanRequest {
  /** 1-15 bytes. */
  readonly name: string
  /** Index of the interface below. */
  readonly parent: number
  readonly mac: string
}

/** The body of an RTM_NEWLINK that makes a macvlan in private mode, down. @throws RangeError when `mac` is no Ethernet address */
export function encodeMacvlan({ name, parent, mac }: MacvlanRequest): Uint8Array {
  const info = [
    textAttribute(IFLA_INFO_KIND, 'macvlan'),
    nestedAttribute(IFLA_INFO_DATA, [u32Attribute(IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE)]),
  ]
  return encodeLink({}, [
    nestedAttribute(IFLA_LINKINFO, info),
    u32Attribute(IFLA_LINK, parent),
    textAttribute(IFLA_IFNAME, name),
    { type: IFLA_ADDRESS, value: parseMac(mac) },
  ])
}

/** An ipvlan that is to be made. */
export interface IpvlanRequest {
  /** 1-15 bytes. */
  readonly name: string
  /** Index of the interface below. */
  readonly parent: number
  /** How it deals with others on the same interface: all of them the same. */
  readonly mode: keyof typeof IPVLAN_FLAGS
}

/** The body of an RTM_NEWLINK that makes an ipvlan in mode L2, down. It gets the MAC address of the interface below. */
export function encodeIpvlan({ name, parent, mode }: IpvlanRequest): Uint8Array {
  const info = [
    textAttribute(IFLA_INFO_KIND, 'ipvlan'),
    nestedAttribute(IFLA_INFO_DATA, [
      u16Attribute(IFLA_IPVLAN_MODE, IPVLAN_MODE_L2),
      u16Attribute(IFLA_IPVLAN_FLAGS, IPVLAN_FLAGS[mode]),
    ]),
  ]
  return encodeLink({}, [
    nestedAttribute(IFLA_LINKINFO, info),
    u32Attribute(IFLA_LINK, parent),
    textAttribute(IFLA_IFNAME, name),
  ])
}

/** What is to change of an interface. */
export interface LinkChange {
  /** An interface is named by its index or, in a batch that makes it, by its name. */
  readonly interface: number | string
  readonly up?: boolean
  /** Number of the group of interfaces it is put into, see {@link encodeGroupDeletion}. */
  readonly group?: number
  readonly ipv4?: Readonly<Partial<Record<Ipv4Setting, number>>>
  /** The kernel makes no IPv6 address of its own from the MAC address. */
  readonly withoutIpv6Autoconfiguration?: boolean
}

/** The body of an RTM_NEWLINK that changes an interface. */
export function encodeLinkChange({ interface: device, up, group, ipv4, ...change }: LinkChange): Uint8Array {
  const attributes: Attribute[] = []
  if (typeof device === 'string') attributes.push(textAttribute(IFLA_IFNAME, device))
  if (group !== undefined) attributes.push(u32Attribute(IFLA_GROUP, group))
  if (ipv4 !== undefined) {
    const settings = Object.entries(ipv4).map(([name, value]) =>
      u32Attribute(IPV4_SETTINGS[name as Ipv4Setting], value),
    )
    attributes.push(
      nestedAttribute(IFLA_AF_SPEC, [nestedAttribute(AF_INET, [nestedAttribute(IFLA_INET_CONF, settings)])]),
    )
  }
  if (change.withoutIpv6Autoconfiguration === true) {
    const mode = { type: IFLA_INET6_ADDR_GEN_MODE, value: Uint8Array.of(IN6_ADDR_GEN_MODE_NONE) }
    attributes.push(nestedAttribute(IFLA_AF_SPEC, [nestedAttribute(AF_INET6, [mode])]))
  }
  return encodeLink(
    {
      index: typeof device === 'number' ? device : 0,
      flags: up === true ? IFF_UP : 0,
      change: up === undefined ? 0 : IFF_UP,
    },
    attributes,
  )
}

/** The body of an RTM_DELLINK for all interfaces of a group: one wait of the kernel for all of them, not one for each. */
export function encodeGroupDeletion(group: number): Uint8Array {
  return encodeLink({}, [u32Attribute(IFLA_GROUP, group)])
}

/** The body of an RTM_DELLINK for one interface. */
export function encodeLinkDeletion(index: number): Uint8Array {
  return encodeLink({ index }, [])
}

function encodeLink(fields: Partial<InterfaceHeader>, attributes: readonly Attribute[]): Uint8Array {
  const header = Buffer.alloc(INTERFACE_HEADER.span)
  INTERFACE_HEADER.encode({ family: 0, type: 0, index: 0, flags: 0, change: 0, ...fields }, header)
  return Buffer.concat([header, encodeAttributes(attributes)])
}
