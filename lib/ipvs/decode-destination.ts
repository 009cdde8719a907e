/**
 * Destinations in netlink messages. IPVS_CMD_ATTR_DEST of linux/ip_vs.h.
 */
import type { IpFamily } from '../net/index.ts'
import { AttributeReader } from '../netlink/index.ts'
import { addressFrom, familyFrom, GENERIC_HEADER_LENGTH } from './decode-address.ts'
import { decodeStatistics } from './decode-statistics.ts'
import type { DestinationState, Forward, TunnelChecksum } from './destination.ts'
import { CHECKSUM, DESTINATION, METHOD, METHOD_MASK, TOP, TUNNEL } from './numbers.ts'

const message = new AttributeReader(TOP.destination)
const reader = new AttributeReader(DESTINATION.tunnelFlags)

/**
 * The destination in the body of an IPVS_CMD_NEW_DEST message; undefined when any of it is missing or cut off.
 * @param family of its service: that of a destination of which a kernel before 3.18 does not tell it
 */
export function decodeDestination(body: Uint8Array, family: IpFamily): DestinationState | undefined {
  if (!message.read(body, GENERIC_HEADER_LENGTH) || !reader.readNest(message, TOP.destination)) return undefined
  const own = reader.has(DESTINATION.family) ? familyFrom(reader, DESTINATION.family) : family
  const address = own && addressFrom(reader, DESTINATION.address, own)
  const port = reader.u16be(DESTINATION.port)
  const forward = decodeForward()
  const weight = reader.u32(DESTINATION.weight)
  const upperThreshold = reader.u32(DESTINATION.upperThreshold)
  const lowerThreshold = reader.u32(DESTINATION.lowerThreshold)
  const activeConnections = reader.u32(DESTINATION.active)
  const inactiveConnections = reader.u32(DESTINATION.inactive)
  const persistentConnections = reader.u32(DESTINATION.persistent)
  const statistics = decodeStatistics(reader, DESTINATION.statistics64, DESTINATION.statistics)
  if (address === undefined || port === undefined || forward === undefined || weight === undefined) return undefined
  if (upperThreshold === undefined || lowerThreshold === undefined || statistics === undefined) return undefined
  if (activeConnections === undefined || inactiveConnections === undefined) return undefined
  if (persistentConnections === undefined) return undefined
  return {
    address,
    port,
    forward,
    weight: weight | 0,
    upperThreshold,
    lowerThreshold,
    activeConnections,
    inactiveConnections,
    persistentConnections,
    statistics,
  }
}

function decodeForward(): Forward | undefined {
  const flags = reader.u32(DESTINATION.method)
  if (flags === undefined) return undefined
  const method = flags & METHOD_MASK
  switch (method) {
    case METHOD.masq:
      return 'masq'
    case METHOD.local:
      return 'local'
    case METHOD.droute:
      return 'droute'
    case METHOD.bypass:
      return 'bypass'
    case METHOD.tunnel:
      return decodeTunnel()
    default:
      return { unknown: `method ${method}` }
  }
}

/** A kernel before 5.3 knows no other tunnel than IP in IP, and has none of the attributes. */
function decodeTunnel(): Forward {
  const type = reader.u8(DESTINATION.tunnelType) ?? TUNNEL.ipip
  const port = reader.u16be(DESTINATION.tunnelPort) ?? 0
  const checksum = checksumName(reader.u16(DESTINATION.tunnelFlags) ?? 0)
  if (type === TUNNEL.ipip) return { tunnel: 'ipip' }
  if (type === TUNNEL.gue) return { tunnel: 'gue', port, checksum }
  return type === TUNNEL.gre ? { tunnel: 'gre', checksum } : { unknown: `tunnel type ${type}` }
}

function checksumName(flags: number): TunnelChecksum {
  if ((flags & CHECKSUM.remcsum) !== 0) return 'remcsum'
  return (flags & CHECKSUM.csum) !== 0 ? 'csum' : 'nocsum'
}
