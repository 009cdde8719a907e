/**
 * Values and frames below VRRP.
 * @module
 */
export {
  canonicalIp,
  compareIp,
  familyOf,
  formatIp,
  IPPROTO_AH,
  IPPROTO_VRRP,
  type IpEnvelope,
  type IpFamily,
  type IpPrefix,
  parseIp,
  requireIp,
} from './ip.ts'
export { BROADCAST_MAC, formatMac, parseMac, virtualMac } from './mac.ts'
