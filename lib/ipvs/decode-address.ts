/**
 * Families and addresses in the attributes of IPVS.
 */
import { formatIp, type IpFamily } from '../net/index.ts'
import { AF_INET, AF_INET6, type AttributeReader } from '../netlink/index.ts'

/** The body of a message has a header of this length before its attributes: struct genlmsghdr. */
export const GENERIC_HEADER_LENGTH = 4

/** The family that an attribute names. */
export function familyFrom(reader: AttributeReader, type: number): IpFamily | undefined {
  const family = reader.u16(type)
  return family === AF_INET ? 4 : family === AF_INET6 ? 6 : undefined
}

/** The address that an attribute begins with: the kernel always gives 16 bytes, and those behind an IPv4 address are 0. */
export function addressFrom(reader: AttributeReader, type: number, family: IpFamily): string | undefined {
  const at = reader.offset(type, family === 4 ? 4 : 16)
  return at === undefined ? undefined : formatIp(reader.source, at, family)
}
