/**
 * Destinations in netlink messages. IPVS_CMD_ATTR_DEST of linux/ip_vs.h.
 */
import type { IpFamily } from '../net/index.ts'
import { decodeGeneric, decodeWholeAttributes, readU16, readU16be, readU32 } from '../netlink/index.ts'
import { addressFrom, familyFrom } from './decode-address.ts'
import { decodeStatistics } from './decode-statistics.ts'
import type { DestinationState, Forward, TunnelChecksum } from './destination.ts'
import { CHECKSUM, DESTINATION, METHOD, METHOD_MASK, TOP, TUNNEL } from './numbers.ts'

type Attributes = ReadonlyMap<number, Uint8Array>

/**
 * The destination in the body of an IPVS_CMD_NEW_DEST message; undefined when any of it is missing or cut off.
 * @param family of its service: that of a destination of which a kernel before 3.18 does not tell it
 */
export function decodeDestination(body: Uint8Array, family: IpFamily): DestinationState | undefined {
  const nest = decodeGeneric(body)?.attributes.get(TOP.destination)
  const attributes = nest && decodeWholeAttributes(nest)
  if (attributes === undefined) return undefined
  const u32 = (type: number) => readU32(attributes.get(type))
  const own = attributes.has(DESTINATION.family) ? familyFrom(attributes.get(DESTINATION.family)) : family
  const address = own && addressFrom(attributes.get(DESTINATION.address), own)
  const port = readU16be(attributes.get(DESTINATION.port))
  const forward = decodeForward(attributes)
  const weight = u32(DESTINATION.weight)
  const upperThreshold = u32(DESTINATION.upperThreshold)
  const lowerThreshold = u32(DESTINATION.lowerThreshold)
  const activeConnections = u32(DESTINATION.active)
  const inactiveConnections = u32(DESTINATION.inactive)
  const persistentConnections = u32(DESTINATION.persistent)
  const statistics = decodeStatistics(attributes.get(DESTINATION.statistics64), attributes.get(DESTINATION.statistics))
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

function decodeForward(attributes: Attributes): Forward | undefined {
  const flags = readU32(attributes.get(DESTINATION.method))
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
      return decodeTunnel(attributes)
    default:
      return { unknown: `method ${method}` }
  }
}

/** A kernel before 5.3 knows no other tunnel than IP in IP, and has none of the attributes. */
function decodeTunnel(attributes: Attributes): Forward {
  const type = attributes.get(DESTINATION.tunnelType)?.[0] ?? TUNNEL.ipip
  const port = readU16be(attributes.get(DESTINATION.tunnelPort)) ?? 0
  const checksum = checksumName(readU16(attributes.get(DESTINATION.tunnelFlags)) ?? 0)
  if (type === TUNNEL.ipip) return { tunnel: 'ipip' }
  if (type === TUNNEL.gue) return { tunnel: 'gue', port, checksum }
  return type === TUNNEL.gre ? { tunnel: 'gre', checksum } : { unknown: `tunnel type ${type}` }
}

function checksumName(flags: number): TunnelChecksum {
  if ((flags & CHECKSUM.remcsum) !== 0) return 'remcsum'
  return (flags & CHECKSUM.csum) !== 0 ? 'csum' : 'nocsum'
}
