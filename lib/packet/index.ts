/**
 * VRRP messages: encode, decode, inspect, accept.
 * @module
 */
export {
  type Advertisement,
  type AdvertisementV2,
  type AdvertisementV3,
  type ChecksumForm,
  PRIORITY_OWNER,
  PRIORITY_RESIGN,
  VRRP_GROUP_IPV4,
  VRRP_GROUP_IPV6,
  type WireAuthentication,
} from './advertisement.ts'
export { passwordBytes } from './auth.ts'
export { decode, type EncodeOptions, encode } from './codec.ts'
export { inspect } from './inspect.ts'
export type { Inspection, Problem, ReceiveError } from './inspection.ts'
export { AdvertisementTemplate } from './template.ts'
export { readTrailer, type Trailer } from './trailer.ts'
export { AdvertisementView } from './view.ts'
