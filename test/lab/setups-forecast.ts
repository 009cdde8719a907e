/**
 * Who must own what after each event, and what the notify scripts must have been told: the rules of RFC 3768 §6.4 and
 * of keepalived's sync groups without their timers, for two nodes. Written apart from the library, as its witness.
 */
import { type Member, NODES, type NodeName } from './setups-article.ts'

type State = 'down' | 'fault' | 'backup' | 'master'

interface Actor extends Member {
  readonly node: NodeName
  state: State
  readonly words: State[]
}

/** Two nodes, what befell them, and what follows. */
export class Forecast {
  readonly running = new Set<NodeName>()
  /** Nodes that died without a farewell: what their kernels hold is not their fault. */
  readonly crashed = new Set<NodeName>()
  /** Interfaces without carrier, as `node interface`. */
  readonly cut = new Set<string>()
  /** Interfaces of ka67 and ka68 that do not hear each other. */
  readonly parted = new Set<string>()
  /** What the trackers of a node add to each of its priorities. */
  readonly weight = new Map<NodeName, number>()
  readonly #actors: readonly Actor[]

  constructor(members: Readonly<Record<NodeName, readonly Member[]>>) {
    this.#actors = NODES.flatMap(node =>
      members[node].map((member): Actor => ({ ...member, node, state: 'down', words: [] })),
    )
  }

  /** Lets everything happen that follows from what befell the nodes. */
  settle(): void {
    for (const actor of this.#actors) this.#obeyConditions(actor)
    // Each round one node yields or takes over; with two nodes few rounds can be needed.
    const yielded = new Set<Actor>()
    for (let round = 0; round < 50; round++) {
      const loser = this.#actors.find(actor => actor.state === 'master' && this.#hearsBetterMaster(actor))
      if (loser !== undefined) {
        for (const mate of this.#mates(loser)) this.#enter(mate, 'backup')
        yielded.add(loser)
        continue
      }
      // The higher priority has the shorter skew time; of two equals, who has just yielded waits longer.
      const [winner] = this.#actors
        .filter(actor => this.#mates(actor).every(mate => this.#wantsMaster(mate)))
        .sort((a, b) => this.#priority(b) - this.#priority(a) || Number(yielded.has(a)) - Number(yielded.has(b)))
      if (winner === undefined) return
      for (const mate of this.#mates(winner)) this.#enter(mate, 'master')
    }
    throw new Error('the forecast does not settle')
  }

  /** The nodes that hold each virtual address. */
  get owners(): Record<string, NodeName[]> {
    return Object.fromEntries(
      this.#actors.map(({ name, address }) => [
        address,
        this.#actors.filter(actor => actor.name === name && actor.state === 'master').map(({ node }) => node),
      ]),
    )
  }

  /** What the script of each instance was told so far, as `node instance`. */
  get words(): Record<string, string> {
    return Object.fromEntries(this.#actors.map(({ node, name, words }) => [`${node} ${name}`, words.join(' ')]))
  }

  #obeyConditions(actor: Actor): void {
    if (!this.running.has(actor.node)) actor.state = 'down'
    else if (this.#mates(actor).some(mate => this.cut.has(`${mate.node} ${mate.interface}`)))
      this.#enter(actor, 'fault')
    else if (actor.state === 'down' || actor.state === 'fault') this.#enter(actor, 'backup')
  }

  #enter(actor: Actor, state: State): void {
    if (actor.state === state) return
    actor.state = state
    actor.words.push(state)
  }

  #mates({ node, group }: Actor): readonly Actor[] {
    return this.#actors.filter(actor => actor.node === node && group.includes(actor.name))
  }

  #priority({ node, priority }: Actor): number {
    return priority + (this.weight.get(node) ?? 0)
  }

  /** The same instance on the other node, if it is master and its adverts come through. */
  #master(actor: Actor): Actor | undefined {
    const other = this.#actors.find(({ node, name }) => node !== actor.node && name === actor.name)
    if (other?.state !== 'master' || this.parted.has(actor.interface)) return undefined
    return this.cut.has(`${actor.node} ${actor.interface}`) ? undefined : other
  }

  #wantsMaster(actor: Actor): boolean {
    const master = this.#master(actor)
    return actor.state === 'backup' && (master === undefined || this.#priority(master) < this.#priority(actor))
  }

  #hearsBetterMaster(actor: Actor): boolean {
    const master = this.#master(actor)
    if (master === undefined) return false
    const better = this.#priority(master) - this.#priority(actor)
    // Of two equals the higher address stays: 172.16.8.11 and 10.16.8.11 are ka68's.
    return better > 0 || (better === 0 && actor.node === 'ka67')
  }
}
