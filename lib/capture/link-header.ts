/**
 * From the link-layer header of a captured packet to its network layer: Ethernet with any number of VLAN tags (IEEE 802.1Q,
 * 802.1ad), Linux cooked captures, raw IP, BSD loopback.
 */
import type { CapturedPacket } from './captured-packet.ts'

/** Link types as capture files number them. */
export const LINK_TYPE = {
  null: 0,
  ethernet: 1,
  /** Raw IP, as the different systems number it. */
  raw: [12, 14, 101, 228, 229],
  loop: 108,
  linuxCooked: 113,
  linuxCooked2: 276,
} as const

/** Length of an Ethernet header without tags. */
export const ETHERNET_HEADER = 14
/** Length of a Linux cooked header, version 1. */
export const LINUX_COOKED_HEADER = 16
/** Length of a Linux cooked header, version 2. */
export const LINUX_COOKED2_HEADER = 20
/** Length of a BSD loopback header. */
export const LOOPBACK_HEADER = 4

const ETHERTYPE_IPV4 = 0x0800
const ETHERTYPE_IPV6 = 0x86dd
const ETHERTYPE_VLAN = 0x8100

/** Where the network layer is. Reused from packet to packet. */
export class LinkHeader {
  /** The version that the link layer announces; 0: not IP, or not there. */
  family: 0 | 4 | 6 = 0
  /** Start of the IP header in the packet's buffer. */
  networkAt = 0
  /** Number of VLAN tags. */
  vlanTags = 0
  /** Start of the first tag's control information (priority and VLAN id); tags follow each other every 4 bytes. */
  vlanAt = 0

  /** Reads the link-layer header; true when an IP packet follows it. */
  read(packet: CapturedPacket): boolean {
    const { bytes, start, end } = packet
    this.family = 0
    this.vlanTags = 0
    switch (packet.linkType) {
      case LINK_TYPE.ethernet:
        return end - start >= ETHERNET_HEADER && this.readTyped(bytes, start + 12, end, true)
      case LINK_TYPE.linuxCooked:
        return end - start >= LINUX_COOKED_HEADER && this.readTyped(bytes, start + 14, end, false)
      case LINK_TYPE.linuxCooked2:
        if (end - start < LINUX_COOKED2_HEADER) return false
        this.networkAt = start + LINUX_COOKED2_HEADER
        return this.readType(bytes, start, end, false)
      case LINK_TYPE.null:
      case LINK_TYPE.loop:
        return end - start >= LOOPBACK_HEADER && this.readLoopback(bytes, start)
      default:
        return (
          end > start && (LINK_TYPE.raw as readonly number[]).includes(packet.linkType) && this.readRaw(bytes, start)
        )
    }
  }

  /** VLAN id of a tag, 0 being the outermost. */
  vlanId(bytes: Uint8Array, tag: number): number {
    const at = this.vlanAt + 4 * tag
    return (((bytes[at] ?? 0) & 0x0f) << 8) | (bytes[at + 1] ?? 0)
  }

  private readTyped(bytes: Uint8Array, typeAt: number, end: number, ethernet: boolean): boolean {
    this.networkAt = typeAt + 2
    return this.readType(bytes, typeAt, end, ethernet)
  }

  private readType(bytes: Uint8Array, typeAt: number, end: number, ethernet: boolean): boolean {
    let type = readType(bytes, typeAt)
    this.vlanAt = this.networkAt
    while (type === ETHERTYPE_VLAN || (ethernet && isProviderTag(type))) {
      if (end - this.networkAt < 4) return false
      type = readType(bytes, this.networkAt + 2)
      this.networkAt += 4
      this.vlanTags++
    }
    if (type === ETHERTYPE_IPV4) this.family = 4
    else if (type === ETHERTYPE_IPV6) this.family = 6
    return this.family !== 0
  }

  private readRaw(bytes: Uint8Array, start: number): boolean {
    const version = (bytes[start] ?? 0) >> 4
    this.networkAt = start
    if (version === 4 || version === 6) this.family = version
    return this.family !== 0
  }

  /** The address family is in the byte order of the capturing host; its upper half is always 0, so either order can be told. */
  private readLoopback(bytes: Uint8Array, start: number): boolean {
    const upper = (bytes[start + 3] ?? 0) | (bytes[start + 2] ?? 0)
    const lower = (bytes[start] ?? 0) | ((bytes[start + 1] ?? 0) << 8)
    const other = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0)
    const swapped = upper !== 0 && ((bytes[start] ?? 0) | (bytes[start + 1] ?? 0)) === 0
    const family = upper === 0 ? lower : swapped ? other : 0
    this.networkAt = start + LOOPBACK_HEADER
    if (family === 2) this.family = 4
    else if (family === 24 || family === 28 || family === 30) this.family = 6
    return this.family !== 0
  }
}

function readType(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** IEEE 802.1ad and the two older types of the outer tag. */
function isProviderTag(type: number): boolean {
  return type === 0x88a8 || type === 0x9100 || type === 0x9200
}
