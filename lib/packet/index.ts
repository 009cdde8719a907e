/**
 * VRRP messages: encode, decode, inspect, accept.
 * @module
 */
export { accept, Receiver } from './accept.ts'
export type { Acceptance, AcceptedAdvertisement } from './acceptance.ts'
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
export { AhAssociation, type AhCarrier } from './ah.ts'
export { AhSealer } from './ah-sealer.ts'
export { passwordBytes } from './auth.ts'
export { decode, type EncodeOptions, encode } from './codec.ts'
export { type HmacConfiguration, HmacKey, type HmacKeyMaterial, requireHmac } from './hmac.ts'
export { type HmacError, HmacReceiver } from './hmac-receiver.ts'
export { HmacSealer } from './hmac-sealer.ts'
export { HmacSender } from './hmac-sender.ts'
export { inspect } from './inspect.ts'
export type { Inspection, Problem, ReceiveError } from './inspection.ts'
export { RECEIVE_ERRORS, type ReceiveErrorNames } from './receive-errors.ts'
export { addressOfPeer, type ReceiverConfiguration, type UnicastPeer } from './receiver-configuration.ts'
export type { HeardNumber, ReplayMemory } from './replay-memory.ts'
export type { Sealer } from './sealer.ts'
export { AdvertisementTemplate } from './template.ts'
export { readTrailer, type Trailer } from './trailer.ts'
export { AdvertisementView } from './view.ts'
