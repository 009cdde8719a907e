/**
 * Routes and rules: names to numbers, and the defaults of ip-route(8) and ip-rule(8).
 */
import { familyOf } from '../net/ip.ts'
import { ROUTE_PROTOCOL_KEEPALIVED, type Route, type RouteSet, type Rule, type RuleAction } from '../net/route.ts'
import type { Located } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { RouteLine } from './route-line.ts'
import type { RoutingName, RoutingNameKind, RoutingNames } from './routing-names.ts'
import type { RuleLine } from './rule-line.ts'

const TABLE_MAIN = 254
const TABLE_LOCAL = 255
const SCOPE_LINK = 253
const SCOPE_HOST = 254
/** keepalived gives this preference to the first rule without one, and one less to each further one. */
const FIRST_PREFERENCE = 16384

/** What routes are completed with; one for each configuration. */
export class RouteCompletion {
  readonly #names: RoutingNames
  readonly #log: DiagnosticLog
  #preference = FIRST_PREFERENCE

  constructor(names: RoutingNames, log: DiagnosticLog) {
    this.#names = names
    this.#log = log
  }

  /** Routes and rules with numbers and defaults; what was reported is left out. */
  complete(
    routes: readonly Located<RouteLine>[] | undefined,
    rules: readonly Located<RuleLine>[] | undefined,
  ): RouteSet {
    return {
      routes: (routes ?? []).flatMap(line => this.#route(line) ?? []),
      rules: (rules ?? []).flatMap(line => this.#rule(line) ?? []),
    }
  }

  #route({ value: line, position }: Located<RouteLine>): Route | undefined {
    const { type, destination, hops, tracked, metrics, locked, source, tos, metric, placement } = line
    const { family } = destination
    const foreign = [source, ...(family === 6 ? hops.map(hop => hop.gateway) : [])].find(
      address => address !== undefined && familyOf(address) !== family,
    )
    const discards = type === 'blackhole' || type === 'unreachable' || type === 'prohibit' || type === 'throw'
    if (foreign !== undefined) {
      const message = `'${foreign}' is not IPv${family} like the destination: the route is left out`
      this.#log.report('invalid-value', position, message)
      return undefined
    }
    if (!discards && hops.length === 0) {
      const message = "a route needs a gateway ('via') or an interface ('dev'): it is left out"
      this.#log.report('missing-argument', position, message)
      return undefined
    }
    const local = type === 'local' || type === 'broadcast' || type === 'anycast'
    const table = this.#number('table', line.table, local ? TABLE_LOCAL : TABLE_MAIN)
    const protocol = this.#number('protocol', line.protocol, ROUTE_PROTOCOL_KEEPALIVED)
    const scope = this.#number('scope', line.scope, defaultScope(line))
    if (table === undefined || protocol === undefined || scope === undefined) return undefined
    return {
      type,
      family,
      destination: destination.address,
      prefixLength: destination.prefixLength,
      hops: discards ? [] : hops,
      table,
      protocol,
      // IPv6 has no scopes of routes.
      scope: family === 6 ? 0 : scope,
      ...(source !== undefined && { source }),
      ...(tos !== undefined && { tos }),
      ...(metric !== undefined && { metric }),
      ...(Object.keys(metrics).length > 0 && { metrics }),
      ...(locked.length > 0 && { locked }),
      ...(placement !== undefined && { placement }),
      ...(!tracked && { tracked: false }),
    }
  }

  #rule({ value: line, position }: Located<RuleLine>): Rule | undefined {
    const { action, protocol, preference, from, to, trackGroup: _, ...others } = line
    if ([from, to].some(prefix => prefix !== undefined && prefix.family !== line.family)) {
      this.#log.report('invalid-value', position, "'from' and 'to' are of different families: the rule is left out")
      return undefined
    }
    const made = this.#number('protocol', protocol, ROUTE_PROTOCOL_KEEPALIVED)
    const table = action.type === 'table' ? this.#number('table', action.table, TABLE_MAIN) : 0
    if (made === undefined || table === undefined) return undefined
    const resolved: RuleAction = action.type === 'table' ? { type: 'table', table } : action
    const assumed = preference ?? this.#preference--
    if (preference === undefined) {
      const message = `the rule has no preference and gets ${assumed}, which is probably not what you want: add 'preference N'`
      this.#log.report('rule-without-preference', position, message)
    }
    return {
      ...others,
      ...(from !== undefined && { from: { address: from.address, prefixLength: from.prefixLength } }),
      ...(to !== undefined && { to: { address: to.address, prefixLength: to.prefixLength } }),
      action: resolved,
      preference: assumed,
      protocol: made,
    }
  }

  #number(kind: RoutingNameKind, name: RoutingName | undefined, fallback: number): number | undefined {
    return name === undefined ? fallback : this.#names.number(kind, name)
  }
}

/** ip-route(8): host for local routes, link for those without a gateway, else everywhere. */
function defaultScope({ type, hops }: RouteLine): number {
  if (type === 'local') return SCOPE_HOST
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return SCOPE_LINK
  return type === 'unicast' && hops.length === 1 && hops[0]?.gateway === undefined ? SCOPE_LINK : 0
}
