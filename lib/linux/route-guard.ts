/**
 * Routes and rules that somebody else deletes: noticed by the kernel's events, put back, and told. rtnetlink(7), RTM_DELROUTE,
 * RTM_DELRULE.
 */
import type { RouteTaken } from '../instance/ports.ts'
import type { Route, RouteSet, Rule } from '../net/index.ts'
import {
  decodeDeletion,
  decodeMessages,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  routeKey,
  ruleKey,
} from '../netlink/index.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'
import type { Reactor, Watch } from './reactor.ts'

/** So often one thing is put back for its owner within {@link RESTORE_PERIOD}: two programs that fight help nobody. */
const RESTORE_LIMIT = 3
const RESTORE_PERIOD = 60_000
const GROUPS = [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE]
/** Datagrams that are read before the rest of the event loop gets its turn: other programs may move whole routing tables. */
const DATAGRAMS_PER_TURN = 64

/** With the key that a deletion has; several may have one. */
type Item = { readonly key: string } & (
  | { readonly kind: 'route'; readonly item: Route }
  | { readonly kind: 'rule'; readonly item: Rule }
)

interface Owner {
  readonly items: readonly Item[]
  readonly taken: RouteTaken
  /** When each was put back lately, by what it is. */
  readonly restorations: Map<string, readonly number[]>
}

/** Watches over what owners hold. It listens only while there is something to watch. */
export class RouteGuard {
  readonly #reactor: Reactor
  readonly #restore: (item: Item) => boolean
  readonly #owners = new Map<string, Owner>()
  readonly #events = new LinuxNetlinkSocket()
  #watch: Watch | undefined
  #closed = false

  /**
   * @param restore - sets it again if it is gone, and tells whether it was
   * @throws SystemError
   */
  constructor(reactor: Reactor, restore: (item: Item) => boolean) {
    this.#reactor = reactor
    this.#restore = restore
  }

  /** Takes what an owner holds now; those with `no_track` are not watched. */
  watch(owner: string, { routes, rules }: RouteSet, taken: RouteTaken | undefined): void {
    const items: readonly Item[] = [
      ...routes.map(item => ({ key: routeKey(item), kind: 'route', item }) as const),
      ...rules.map(item => ({ key: ruleKey(item), kind: 'rule', item }) as const),
    ].filter(({ item }) => item.tracked !== false)
    if (taken === undefined || items.length === 0) this.#owners.delete(owner)
    else this.#owners.set(owner, { items, taken, restorations: this.#owners.get(owner)?.restorations ?? new Map() })
    // In a turn of its own: a takeover has better things to do.
    if (this.#owners.size > 0 !== (this.#watch !== undefined)) this.#reactor.defer(() => this.#adjust())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#watch?.close()
    this.#events.close()
  }

  /** Listens if there is something to watch. @throws SystemError */
  #adjust(): void {
    const wanted = this.#owners.size > 0
    if (this.#closed || wanted === (this.#watch !== undefined)) return
    this.#events.hear(GROUPS, wanted)
    this.#watch?.close()
    this.#watch = wanted ? this.#reactor.watch(this.#events.fd, () => this.#read()) : undefined
    this.#watch?.setRef(false)
  }

  #read(): void {
    const suspects = new Map<Item, Owner>()
    for (let count = 0; count < DATAGRAMS_PER_TURN; count++) {
      const datagram = receive(this.#events)
      if (datagram === undefined) break
      // After a loss all are set again, to find what was deleted.
      const deleted = datagram === 'lost' ? undefined : new Set(decodeMessages(datagram).map(decodeDeletion))
      for (const owner of this.#owners.values()) {
        for (const one of owner.items) if (deleted?.has(one.key) !== false) suspects.set(one, owner)
      }
    }
    for (const [one, owner] of suspects) this.#putBack(one, owner)
  }

  #putBack(one: Item, owner: Owner): void {
    const now = performance.now()
    const what = JSON.stringify(one.item)
    const lately = (owner.restorations.get(what) ?? []).filter(at => now - at < RESTORE_PERIOD)
    if (lately.length >= RESTORE_LIMIT) return owner.taken(describe(one), false)
    if (!this.#restore(one)) return
    owner.restorations.set(what, [...lately, now])
    owner.taken(describe(one), true)
  }
}

function receive(socket: LinuxNetlinkSocket): Uint8Array | 'lost' | undefined {
  try {
    return socket.receive(0)
  } catch {
    // More came than there is room for.
    return 'lost'
  }
}

function describe({ kind, item }: Item): string {
  if (kind === 'rule') return `rule with preference ${item.preference}`
  return `route ${item.destination}/${item.prefixLength} of table ${item.table}`
}
