/**
 * A line of virtual_routes and static_routes: the syntax of ip-route(8), with keepalived's words beside it.
 */
import { familyOf, type IpFamily } from '../net/ip.ts'
import type { RouteHop, RouteMetric, RouteType } from '../net/route.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { quoteWord, type Word } from './lexer.ts'
import { OptionWords, type Prefix } from './option-words.ts'
import type { RoutingName } from './routing-names.ts'

/** A route as it was written; what is absent has its default. */
export interface RouteLine {
  readonly type: RouteType
  readonly destination: Prefix
  readonly hops: readonly RouteHop[]
  readonly table?: RoutingName
  readonly protocol?: RoutingName
  readonly scope?: RoutingName
  readonly source?: string
  readonly tos?: number
  readonly metric?: number
  readonly metrics: Readonly<Partial<Record<RouteMetric, number>>>
  readonly locked: readonly RouteMetric[]
  readonly placement?: 'append' | 'add'
  readonly tracked: boolean
  /** `track_group`, of static routes. */
  readonly trackGroup?: string
}

/** The syntax, for the table of keywords. */
export const ROUTE_SYNTAX =
  '[TYPE] [src ADDRESS] [to] PREFIX|default [via ADDRESS] [dev INTERFACE] [table TABLE] [metric N] [nexthop via ADDRESS dev INTERFACE weight N …] …'

const TYPES = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
] as const
const METRICS = [
  'mtu',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'rto_min',
  'initrwnd',
  'quickack',
  'fastopen_no_cookie',
] as const
/** Options with a value that a route is not the same without. */
const UNSUPPORTED = ['realms', 'realm', 'encap', 'vrf', 'features', 'congctl', 'pref', 'expires', 'from', 'as', 'nhid']
const MOST = 0xffffffff

type Draft = { -readonly [K in keyof RouteLine]?: RouteLine[K] }

/** Reads one line; undefined after a report. */
export function parseRouteLine(first: Word, rest: readonly Word[], log: DiagnosticLog): RouteLine | undefined {
  const words = new OptionWords([first, ...rest], 'route', log)
  const family = familyOfLine([first, ...rest])
  const draft: Draft = {}
  const plain: { gateway?: string; interface?: string; onlink?: boolean } = {}
  const hops: RouteHop[] = []
  const metrics: Partial<Record<RouteMetric, number>> = {}
  const locked: RouteMetric[] = []
  const type = words.take(...TYPES) ?? 'unicast'
  for (let word = words.peek(); word !== undefined; word = words.peek()) {
    const metric = words.take(...METRICS)
    if (metric !== undefined) {
      if (words.take('lock') !== undefined) locked.push(metric)
      const value = words.integer(metric, 0, MOST)
      if (value !== undefined) metrics[metric] = value
      continue
    }
    words.next()
    switch (word.text) {
      case 'inet':
      case 'inet6':
        break
      case 'src':
        assign(draft, 'source', words.address('src'))
        break
      case 'to':
        assign(draft, 'destination', words.prefix('to', family))
        break
      case 'via':
      case 'gw':
        words.take('inet', 'inet6')
        assign(plain, 'gateway', words.address(word.text))
        break
      case 'or': {
        // keepalived's own old word: a second way.
        const gateway = words.address('or')
        if (gateway !== undefined) hops.push({ gateway })
        break
      }
      case 'nexthop':
        hops.push(parseHop(words))
        break
      case 'dev':
      case 'oif':
        assign(plain, 'interface', words.text(word.text))
        break
      case 'onlink':
        plain.onlink = true
        break
      case 'table':
        assign(draft, 'table', words.name('table', MOST))
        break
      case 'protocol':
      case 'proto':
        assign(draft, 'protocol', words.name(word.text, 255))
        break
      case 'scope':
        assign(draft, 'scope', words.name('scope', 255))
        break
      case 'tos':
      case 'dsfield':
        assign(draft, 'tos', words.integer(word.text, 0, 255))
        break
      case 'metric':
      case 'priority':
      case 'preference':
        assign(draft, 'metric', words.integer(word.text, 0, MOST))
        break
      case 'add':
      case 'append':
        draft.placement = word.text
        break
      case 'prepend':
        break
      case 'no_track':
        draft.tracked = false
        break
      case 'track_group':
        assign(draft, 'trackGroup', words.text('track_group'))
        break
      default:
        if (UNSUPPORTED.includes(word.text)) words.unsupported(word)
        else if (draft.destination === undefined) assign(draft, 'destination', asPrefix(word, family, log, words))
        else words.fail(word, `unknown option ${quoteWord(word)}`, 'unknown-option')
    }
  }
  const { destination, tracked = true, ...options } = draft
  if (words.failed) return undefined
  if (destination === undefined) return words.fail(first, 'a route needs a destination', 'missing-argument')
  const gatewayFirst = Object.keys(plain).length > 0 && !(hops.length > 0 && plain.gateway === undefined)
  // `via A or B dev IF`: the interface is for both.
  const all = hops.map(hop => (plain.interface === undefined ? hop : { interface: plain.interface, ...hop }))
  return { ...options, type, destination, tracked, metrics, locked, hops: gatewayFirst ? [plain, ...all] : all }
}

function parseHop(words: OptionWords): RouteHop {
  const hop: { -readonly [K in keyof RouteHop]?: RouteHop[K] } = {}
  for (let word = words.peek(); word !== undefined; word = words.peek()) {
    const option = words.take('via', 'dev', 'weight', 'onlink')
    if (option === undefined) break
    if (option === 'onlink') hop.onlink = true
    else if (option === 'dev') assign(hop, 'interface', words.text('dev'))
    else if (option === 'weight') assign(hop, 'weight', words.integer('weight', 1, 256))
    else {
      words.take('inet', 'inet6')
      assign(hop, 'gateway', words.address('via'))
    }
  }
  return hop
}

/** keepalived: IPv4, unless something says IPv6. */
function familyOfLine(words: readonly Word[]): IpFamily {
  const six = words.some(({ text }) => text === 'inet6' || familyOf(text.replace(/\/\d+$/, '')) === 6)
  return six ? 6 : 4
}

/** A destination without `to`. */
function asPrefix(word: Word, family: IpFamily, log: DiagnosticLog, words: OptionWords): Prefix | undefined {
  const prefix = new OptionWords([word], 'route', log).prefix('to', family)
  // The report is made; the line has to stop as well.
  if (prefix === undefined) words.fail(word, `${quoteWord(word)} is not an address with an optional /prefix`)
  return prefix
}

/** Sets a field, unless the value is missing. */
export function assign<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value
}
