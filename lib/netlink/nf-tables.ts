/**
 * nf_tables over NETLINK_NETFILTER: tables, chains, sets, rules. Requests go between {@link NF_BATCH_BEGIN} and
 * {@link NF_BATCH_END}, and all of them are done or none. nf_tables.h and nfnetlink.h of the kernel's uapi; nft(8).
 */
import type { IpFamily } from '../net/index.ts'
import { type Attribute, encodeAttributes, nestedAttribute, textAttribute, u32beAttribute } from './attribute.ts'
import type { NetlinkRequest } from './client.ts'
import { AF_INET, AF_INET6, NLM_F_APPEND, NLM_F_CREATE } from './constants.ts'
import { encodeExpressions, type NfExpression } from './nf-expression.ts'

/** Netlink family: netfilter. */
export const NETLINK_NETFILTER = 12

const NFNL_SUBSYS_NFTABLES = 10
const MESSAGES = {
  newTable: 0,
  getTable: 1,
  deleteTable: 2,
  newChain: 3,
  newRule: 6,
  newSet: 9,
  getSet: 10,
  newElements: 12,
  deleteElements: 14,
} as const
const NFT_TABLE_F_OWNER = 2
const NFT_SET_MAP = 8

/** Where a base chain is hooked in. */
const HOOKS = { input: 1, output: 3 } as const

/** Data types of nft(8), so that it can print the sets. Two of them joined: the first one times 64 and the second. */
export const NF_TYPES = { ipv4_addr: 7, ipv6_addr: 8, iface_index: 20, 'ipv6_addr . iface_index': 8 * 64 + 20 } as const

/** A type of {@link NF_TYPES}. */
export type NfType = keyof typeof NF_TYPES

/** A table of one family. */
export interface NfTable {
  readonly family: IpFamily
  readonly name: string
}

/** A set, or with `value` a map. */
export interface NfSet {
  readonly name: string
  readonly key: NfType
  readonly value?: NfType
  /** Number within the batch. */
  readonly id: number
}

const LENGTHS: Readonly<Record<NfType, number>> = {
  ipv4_addr: 4,
  ipv6_addr: 16,
  iface_index: 4,
  'ipv6_addr . iface_index': 20,
}

/** Begins a batch. */
export const NF_BATCH_BEGIN: NetlinkRequest = { type: 16, flags: 0, body: Uint8Array.of(0, 0, 0, NFNL_SUBSYS_NFTABLES) }
/** Ends a batch. */
export const NF_BATCH_END: NetlinkRequest = { type: 17, flags: 0, body: Uint8Array.of(0, 0, 0, NFNL_SUBSYS_NFTABLES) }

/** Makes a table. @param owned - it belongs to the socket: nobody else can change it, and it goes when the socket is closed (Linux 5.12) */
export function newTable(table: NfTable, owned: boolean): NetlinkRequest {
  return request('newTable', table, NLM_F_CREATE, [
    textAttribute(1, table.name),
    ...(owned ? [u32beAttribute(2, NFT_TABLE_F_OWNER)] : []),
  ])
}

/** Asks for a table; not between the ends of a batch. */
export function getTable(table: NfTable): NetlinkRequest {
  return request('getTable', table, 0, [textAttribute(1, table.name)])
}

/** Asks for a set of a table; not between the ends of a batch. */
export function getSet(table: NfTable, name: string): NetlinkRequest {
  return request('getSet', table, 0, [textAttribute(1, table.name), textAttribute(2, name)])
}

/** Deletes a table with all that is in it. */
export function deleteTable(table: NfTable): NetlinkRequest {
  return request('deleteTable', table, 0, [textAttribute(1, table.name)])
}

/** Makes a filter chain that sees all packets to or from this machine. @param priority - the lower, the earlier */
export function newChain(table: NfTable, name: string, hook: keyof typeof HOOKS, priority: number): NetlinkRequest {
  return request('newChain', table, NLM_F_CREATE, [
    textAttribute(1, table.name),
    textAttribute(3, name),
    nestedAttribute(4, [u32beAttribute(1, HOOKS[hook]), u32beAttribute(2, priority)], true),
    // Policy: accept.
    u32beAttribute(5, 1),
    textAttribute(7, 'filter'),
  ])
}

/** Makes an empty set or map. */
export function newSet(table: NfTable, { name, key, value, id }: NfSet): NetlinkRequest {
  const isMap = value !== undefined
  return request('newSet', table, NLM_F_CREATE, [
    textAttribute(1, table.name),
    textAttribute(2, name),
    ...(isMap ? [u32beAttribute(3, NFT_SET_MAP)] : []),
    u32beAttribute(4, NF_TYPES[key]),
    u32beAttribute(5, LENGTHS[key]),
    ...(isMap ? [u32beAttribute(6, NF_TYPES[value]), u32beAttribute(7, LENGTHS[value])] : []),
    u32beAttribute(10, id),
  ])
}

/** An element: its key, and in a map its value. */
export interface NfElement {
  readonly key: Uint8Array
  readonly value?: Uint8Array
}

/** Puts elements into a set; those that are there stay. */
export function addElements(table: NfTable, set: string, elements: readonly NfElement[]): NetlinkRequest {
  return request('newElements', table, NLM_F_CREATE, elementAttributes(table, set, elements))
}

/** Takes elements out of a set; refused when one is not there. */
export function deleteElements(table: NfTable, set: string, elements: readonly NfElement[]): NetlinkRequest {
  return request('deleteElements', table, 0, elementAttributes(table, set, elements))
}

/** Appends a rule to a chain. */
export function newRule(table: NfTable, chain: string, expressions: readonly NfExpression[]): NetlinkRequest {
  return request('newRule', table, NLM_F_CREATE | NLM_F_APPEND, [
    textAttribute(1, table.name),
    textAttribute(2, chain),
    { type: 4 | 0x8000, value: encodeExpressions(expressions) },
  ])
}

function elementAttributes({ name }: NfTable, set: string, elements: readonly NfElement[]): readonly Attribute[] {
  const data = (type: number, value: Uint8Array) => nestedAttribute(type, [{ type: 1, value }], true)
  const list = elements.map(({ key, value }) =>
    nestedAttribute(1, [data(1, key), ...(value === undefined ? [] : [data(2, value)])], true),
  )
  return [textAttribute(2, set), textAttribute(1, name), nestedAttribute(3, list, true)]
}

/** struct nfgenmsg: family, version, resource. */
function request(
  message: keyof typeof MESSAGES,
  { family }: NfTable,
  flags: number,
  attributes: readonly Attribute[],
): NetlinkRequest {
  const header = Uint8Array.of(family === 4 ? AF_INET : AF_INET6, 0, 0, 0)
  const type = (NFNL_SUBSYS_NFTABLES << 8) | MESSAGES[message]
  return { type, flags, body: Buffer.concat([header, encodeAttributes(attributes)]) }
}
