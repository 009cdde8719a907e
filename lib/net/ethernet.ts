/**
 * Ethernet II frames with any number of VLAN tags. IEEE 802.3, 802.1Q, 802.1ad.
 *
 *     | destination (6) | source (6) | [ 0x8100 or 0x88a8 (2) | priority, DEI, VLAN id (2) ] … | type (2) | payload |
 */
import { blob, struct, u16be } from 'buffer-layout'
import { DecodeError } from '../errors.ts'
import { readU16, writeU16 } from './big-endian.ts'
import { fieldOffset } from './field-offset.ts'
import { formatMac, parseMac } from './mac.ts'
import { requireInteger } from './require-integer.ts'

interface EthernetFields {
  readonly destination: Uint8Array
  readonly source: Uint8Array
  readonly etherType: number
}
interface TagFields {
  readonly control: number
  readonly etherType: number
}

const HEADER = struct<EthernetFields>([blob(6, 'destination'), blob(6, 'source'), u16be('etherType')])
const TAG = struct<TagFields>([u16be('control'), u16be('etherType')])

const DESTINATION = fieldOffset(HEADER, 'destination')
const SOURCE = fieldOffset(HEADER, 'source')
const ETHER_TYPE = fieldOffset(HEADER, 'etherType')
const TAG_CONTROL = fieldOffset(TAG, 'control')
const TAG_TYPE = fieldOffset(TAG, 'etherType')

/** Type of an IPv4 packet in a frame. */
export const ETHERTYPE_IPV4 = 0x0800
/** Type of an ARP message in a frame. */
export const ETHERTYPE_ARP = 0x0806
/** Type of an IPv6 packet in a frame. */
export const ETHERTYPE_IPV6 = 0x86dd
/** A VLAN tag (802.1Q). */
export const ETHERTYPE_VLAN = 0x8100
/** A service VLAN tag (802.1ad), usually the outer of two. */
export const ETHERTYPE_SERVICE_VLAN = 0x88a8

/** One VLAN tag. */
export interface VlanTag {
  /** {@link ETHERTYPE_VLAN} (default when encoding) or {@link ETHERTYPE_SERVICE_VLAN}. */
  readonly tpid?: number
  /** 0-4095 */
  readonly id: number
  /** Priority code point, 0-7; default 0. */
  readonly priority?: number
  /** Drop eligible; default false. */
  readonly dropEligible?: boolean
}

/** What an Ethernet header says. */
export interface EthernetHeader {
  /** `00:00:5e:00:01:33` */
  readonly destination: string
  readonly source: string
  /** Outermost first. */
  readonly vlans?: readonly VlanTag[]
  /** Type of the payload, behind all tags. */
  readonly etherType: number
}

/** A decoded header, and where its payload begins. */
export interface EthernetFrame extends EthernetHeader {
  readonly vlans: readonly Required<VlanTag>[]
  /** In the given bytes. The payload may end in padding: its own length tells. */
  readonly payloadOffset: number
}

/** Whether an ethertype is a VLAN tag. */
export function isVlanTag(etherType: number): boolean {
  return etherType === ETHERTYPE_VLAN || etherType === ETHERTYPE_SERVICE_VLAN
}

/**
 * Bytes from `offset` to `end` to a header.
 * @throws DecodeError `ERR_FRAME_MALFORMED` when the bytes end inside the header or a tag.
 */
export function decodeEthernet(bytes: Uint8Array, offset = 0, end = bytes.length): EthernetFrame {
  if (end - offset < HEADER.span) {
    throw new DecodeError('ERR_FRAME_MALFORMED', `an Ethernet header needs ${HEADER.span} bytes`, end)
  }
  const vlans: Required<VlanTag>[] = []
  let etherType = readU16(bytes, offset + ETHER_TYPE)
  let at = offset + HEADER.span
  while (isVlanTag(etherType)) {
    if (end - at < TAG.span) throw new DecodeError('ERR_FRAME_MALFORMED', 'the frame ends inside a VLAN tag', end)
    const control = readU16(bytes, at + TAG_CONTROL)
    vlans.push({
      tpid: etherType,
      id: control & 0xfff,
      priority: control >>> 13,
      dropEligible: (control & 0x1000) !== 0,
    })
    etherType = readU16(bytes, at + TAG_TYPE)
    at += TAG.span
  }
  return {
    destination: formatMac(bytes, offset + DESTINATION),
    source: formatMac(bytes, offset + SOURCE),
    vlans,
    etherType,
    payloadOffset: at,
  }
}

/**
 * A frame around a payload, without padding and check sequence.
 * @throws RangeError naming the field.
 */
export function encodeEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  const vlans = header.vlans ?? []
  const bytes = new Uint8Array(HEADER.span + vlans.length * TAG.span + payload.length)
  bytes.set(parseMac(header.destination, 'destination'), DESTINATION)
  bytes.set(parseMac(header.source, 'source'), SOURCE)
  let at = ETHER_TYPE
  for (const [index, vlan] of vlans.entries()) {
    const { tpid = ETHERTYPE_VLAN, id, priority = 0, dropEligible = false } = vlan
    if (!isVlanTag(tpid)) throw new RangeError(`vlans[${index}].tpid: ${tpid} is no VLAN tag`)
    requireInteger(id, `vlans[${index}].id`, 0, 4095)
    requireInteger(priority, `vlans[${index}].priority`, 0, 7)
    writeU16(bytes, at, tpid)
    writeU16(bytes, at + 2, (priority << 13) | (dropEligible ? 0x1000 : 0) | id)
    at += TAG.span
  }
  writeU16(bytes, at, requireInteger(header.etherType, 'etherType', 0, 0xffff))
  bytes.set(payload, at + 2)
  return bytes
}
