/**
 * Services in netlink messages. IPVS_CMD_ATTR_SERVICE of linux/ip_vs.h.
 */
import type { IpFamily } from '../net/index.ts'
import { decodeGeneric, decodeWholeAttributes, readText, readU16, readU16be, readU32 } from '../netlink/index.ts'
import { addressFrom, familyFrom } from './decode-address.ts'
import { decodeStatistics } from './decode-statistics.ts'
import { FLAG, PROTOCOL, SCHEDULER_FLAGS_SHIFT, SERVICE, TOP } from './numbers.ts'
import { schedulingOf } from './scheduling.ts'
import type { Persistence, ServiceState } from './service.ts'
import type { AddressKey, ServiceKey } from './service-key.ts'

type Attributes = ReadonlyMap<number, Uint8Array>

/** The service in the body of an IPVS_CMD_NEW_SERVICE message; undefined when any of it is missing or cut off. */
export function decodeService(body: Uint8Array): ServiceState | undefined {
  const nest = decodeGeneric(body)?.attributes.get(TOP.service)
  const attributes = nest && decodeWholeAttributes(nest)
  if (attributes === undefined) return undefined
  const family = familyFrom(attributes.get(SERVICE.family))
  const key = family && decodeKey(attributes, family)
  const scheduler = readText(attributes.get(SERVICE.scheduler))
  const flags = readU32(attributes.get(SERVICE.flags))
  const timeout = readU32(attributes.get(SERVICE.timeout))
  const mask = family && decodeMask(attributes.get(SERVICE.netmask), family)
  const statistics = decodeStatistics(attributes.get(SERVICE.statistics64), attributes.get(SERVICE.statistics))
  if (key === undefined || scheduler === undefined || flags === undefined) return undefined
  if (timeout === undefined || mask === undefined || statistics === undefined) return undefined
  const persistence: Persistence | false = (flags & FLAG.persistent) !== 0 && { timeout, mask }
  return {
    ...key,
    ...schedulingOf(scheduler, flags >>> SCHEDULER_FLAGS_SHIFT),
    persistence,
    persistenceEngine: readText(attributes.get(SERVICE.engine)) || false,
    onePacket: (flags & FLAG.onePacket) !== 0,
    statistics,
  }
}

function decodeKey(attributes: Attributes, family: IpFamily): ServiceKey | undefined {
  const fwmark = attributes.get(SERVICE.fwmark)
  if (fwmark !== undefined) {
    const mark = readU32(fwmark)
    return mark === undefined ? undefined : { fwmark: mark, family }
  }
  const protocol = readU16(attributes.get(SERVICE.protocol))
  const address = addressFrom(attributes.get(SERVICE.address), family)
  const port = readU16be(attributes.get(SERVICE.port))
  if (protocol === undefined || address === undefined || port === undefined) return undefined
  return { protocol: protocolName(protocol), address, port }
}

function protocolName(number: number): AddressKey['protocol'] {
  if (number === PROTOCOL.tcp) return 'tcp'
  if (number === PROTOCOL.udp) return 'udp'
  return number === PROTOCOL.sctp ? 'sctp' : `ip-${number}`
}

function decodeMask(value: Uint8Array | undefined, family: IpFamily): string | number | undefined {
  return family === 4 ? addressFrom(value, 4) : readU32(value)
}
