/**
 * Routing rules in rtnetlink: RTM_NEWRULE, RTM_DELRULE. rtnetlink(7), struct fib_rule_hdr (fib_rules.h).
 */
import { struct, u8, u32 } from 'buffer-layout'
import { type Rule, type RuleAction, requireIp } from '../net/index.ts'
import { type Attribute, encodeAttributes, textAttribute, u32Attribute } from './attribute.ts'
import { AF_INET, AF_INET6 } from './constants.ts'

interface FibRuleHeader {
  readonly family: number
  readonly toLength: number
  readonly fromLength: number
  readonly tos: number
  readonly table: number
  readonly reserved1: number
  readonly reserved2: number
  readonly action: number
  readonly flags: number
}
const HEADER = struct<FibRuleHeader>([
  u8('family'),
  u8('toLength'),
  u8('fromLength'),
  u8('tos'),
  u8('table'),
  u8('reserved1'),
  u8('reserved2'),
  u8('action'),
  u32('flags'),
])

const FRA_DST = 1
const FRA_SRC = 2
const FRA_IIFNAME = 3
const FRA_GOTO = 4
const FRA_PRIORITY = 6
const FRA_FWMARK = 10
const FRA_SUPPRESS_IFGROUP = 13
const FRA_SUPPRESS_PREFIXLEN = 14
const FRA_TABLE = 15
const FRA_FWMASK = 16
const FRA_OIFNAME = 17
const FRA_L3MDEV = 19
const FRA_UID_RANGE = 20
const FRA_PROTOCOL = 21
const FRA_IP_PROTO = 22
const FRA_SPORT_RANGE = 23
const FRA_DPORT_RANGE = 24

const FIB_RULE_INVERT = 2
const ACTIONS: Readonly<Record<RuleAction['type'], number>> = {
  table: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
}

/** The body of a request to add or delete a rule. @throws RangeError naming a field that is no address */
export function encodeRule(rule: Rule): Uint8Array {
  const { family, action, from, to, tos = 0, inverted = false } = rule
  const table = action.type === 'table' ? action.table : 0
  const attributes: Attribute[] = [u32Attribute(FRA_PRIORITY, rule.preference)]
  const add = (type: number, value: number | undefined) => {
    if (value !== undefined) attributes.push(u32Attribute(type, value))
  }
  if (to !== undefined && to.prefixLength > 0) attributes.push({ type: FRA_DST, value: requireIp(to.address, 'to') })
  if (from !== undefined && from.prefixLength > 0) {
    attributes.push({ type: FRA_SRC, value: requireIp(from.address, 'from') })
  }
  if (rule.iif !== undefined) attributes.push(textAttribute(FRA_IIFNAME, rule.iif))
  if (rule.oif !== undefined) attributes.push(textAttribute(FRA_OIFNAME, rule.oif))
  if (action.type === 'goto') add(FRA_GOTO, action.preference)
  if (table > 255) add(FRA_TABLE, table)
  add(FRA_FWMARK, rule.mark)
  add(FRA_FWMASK, rule.mask)
  add(FRA_SUPPRESS_IFGROUP, rule.suppressGroup)
  add(FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefixLength)
  if (rule.l3mdev === true) attributes.push({ type: FRA_L3MDEV, value: Uint8Array.of(1) })
  if (rule.uids !== undefined) attributes.push({ type: FRA_UID_RANGE, value: pair(rule.uids, 4) })
  attributes.push({ type: FRA_PROTOCOL, value: Uint8Array.of(rule.protocol) })
  if (rule.ipProtocol !== undefined) attributes.push({ type: FRA_IP_PROTO, value: Uint8Array.of(rule.ipProtocol) })
  if (rule.sourcePorts !== undefined) attributes.push({ type: FRA_SPORT_RANGE, value: pair(rule.sourcePorts, 2) })
  if (rule.destinationPorts !== undefined) {
    attributes.push({ type: FRA_DPORT_RANGE, value: pair(rule.destinationPorts, 2) })
  }
  const header = Buffer.alloc(HEADER.span)
  const fields: FibRuleHeader = {
    family: family === 4 ? AF_INET : AF_INET6,
    toLength: to?.prefixLength ?? 0,
    fromLength: from?.prefixLength ?? 0,
    tos,
    table: table > 255 ? 0 : table,
    reserved1: 0,
    reserved2: 0,
    action: ACTIONS[action.type],
    flags: inverted ? FIB_RULE_INVERT : 0,
  }
  HEADER.encode(fields, header)
  return Buffer.concat([header, encodeAttributes(attributes)])
}

/** Two numbers of `size` octets each. */
function pair([first, last]: readonly [number, number], size: 2 | 4): Uint8Array {
  const bytes = Buffer.alloc(2 * size)
  bytes.writeUIntLE(first, 0, size)
  bytes.writeUIntLE(last, size, size)
  return bytes
}
