/**
 * Expressions of nf_tables: what a rule does, one step after the other. nf_tables.h of the kernel's uapi; nft(8).
 */
import { type Attribute, encodeAttributes, nestedAttribute, textAttribute, u32beAttribute } from './attribute.ts'

/** One step of a rule, encoded. */
export interface NfExpression {
  readonly name: string
  readonly data: readonly Attribute[]
}

/** What becomes of a packet. */
export type NfVerdict = 'drop' | 'accept'

/** Registers of 16 bytes; a value that is longer runs on into the next one. */
export const NFT_REG_VERDICT = 0
/** The first register. */
export const NFT_REG_1 = 1
/** The second register. */
export const NFT_REG_2 = 2

/** Properties of a packet beside its bytes. */
const META_KEYS = {
  /** Index of the interface that it came by. */
  iif: 4,
  /** Index of the interface that it leaves by. */
  oif: 5,
  /** Protocol behind the IP header. */
  l4proto: 16,
  /** Kind of the interface that it leaves by (`macvlan`), padded to 16 bytes. */
  oifkind: 27,
} as const
const HEADERS = { network: 1, transport: 2 } as const
const COMPARISONS = { equal: 0, 'at-most': 3, 'at-least': 5 } as const
const VERDICTS: Readonly<Record<NfVerdict, number>> = { drop: 0, accept: 1 }

const NFTA_DATA_VALUE = 1
const NFTA_DATA_VERDICT = 2
const NFTA_VERDICT_CODE = 1

/** Loads bytes of a header into a register. */
export function nfPayload(
  header: keyof typeof HEADERS,
  offset: number,
  length: number,
  register = NFT_REG_1,
): NfExpression {
  return {
    name: 'payload',
    data: [
      u32beAttribute(1, register),
      u32beAttribute(2, HEADERS[header]),
      u32beAttribute(3, offset),
      u32beAttribute(4, length),
    ],
  }
}

/** Loads a property of the packet into a register. */
export function nfMeta(key: keyof typeof META_KEYS, register = NFT_REG_1): NfExpression {
  return { name: 'meta', data: [u32beAttribute(2, META_KEYS[key]), u32beAttribute(1, register)] }
}

/** Goes on with the rule only if the register compares so with `value`. */
export function nfCompare(comparison: keyof typeof COMPARISONS, value: Uint8Array, register = NFT_REG_1): NfExpression {
  return {
    name: 'cmp',
    data: [
      u32beAttribute(1, register),
      u32beAttribute(2, COMPARISONS[comparison]),
      nestedAttribute(3, [{ type: NFTA_DATA_VALUE, value }], true),
    ],
  }
}

/** Goes on only if the register is in the set; of a map, the value is loaded into `result`. */
export function nfLookup(set: string, register = NFT_REG_1, result?: number): NfExpression {
  return {
    name: 'lookup',
    data: [
      u32beAttribute(2, register),
      ...(result === undefined ? [] : [u32beAttribute(3, result)]),
      textAttribute(1, set),
    ],
  }
}

/** Sends a copy of the packet to the address in one register by the interface in the other. */
export function nfDuplicate(address: number, device: number): NfExpression {
  return { name: 'dup', data: [u32beAttribute(1, address), u32beAttribute(2, device)] }
}

/** Counts the packet. */
export function nfCounter(): NfExpression {
  return { name: 'counter', data: [] }
}

/** Ends the walk of the packet. */
export function nfVerdict(verdict: NfVerdict): NfExpression {
  const code = nestedAttribute(NFTA_DATA_VERDICT, [u32beAttribute(NFTA_VERDICT_CODE, VERDICTS[verdict])], true)
  return { name: 'immediate', data: [u32beAttribute(1, NFT_REG_VERDICT), nestedAttribute(2, [code], true)] }
}

/** NFTA_RULE_EXPRESSIONS. */
export function encodeExpressions(expressions: readonly NfExpression[]): Uint8Array {
  return encodeAttributes(
    expressions.map(({ name, data }) =>
      nestedAttribute(1, [textAttribute(1, name), nestedAttribute(2, data, true)], true),
    ),
  )
}
