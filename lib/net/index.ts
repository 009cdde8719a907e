/**
 * Values and frames below VRRP.
 * @module
 */
export { readI32, readU16, readU32, writeU16, writeU32 } from './big-endian.ts'
export { foldSum, internetChecksum, sumWords, updateChecksum } from './checksum.ts'
export { fieldOffset } from './field-offset.ts'
export {
  addressLength,
  canonicalIp,
  compareIp,
  familyOf,
  formatIp,
  IPPROTO_AH,
  IPPROTO_VRRP,
  type IpEnvelope,
  type IpFamily,
  type IpPrefix,
  isMulticast,
  parseIp,
  requireIp,
} from './ip.ts'
export { BROADCAST_MAC, formatMac, parseMac, virtualMac } from './mac.ts'
export { pseudoHeaderSum, sumPseudoHeader } from './pseudo-header.ts'
