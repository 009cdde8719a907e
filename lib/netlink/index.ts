/**
 * Netlink: messages, attributes, requests, and the interfaces and addresses of rtnetlink.
 * @module
 */
export { decodeAcknowledgement, type Refusal } from './acknowledgement.ts'
export {
  ADDRESS_SCOPES,
  type AddressMessage,
  decodeAddress,
  encodeAddress,
  encodeAddressDump,
  requireFamily,
} from './address.ts'
export {
  type Attribute,
  decodeAttributes,
  decodeWholeAttributes,
  encodeAttributes,
  nestedAttribute,
  readText,
  readU16,
  readU32,
  textAttribute,
  u32Attribute,
  u32beAttribute,
} from './attribute.ts'
export { AttributeReader } from './attribute-reader.ts'
export { AttributeWriter } from './attribute-writer.ts'
export {
  type NetlinkAnswer,
  type NetlinkBody,
  NetlinkClient,
  type NetlinkClientOptions,
  type NetlinkRequest,
  refusalError,
} from './client.ts'
export * from './constants.ts'
export {
  decodeFamily,
  decodeGeneric,
  encodeFamilyRequest,
  encodeGenericHeader,
  GENL_ID_CTRL,
  type GenericMessage,
} from './generic.ts'
export { GenericFamily } from './generic-family.ts'
export { decodeLink, encodeLinkDump, type LinkMessage } from './link.ts'
export {
  encodeGroupDeletion,
  encodeIpvlan,
  encodeLinkChange,
  encodeLinkDeletion,
  encodeMacvlan,
  type Ipv4Setting,
  type IpvlanRequest,
  type LinkChange,
  type MacvlanRequest,
} from './link-request.ts'
export { align, decodeMessages, encodeMessages, type NetlinkMessage } from './message.ts'
export type { NetlinkSocket } from './netlink-socket.ts'
export * from './nf-expression.ts'
export * from './nf-tables.ts'
export {
  CN_IDX_PROC,
  decodeProcessEvent,
  encodeProcessSubscription,
  NETLINK_CONNECTOR,
  type ProcessEventMessage,
} from './process-event.ts'
export { encodeRoute, type InterfaceIndex } from './route.ts'
export { decodeDeletion, routeKey, ruleKey } from './routing-deletion.ts'
export { encodeRule } from './rule.ts'
export { check, describeErrno, ERRNO, systemError } from './system-error.ts'
