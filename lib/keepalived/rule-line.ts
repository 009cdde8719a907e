/**
 * A line of virtual_rules and static_rules: the syntax of ip-rule(8), with keepalived's words beside it.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import { OptionWords, type Prefix } from './option-words.ts'
import { assign } from './route-line.ts'
import type { RoutingName } from './routing-names.ts'

/** A rule as it was written. */
export interface RuleLine {
  readonly family: IpFamily
  readonly action:
    | { readonly type: 'table'; readonly table: RoutingName }
    | { readonly type: 'goto'; readonly preference: number }
    | { readonly type: 'blackhole' | 'unreachable' | 'prohibit' | 'nop' }
  readonly preference?: number
  readonly inverted?: boolean
  readonly from?: Prefix
  readonly to?: Prefix
  readonly iif?: string
  readonly oif?: string
  readonly tos?: number
  readonly mark?: number
  readonly mask?: number
  readonly suppressPrefixLength?: number
  readonly suppressGroup?: number
  readonly l3mdev?: boolean
  readonly uids?: readonly [number, number]
  readonly ipProtocol?: number
  readonly sourcePorts?: readonly [number, number]
  readonly destinationPorts?: readonly [number, number]
  readonly protocol?: RoutingName
  /** False: `no_track`. */
  readonly tracked?: false
  /** `track_group`, of static rules. */
  readonly trackGroup?: string
}

/** The syntax, for the table of keywords. */
export const RULE_SYNTAX =
  '[not] [from PREFIX] [to PREFIX] [fwmark N[/MASK]] [iif INTERFACE] [oif INTERFACE] [table TABLE|goto N|TYPE] [preference N] …'

const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  'ipv6-icmp': 58,
  sctp: 132,
  udplite: 136,
}
const UNSUPPORTED = ['realms', 'realm', 'tunnel-id', 'tun_id']
const MOST = 0xffffffff

type Draft = { -readonly [K in keyof RuleLine]?: RuleLine[K] }

/** Reads one line; undefined after a report. */
export function parseRuleLine(first: Word, rest: readonly Word[], log: DiagnosticLog): RuleLine | undefined {
  const all = [first, ...rest]
  const words = new OptionWords(all, 'rule', log)
  const six = all.some(({ text }) => text === 'inet6' || familyOf(text.replace(/\/\d+$/, '')) === 6)
  const draft: Draft = { family: six ? 6 : 4 }
  for (let word = words.next(); word !== undefined; word = words.next()) readOption(words, word, draft)
  if (words.failed) return undefined
  const { family = 4, action = draft.l3mdev === true ? ({ type: 'table', table: 0 } as const) : undefined } = draft
  if (action === undefined) return words.fail(first, "a rule needs a 'table', a 'goto' or a type", 'missing-argument')
  return { ...draft, family, action }
}

function readOption(words: OptionWords, word: Word, draft: Draft): void {
  const { text } = word
  switch (text) {
    case 'inet':
    case 'inet6':
      return
    case 'no_track':
      draft.tracked = false
      return
    case 'not':
      draft.inverted = true
      return
    case 'track_group':
      return assign(draft, 'trackGroup', words.text(text))
    case 'from':
    case 'to':
      return assign(draft, text, words.prefix(text, draft.family ?? 4))
    case 'table':
    case 'lookup': {
      const table = words.name(text, MOST)
      if (table !== undefined) draft.action = { type: 'table', table }
      return
    }
    case 'goto': {
      const preference = words.integer(text, 1, MOST)
      if (preference !== undefined) draft.action = { type: 'goto', preference }
      return
    }
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'nop':
      draft.action = { type: text }
      return
    case 'iif':
    case 'dev':
      return assign(draft, 'iif', words.text(text))
    case 'oif':
      return assign(draft, 'oif', words.text(text))
    case 'tos':
    case 'dsfield':
      return assign(draft, 'tos', words.integer(text, 0, 255))
    case 'preference':
    case 'priority':
    case 'order':
    case 'pref':
      return assign(draft, 'preference', words.integer(text, 0, MOST))
    case 'fwmark':
      return readMark(words, word, draft)
    case 'suppress_prefixlength':
    case 'sup_pl':
      return assign(draft, 'suppressPrefixLength', words.integer(text, 0, 128))
    case 'suppress_ifgroup':
    case 'sup_group':
      return assign(draft, 'suppressGroup', words.integer(text, 0, MOST))
    case 'l3mdev':
      draft.l3mdev = true
      return
    case 'uidrange':
      return assign(draft, 'uids', words.range(text, MOST))
    case 'ip_proto':
    case 'ipproto': {
      const named = IP_PROTOCOLS[words.peek()?.text.toLowerCase() ?? '']
      if (named !== undefined) words.next()
      return assign(draft, 'ipProtocol', named ?? words.integer(text, 0, 255))
    }
    case 'sport':
      return assign(draft, 'sourcePorts', words.range(text, 65535))
    case 'dport':
      return assign(draft, 'destinationPorts', words.range(text, 65535))
    case 'protocol':
    case 'proto':
      return assign(draft, 'protocol', words.name(text, 255))
    default:
      if (UNSUPPORTED.includes(text)) words.unsupported(word)
      else words.fail(word, `unknown option ${quoteWord(word)}`, 'unknown-option')
  }
}

/** `MARK[/MASK]` */
function readMark(words: OptionWords, word: Word, draft: Draft): void {
  const text = words.text('fwmark')
  if (text === undefined) return
  const match = /^(\d+|0x[0-9a-f]+)(?:\/(\d+|0x[0-9a-f]+))?$/i.exec(text)
  const [mark, mask] = [Number(match?.[1]), match?.[2] === undefined ? undefined : Number(match[2])]
  if (!(mark <= MOST) || (mask !== undefined && mask > MOST)) {
    words.fail(word, `'fwmark' must be N or N/MASK, not '${text}'`)
    return
  }
  draft.mark = mark
  if (mask !== undefined) draft.mask = mask
}
