/**
 * The wire structures of VRRP, each declared once; every codec here works at offsets taken from them.
 *
 * Version 2, RFC 3768 §5.1:
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |   Auth Type   |   Adver Int   |          Checksum             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |             addresses, 4 bytes each, count of them            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                 authentication data, 8 bytes                  |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * Version 3, RFC 9568 §5.1:
 *
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version| Type  | Virtual Rtr ID|   Priority    |  Address Count|
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Reserve| Max Advertise Interval|          Checksum             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |           addresses, 4 or 16 bytes each, count of them        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { blob, struct, u8, u16be, u32be } from 'buffer-layout'
import { fieldOffset } from '../net/field-offset.ts'

/** Header of version 2. */
export interface HeaderV2 {
  readonly versionAndType: number
  readonly vrid: number
  readonly priority: number
  readonly addressCount: number
  readonly authType: number
  readonly interval: number
  readonly checksum: number
}

/** Header of version 3. */
export interface HeaderV3 {
  readonly versionAndType: number
  readonly vrid: number
  readonly priority: number
  readonly addressCount: number
  /** 4 reserved bits, 12 bits of centiseconds. */
  readonly interval: number
  readonly checksum: number
}

/** IP authentication header with a 96-bit integrity check value, RFC 4302 §2 (RFC 2402 §2, as RFC 2338 §5.3.6 uses it). */
export interface AhHeader {
  readonly nextHeader: number
  /** Length in 32-bit words minus 2. */
  readonly payloadLength: number
  readonly reserved: number
  readonly spi: number
  readonly sequence: number
  readonly icv: Uint8Array
}

/** Authentication trailer behind the message, draft-cassen-vrrp-auth-hmac (keepalived's auth_hmac). */
export interface TrailerFields {
  readonly extensionType: number
  readonly keyId: number
  readonly reserved: number
  /** Unix time. */
  readonly seconds: number
  /** In 1/65536 s. */
  readonly subsecond: number
  readonly counter: number
  /** First 16 bytes of HMAC-SHA256. */
  readonly hmac: Uint8Array
}

/** {@link HeaderV2} as bytes. */
export const HEADER_V2 = struct<HeaderV2>([
  u8('versionAndType'),
  u8('vrid'),
  u8('priority'),
  u8('addressCount'),
  u8('authType'),
  u8('interval'),
  u16be('checksum'),
])

/** {@link HeaderV3} as bytes. */
export const HEADER_V3 = struct<HeaderV3>([
  u8('versionAndType'),
  u8('vrid'),
  u8('priority'),
  u8('addressCount'),
  u16be('interval'),
  u16be('checksum'),
])

/** {@link AhHeader} as bytes. */
export const AH_HEADER = struct<AhHeader>([
  u8('nextHeader'),
  u8('payloadLength'),
  u16be('reserved'),
  u32be('spi'),
  u32be('sequence'),
  blob(12, 'icv'),
])

/** {@link TrailerFields} as bytes. */
export const TRAILER = struct<TrailerFields>([
  u8('extensionType'),
  u8('keyId'),
  u16be('reserved'),
  u32be('seconds'),
  u16be('subsecond'),
  u16be('counter'),
  blob(16, 'hmac'),
])

/** Bytes of a VRRP header, the same in both versions. */
export const HEADER_LENGTH = 8
/** Bytes of authentication data at the end of every version 2 message. */
export const AUTH_DATA_LENGTH = 8
/** The only packet type there is. */
export const TYPE_ADVERTISEMENT = 1
/** Bits of the interval field of version 3 that count. */
export const INTERVAL_V3_MASK = 0x0fff

/** Offset of version (high 4 bits) and type (low 4 bits), in both versions. */
export const VERSION_AND_TYPE = fieldOffset(HEADER_V3, 'versionAndType')
/** Offset of the virtual router id, in both versions. */
export const VRID = fieldOffset(HEADER_V3, 'vrid')
/** Offset of the priority, in both versions. */
export const PRIORITY = fieldOffset(HEADER_V3, 'priority')
/** Offset of the number of addresses, in both versions. */
export const ADDRESS_COUNT = fieldOffset(HEADER_V3, 'addressCount')
/** Offset of the authentication type of version 2. */
export const AUTH_TYPE_V2 = fieldOffset(HEADER_V2, 'authType')
/** Offset of the interval of version 2, 8 bits of seconds. */
export const INTERVAL_V2 = fieldOffset(HEADER_V2, 'interval')
/** Offset of the interval of version 3, 16 bits of which 12 count. */
export const INTERVAL_V3 = fieldOffset(HEADER_V3, 'interval')
/** Offset of the checksum, in both versions. */
export const CHECKSUM = fieldOffset(HEADER_V3, 'checksum')
