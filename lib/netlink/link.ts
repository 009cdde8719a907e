/**
 * Interfaces in rtnetlink: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK. rtnetlink(7).
 */
import { formatMac } from '../net/index.ts'
import { decodeAttributes, readText, readU32 } from './attribute.ts'
import { INTERFACE_HEADER } from './interface-header.ts'

const IFLA_ADDRESS = 1
const IFLA_IFNAME = 3
const IFLA_LINK = 5
const IFLA_LINKINFO = 18
const IFLA_INFO_KIND = 1
const IFF_UP = 0x1
const IFF_RUNNING = 0x40

/** An interface as a message describes it. */
export interface LinkMessage {
  readonly index: number
  readonly name: string
  /** All zero when the interface has none of 6 bytes. */
  readonly mac: string
  /** Administratively up and able to carry traffic. */
  readonly running: boolean
  /** Administratively up. */
  readonly up: boolean
  /** Index of the interface below it, if there is one. */
  readonly parent?: number
  /** What it is if it is no plain hardware: `macvlan`, `vlan`, `bridge`. */
  readonly kind?: string
}

/** The body of a request for all interfaces. */
export function encodeLinkDump(): Uint8Array {
  return new Uint8Array(INTERFACE_HEADER.span)
}

/** An RTM_NEWLINK or RTM_DELLINK body; undefined when it has no name or is short. */
export function decodeLink(body: Uint8Array): LinkMessage | undefined {
  if (body.length < INTERFACE_HEADER.span) return undefined
  const { family, index, flags } = INTERFACE_HEADER.decode(Buffer.from(body.buffer, body.byteOffset, body.length))
  // AF_BRIDGE messages tell of bridge ports and look like links that come and go.
  if (family !== 0) return undefined
  const attributes = decodeAttributes(body.subarray(INTERFACE_HEADER.span))
  const name = readText(attributes.get(IFLA_IFNAME))
  if (name === undefined) return undefined
  const mac = attributes.get(IFLA_ADDRESS)
  const up = (flags & IFF_UP) !== 0
  const parent = readU32(attributes.get(IFLA_LINK))
  const kind = readText(decodeAttributes(attributes.get(IFLA_LINKINFO) ?? new Uint8Array()).get(IFLA_INFO_KIND))
  return {
    index,
    name,
    mac: formatMac(mac?.length === 6 ? mac : new Uint8Array(6)),
    running: up && (flags & IFF_RUNNING) !== 0,
    up,
    ...(parent !== undefined && { parent }),
    ...(kind !== undefined && { kind }),
  }
}
