/**
 * Addresses of interfaces in rtnetlink: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR. rtnetlink(7), struct ifaddrmsg.
 */
import { struct, u8, u32 } from 'buffer-layout'
import { familyOf, formatIp, type IpFamily, requireIp } from '../net/index.ts'
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  readText,
  readU32,
  textAttribute,
  u32Attribute,
} from './attribute.ts'
import { AF_INET, AF_INET6 } from './constants.ts'

interface IfAddr {
  readonly family: number
  readonly prefixLength: number
  readonly flags: number
  readonly scope: number
  readonly index: number
}
const IFADDR = struct<IfAddr>([u8('family'), u8('prefixLength'), u8('flags'), u8('scope'), u32('index')])

const IFA_ADDRESS = 1
const IFA_LOCAL = 2
const IFA_LABEL = 3
const IFA_BROADCAST = 4
const IFA_CACHEINFO = 6
const IFA_FLAGS = 8

/** Do not look for duplicates of the address: it is meant to move. */
const IFA_F_NODAD = 0x02
/** Flags that ip-address(8) sets by these words. */
const FLAGS = { home: 0x10, mngtmpaddr: 0x100, noprefixroute: 0x200, autojoin: 0x400 } as const
const IFA_F_DADFAILED = 0x08
const IFA_F_TENTATIVE = 0x40
const FOREVER = 0xffffffff

/** The scopes that ip-address(8) has names for. */
export const ADDRESS_SCOPES = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const

/** An address on an interface. */
export interface AddressMessage {
  readonly family: IpFamily
  /** Index of the interface. */
  readonly index: number
  /** The address of this machine, canonical text. */
  readonly address: string
  readonly prefixLength: number
  /** 0-255, see {@link ADDRESS_SCOPES}. */
  readonly scope?: number
  /** The other end of a point-to-point link. */
  readonly peer?: string
  readonly broadcast?: string
  readonly label?: string
  /** Seconds. Default: 0 for an IPv6 /128, else for ever. To be sent only. */
  readonly preferredLifetime?: number | 'forever'
  /** `dad`: look for duplicates of an IPv6 address. To be sent only. */
  readonly flags?: readonly (keyof typeof FLAGS | 'dad')[]
  /** False while duplicates are being looked for, and after one was found. Received ones only. */
  readonly usable?: boolean
}

/** The body of a request to add or delete an address. @throws RangeError naming the field that is no address. */
export function encodeAddress(address: AddressMessage): Uint8Array {
  const { family, index, prefixLength, scope = ADDRESS_SCOPES.global, peer, broadcast, label } = address
  const local = requireIp(address.address, 'address')
  const attributes: Attribute[] = [
    { type: IFA_LOCAL, value: local },
    { type: IFA_ADDRESS, value: peer === undefined ? local : requireIp(peer, 'peer') },
  ]
  if (broadcast !== undefined) attributes.push({ type: IFA_BROADCAST, value: requireIp(broadcast, 'broadcast') })
  if (label !== undefined) attributes.push(textAttribute(IFA_LABEL, label))
  const flags = flagBits(address)
  // Those above the eighth bit do not fit the header.
  if (flags !== 0) attributes.push(u32Attribute(IFA_FLAGS, flags))
  const preferred = preferredSeconds(address)
  if (family === 6 || preferred !== FOREVER) {
    attributes.push({ type: IFA_CACHEINFO, value: lifetimes(preferred) })
  }
  const header = Buffer.alloc(IFADDR.span)
  const fields = { family: family === 4 ? AF_INET : AF_INET6, prefixLength, flags: flags & 0xff, scope, index }
  IFADDR.encode(fields, header)
  return Buffer.concat([header, encodeAttributes(attributes)])
}

function flagBits({ family, flags = [] }: AddressMessage): number {
  let bits = family === 6 && !flags.includes('dad') ? IFA_F_NODAD : 0
  for (const flag of flags) if (flag !== 'dad') bits |= FLAGS[flag]
  return bits
}

function preferredSeconds({ family, prefixLength, preferredLifetime }: AddressMessage): number {
  if (preferredLifetime === 'forever') return FOREVER
  // A preferred lifetime of 0 keeps the kernel from choosing a host address as the source of other traffic (RFC 6724 §5).
  return preferredLifetime ?? (family === 6 && prefixLength === 128 ? 0 : FOREVER)
}

/** struct ifa_cacheinfo: preferred and valid lifetime in seconds, and two stamps that the kernel fills in. */
function lifetimes(preferred: number): Uint8Array {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(preferred)
  bytes.writeUInt32LE(FOREVER, 4)
  return bytes
}

/** The body of a request for all addresses, of one family or of both. */
export function encodeAddressDump(family?: IpFamily): Uint8Array {
  const header = Buffer.alloc(IFADDR.span)
  header[0] = family === undefined ? 0 : family === 4 ? AF_INET : AF_INET6
  return header
}

/** An RTM_NEWADDR or RTM_DELADDR body; undefined for other families and what is short. */
export function decodeAddress(body: Uint8Array): AddressMessage | undefined {
  if (body.length < IFADDR.span) return undefined
  const header = IFADDR.decode(Buffer.from(body.buffer, body.byteOffset, body.length))
  const family = header.family === AF_INET ? 4 : header.family === AF_INET6 ? 6 : undefined
  if (family === undefined) return undefined
  const attributes = decodeAttributes(body.subarray(IFADDR.span))
  const other = attributes.get(IFA_ADDRESS)
  const local = attributes.get(IFA_LOCAL) ?? other
  const length = family === 4 ? 4 : 16
  if (local === undefined || local.length !== length) return undefined
  const address = formatIp(local, 0, family)
  const peer = other?.length === length ? formatIp(other, 0, family) : address
  const broadcast = attributes.get(IFA_BROADCAST)
  const label = readText(attributes.get(IFA_LABEL))
  const flags = readU32(attributes.get(IFA_FLAGS)) ?? header.flags
  return {
    family,
    index: header.index,
    address,
    prefixLength: header.prefixLength,
    scope: header.scope,
    ...(peer !== address && { peer }),
    ...(broadcast?.length === length && { broadcast: formatIp(broadcast, 0, family) }),
    ...(label !== undefined && { label }),
    usable: (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) === 0,
  }
}

/** The family of an address in text. @throws RangeError naming `option` */
export function requireFamily(address: string, option: string): IpFamily {
  const family = familyOf(address)
  if (family === undefined) throw new RangeError(`${option}: '${address}' is not an IPv4 or IPv6 address`)
  return family
}
