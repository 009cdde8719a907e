/**
 * The RouteManager port over rtnetlink. Level-triggered as the address manager is.
 */
import type { LinkWatch, RouteManager, RouteTaken } from '../instance/ports.ts'
import { ROUTE_PROTOCOL_KEEPALIVED, type Route, type RouteSet, type Rule } from '../net/index.ts'
import {
  ERRNO,
  encodeRoute,
  encodeRule,
  NetlinkClient,
  type NetlinkRequest,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  type Refusal,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  refusalError,
  systemError,
} from '../netlink/index.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import type { Reactor } from './reactor.ts'
import { RouteGuard } from './route-guard.ts'

type Step = { readonly verb: 'add' | 'delete' } & (
  | { readonly kind: 'route'; readonly item: Route }
  | { readonly kind: 'rule'; readonly item: Rule }
)

const NOTHING: RouteSet = { routes: [], rules: [] }

/** Sets routes and rules in this machine's network namespace. */
export class LinuxRouteManager implements RouteManager {
  readonly #client: NetlinkClient
  readonly #links: LinkWatch
  readonly #held = new Map<string, RouteSet>()
  readonly #guard: RouteGuard

  /**
   * @param links where interfaces are looked up; it is not closed with this
   * @throws SystemError
   */
  constructor(links: LinkWatch, reactor: Reactor) {
    this.#links = links
    this.#guard = new RouteGuard(reactor, one => this.#restore({ verb: 'add', ...one }))
    this.#client = new NetlinkClient(new LinuxNetlinkSocket())
  }

  async apply(owner: string, desired: RouteSet, taken?: RouteTaken): Promise<void> {
    this.#guard.watch(owner, desired, taken)
    const before = this.#held.get(owner) ?? NOTHING
    if (desired.routes.length + desired.rules.length === 0) this.#held.delete(owner)
    else this.#held.set(owner, desired)
    const routes = this.#wanted(({ routes }) => routes)
    const rules = this.#wanted(({ rules }) => rules)
    // Rules point at routes: they come after them and go before them.
    this.#run([
      ...before.rules.filter(item => !rules.has(keyOf(item))).map(item => remove('rule', item)),
      ...before.routes.filter(item => !routes.has(keyOf(item))).map(item => remove('route', item)),
      ...desired.routes.map((item): Step => ({ verb: 'add', kind: 'route', item })),
      ...desired.rules.map((item): Step => ({ verb: 'add', kind: 'rule', item })),
    ])
  }

  async removeLeftOver({ routes, rules }: RouteSet): Promise<void> {
    // Under another protocol it may be the administrator's own.
    const ours = ({ protocol }: Route | Rule) => protocol === ROUTE_PROTOCOL_KEEPALIVED
    this.#run([
      ...rules.filter(ours).map(item => remove('rule', item)),
      ...routes.filter(ours).map(item => remove('route', item)),
    ])
  }

  close(): void {
    this.#guard.close()
    this.#client.close()
  }

  /** Whether it was gone, and is there again. What cannot be set now is set when its interface comes back. */
  #restore(step: Step): boolean {
    try {
      return this.#client.transact([this.#request(step)])[0] === undefined
    } catch {
      return false
    }
  }

  /** What somebody wants, by key. */
  #wanted(list: (set: RouteSet) => readonly (Route | Rule)[]): ReadonlySet<string> {
    return new Set([...this.#held.values()].flatMap(set => list(set).map(keyOf)))
  }

  /** Sends all steps; throws the first refusal that is not the state we wanted anyway, after all were tried. */
  #run(steps: readonly Step[]): void {
    const sent: Step[] = []
    const requests: NetlinkRequest[] = []
    let failure: unknown
    for (const step of steps) {
      try {
        requests.push(this.#request(step))
        sent.push(step)
      } catch (error) {
        // A route goes with its interface.
        if (step.verb === 'add') failure ??= error
      }
    }
    if (requests.length > 0) {
      const results = this.#client.transact(requests)
      sent.forEach((step, i) => {
        const refusal = results[i]
        if (refusal !== undefined && !isDone(step, refusal)) failure ??= refusalError(describe(step), refusal)
      })
    }
    if (failure !== undefined) throw failure
  }

  #request(step: Step): NetlinkRequest {
    if (step.kind === 'rule') {
      const body = encodeRule(step.item)
      return step.verb === 'add'
        ? { type: RTM_NEWRULE, flags: NLM_F_CREATE | NLM_F_EXCL, body }
        : { type: RTM_DELRULE, flags: 0, body }
    }
    const body = encodeRoute(step.item, name => {
      const index = this.#links.get(name)?.index
      if (index === undefined) throw systemError(describe(step), ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
      return index
    })
    if (step.verb === 'delete') return { type: RTM_DELROUTE, flags: 0, body }
    // Without a flag it goes before equal ones (`ip route prepend`), and an identical one is refused.
    const place = { add: NLM_F_EXCL, append: NLM_F_APPEND, prepend: 0 }[step.item.placement ?? 'prepend']
    return { type: RTM_NEWROUTE, flags: NLM_F_CREATE | place, body }
  }
}

function remove<K extends Step['kind']>(kind: K, item: Extract<Step, { kind: K }>['item']): Step {
  return { verb: 'delete', kind, item } as Step
}

/** There already, or gone already (with its interface, or with an address). */
function isDone({ verb }: Step, { errno }: Refusal): boolean {
  if (verb === 'add') return errno === ERRNO.EEXIST
  return errno === ERRNO.ESRCH || errno === ERRNO.ENOENT || errno === ERRNO.ENODEV
}

function describe({ verb, kind, item }: Step): string {
  if (kind === 'rule') return `ip rule ${verb} pref ${item.preference}`
  const { destination, prefixLength, table } = item
  return `ip route ${verb} ${destination}/${prefixLength} table ${table}`
}

function keyOf(item: Route | Rule): string {
  return JSON.stringify(item)
}
