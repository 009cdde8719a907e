/**
 * Services in netlink messages. IPVS_CMD_ATTR_SERVICE of linux/ip_vs.h.
 */
import type { IpFamily } from '../net/index.ts'
import { AttributeReader } from '../netlink/index.ts'
import { addressFrom, familyFrom, GENERIC_HEADER_LENGTH } from './decode-address.ts'
import { decodeStatistics } from './decode-statistics.ts'
import { FLAG, PROTOCOL, SCHEDULER_FLAGS_SHIFT, SERVICE, TOP } from './numbers.ts'
import { schedulingOf } from './scheduling.ts'
import type { Persistence, ServiceState } from './service.ts'
import type { AddressKey, ServiceKey } from './service-key.ts'

const message = new AttributeReader(TOP.service)
const reader = new AttributeReader(SERVICE.statistics64)

/** The service in the body of an IPVS_CMD_NEW_SERVICE message; undefined when any of it is missing or cut off. */
export function decodeService(body: Uint8Array): ServiceState | undefined {
  if (!message.read(body, GENERIC_HEADER_LENGTH) || !reader.readNest(message, TOP.service)) return undefined
  const family = familyFrom(reader, SERVICE.family)
  const key = family && decodeKey(family)
  const scheduler = reader.text(SERVICE.scheduler)
  const flags = reader.u32(SERVICE.flags)
  const timeout = reader.u32(SERVICE.timeout)
  const mask = family === 4 ? addressFrom(reader, SERVICE.netmask, 4) : reader.u32(SERVICE.netmask)
  const persistenceEngine = reader.text(SERVICE.engine) || false
  const statistics = decodeStatistics(reader, SERVICE.statistics64, SERVICE.statistics)
  if (key === undefined || scheduler === undefined || flags === undefined) return undefined
  if (timeout === undefined || mask === undefined || statistics === undefined) return undefined
  const persistence: Persistence | false = (flags & FLAG.persistent) !== 0 && { timeout, mask }
  const onePacket = (flags & FLAG.onePacket) !== 0
  return {
    ...key,
    ...schedulingOf(scheduler, flags >>> SCHEDULER_FLAGS_SHIFT),
    persistence,
    persistenceEngine,
    onePacket,
    statistics,
  }
}

function decodeKey(family: IpFamily): ServiceKey | undefined {
  if (reader.has(SERVICE.fwmark)) {
    const fwmark = reader.u32(SERVICE.fwmark)
    return fwmark === undefined ? undefined : { fwmark, family }
  }
  const protocol = reader.u16(SERVICE.protocol)
  const address = addressFrom(reader, SERVICE.address, family)
  const port = reader.u16be(SERVICE.port)
  if (protocol === undefined || address === undefined || port === undefined) return undefined
  return { protocol: protocolName(protocol), address, port }
}

function protocolName(number: number): AddressKey['protocol'] {
  if (number === PROTOCOL.tcp) return 'tcp'
  if (number === PROTOCOL.udp) return 'udp'
  return number === PROTOCOL.sctp ? 'sctp' : `ip-${number}`
}
