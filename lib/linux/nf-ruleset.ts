/**
 * What our table of nf_tables consists of: the same effect as keepalived's, for addresses without accept mode and for
 * interfaces with a virtual MAC. RFC 9568 §6.1 (Accept_Mode).
 */
import type { PacketFilterOptions } from '../instance/ports.ts'
import { IPPROTO_ICMPV6, requireIp } from '../net/index.ts'
import {
  type NetlinkRequest,
  NFT_REG_1,
  NFT_REG_2,
  type NfElement,
  type NfExpression,
  type NfTable,
  newChain,
  newRule,
  newSet,
  nfCompare,
  nfCounter,
  nfDuplicate,
  nfLookup,
  nfMeta,
  nfPayload,
  nfVerdict,
} from '../netlink/index.ts'

/** Virtual addresses whose packets are dropped. */
export const VIPS = 'vips'
/** Link-local ones, which are addresses only together with their interface. */
export const LINK_LOCAL_VIPS = 'vips_link_local'
/** Virtual MAC interfaces and those below them. */
export const VIRTUAL_INTERFACES = 'vmac_map'

/** Before the chains that administrators have at priority 0, as keepalived. */
const PRIORITY = -1
const IPPROTO_IGMP = 2
const ROUTER_SOLICITATION = 133
const NEIGHBOR_SOLICITATION = 135
const NEIGHBOR_ADVERTISEMENT = 136
const MLD_REPORT = 143

/** Where addresses and protocol are in the IP header. */
const FIELDS = {
  4: { source: 12, destination: 16, length: 4 },
  6: { source: 8, destination: 24, length: 16 },
} as const
const IPV4_PROTOCOL = 9

/** Chains and the set of addresses, with the rules that drop what is sent to and from them. */
export function addressRules(table: NfTable, options: PacketFilterOptions = {}): readonly NetlinkRequest[] {
  const { priority = PRIORITY } = options
  const { source, destination, length } = FIELDS[table.family]
  const both = (rule: (chain: 'in' | 'out') => readonly NfExpression[]) =>
    (['in', 'out'] as const).map(chain => newRule(table, chain, counted(rule(chain), options)))
  const address = (chain: 'in' | 'out') => nfPayload('network', chain === 'in' ? destination : source, length)
  const drop = nfVerdict('drop')
  const sets = [newSet(table, { name: VIPS, key: table.family === 4 ? 'ipv4_addr' : 'ipv6_addr', id: 1 })]
  const chains = [newChain(table, 'in', 'input', priority), newChain(table, 'out', 'output', priority)]
  const global = both(chain => [address(chain), nfLookup(VIPS), drop])
  if (table.family === 4) return [...chains, ...sets, ...global]
  const pairs = newSet(table, { name: LINK_LOCAL_VIPS, key: 'ipv6_addr . iface_index', id: 2 })
  return [
    ...chains,
    ...sets,
    pairs,
    // Neighbour discovery is for the router itself, whoever its addresses answer.
    ...both(() => [...icmpv6(NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT), nfVerdict('accept')]),
    ...global,
    ...both(chain => [
      address(chain),
      nfMeta(chain === 'in' ? 'iif' : 'oif', NFT_REG_2),
      nfLookup(LINK_LOCAL_VIPS),
      drop,
    ]),
  ]
}

/**
 * What the kernel says by itself from virtual MAC interfaces: membership reports leave by the interface below instead, so
 * that a switch does not look for the virtual MAC behind a router that is backup; router solicitations do not leave.
 * @param duplicate - false where the kernel cannot send copies: then the reports are dropped, too
 */
export function quietRules(
  table: NfTable,
  duplicate: boolean,
  options: PacketFilterOptions = {},
): readonly NetlinkRequest[] {
  const { destination, length } = FIELDS[table.family]
  const fromVirtual = [nfMeta('oif', NFT_REG_2), nfLookup(VIRTUAL_INTERFACES, NFT_REG_2, NFT_REG_2)]
  const instead = duplicate
    ? [nfPayload('network', destination, length, NFT_REG_1), ...fromVirtual, nfDuplicate(NFT_REG_1, NFT_REG_2)]
    : fromVirtual
  const drop = nfVerdict('drop')
  const map = newSet(table, { name: VIRTUAL_INTERFACES, key: 'iface_index', value: 'iface_index', id: 3 })
  const igmp = [nfPayload('network', IPV4_PROTOCOL, 1), nfCompare('equal', Uint8Array.of(IPPROTO_IGMP))]
  const reports = table.family === 4 ? igmp : icmpv6(MLD_REPORT, MLD_REPORT)
  return [
    map,
    newRule(table, 'out', counted([...reports, ...instead, drop], options)),
    ...(table.family === 4
      ? []
      : [
          newRule(
            table,
            'out',
            counted([...icmpv6(ROUTER_SOLICITATION, ROUTER_SOLICITATION), ...fromVirtual, drop], options),
          ),
        ]),
  ]
}

/** A rule that counts what its last step, the verdict, is for. */
function counted(rule: readonly NfExpression[], { counters }: PacketFilterOptions): readonly NfExpression[] {
  return counters === true ? [...rule.slice(0, -1), nfCounter(), ...rule.slice(-1)] : rule
}

/** An address in {@link VIPS}, or with the index of its interface in {@link LINK_LOCAL_VIPS}. */
export function addressElement(address: string, index?: number): NfElement {
  const bytes = requireIp(address, 'address')
  return { key: index === undefined ? bytes : Buffer.concat([bytes, indexBytes(index)]) }
}

/** An interface with the one below it, in {@link VIRTUAL_INTERFACES}. */
export function interfaceElement(index: number, parent: number): NfElement {
  return { key: indexBytes(index), value: indexBytes(parent) }
}

function icmpv6(lowest: number, highest: number): readonly NfExpression[] {
  const type = nfPayload('transport', 0, 1)
  const range =
    lowest === highest
      ? [nfCompare('equal', Uint8Array.of(lowest))]
      : [nfCompare('at-least', Uint8Array.of(lowest)), nfCompare('at-most', Uint8Array.of(highest))]
  return [nfMeta('l4proto'), nfCompare('equal', Uint8Array.of(IPPROTO_ICMPV6)), type, ...range]
}

function indexBytes(index: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(index)
  return bytes
}
