/**
 * The IPv4 header as declared for every reader of it, RFC 791 §3.1. In a file of its own, so that the published types
 * name no type of buffer-layout, which has none.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version|  IHL  |Type of Service|          Total Length         |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |         Identification        |Flags|      Fragment Offset    |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |  Time to Live |    Protocol   |         Header Checksum       |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |             source, destination, options (padded)             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { struct, u8, u16be, u32be } from 'buffer-layout'

interface Ipv4Fields {
  readonly versionAndLength: number
  readonly tos: number
  readonly totalLength: number
  readonly identification: number
  readonly flagsAndFragment: number
  readonly ttl: number
  readonly protocol: number
  readonly checksum: number
  readonly source: number
  readonly destination: number
}

/** The header without options. */
export const IPV4_HEADER = struct<Ipv4Fields>([
  u8('versionAndLength'),
  u8('tos'),
  u16be('totalLength'),
  u16be('identification'),
  u16be('flagsAndFragment'),
  u8('ttl'),
  u8('protocol'),
  u16be('checksum'),
  u32be('source'),
  u32be('destination'),
])
