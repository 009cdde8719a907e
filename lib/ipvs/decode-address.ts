/**
 * Families and addresses in the attributes of IPVS.
 */
import { formatIp, type IpFamily } from '../net/index.ts'
import { AF_INET, AF_INET6, readU16 } from '../netlink/index.ts'

/** The family that an attribute names. */
export function familyFrom(value: Uint8Array | undefined): IpFamily | undefined {
  const family = readU16(value)
  return family === AF_INET ? 4 : family === AF_INET6 ? 6 : undefined
}

/** The address that an attribute begins with: the kernel always gives 16 bytes, and those behind an IPv4 address are 0. */
export function addressFrom(value: Uint8Array | undefined, family: IpFamily): string | undefined {
  return value === undefined || value.length < (family === 4 ? 4 : 16) ? undefined : formatIp(value, 0, family)
}
