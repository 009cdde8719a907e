/**
 * Two nodes of an article in the lab: their networks, their daemons, the words of their notify scripts, and the check
 * of all that against the forecast.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Host } from './host.ts'
import type { Attachment, Lab } from './lab.ts'
import type { LabRouter, StartRouter } from './router.ts'
import {
  type Article,
  articleText,
  type Member,
  NODES,
  type NodeName,
  readMembers,
  withScripts,
} from './setups-article.ts'
import { Forecast } from './setups-forecast.ts'
import { Nginx } from './setups-nginx.ts'

/** Master_Down_Interval of the lowest priority in the articles, rounded up: RFC 3768 §6.1. Milliseconds. */
const DOWN_INTERVAL = 3700

/**
 * In how many milliseconds everything must be where it belongs: an advert, because of which one node yields, and the
 * down interval of the other. The rest is for a machine that runs forty daemons on few cores.
 */
const SETTLED = 1000 + DOWN_INTERVAL + 3000

/** What no daemon of ours may say in any of the stories. */
const COMPLAINT = /script .*(exited|killed|was ended|could not)|invalid|mismatch|drop|unexpected|uncaught|Error:/i

interface Node {
  readonly host: Host
  readonly members: readonly Member[]
  readonly configuration: string
  readonly launch: StartRouter
  readonly nginx: Nginx | undefined
  router: LabRouter | undefined
}

/** A set-up of the articles, running. */
export class Cluster {
  readonly forecast: Forecast
  readonly interfaces: readonly string[]
  readonly #lab: Lab
  /** Somebody who wants something of nginx. */
  readonly #client: Host | undefined
  readonly #nodes: Readonly<Record<NodeName, Node>>

  constructor(lab: Lab, article: Article, launch: Readonly<Record<NodeName, StartRouter>>) {
    this.#lab = lab
    this.#nodes = {
      ka67: this.#makeNode(article, 'ka67', 10, launch.ka67),
      ka68: this.#makeNode(article, 'ka68', 11, launch.ka68),
    }
    this.forecast = new Forecast({ ka67: this.#nodes.ka67.members, ka68: this.#nodes.ka68.members })
    this.interfaces = [...new Set(this.#nodes.ka67.members.map(member => member.interface))]
    const attachments = attach(this.#nodes.ka67.members, 99)
    this.#client = this.#nodes.ka67.nginx && lab.addRoutedHost('client', attachments)
  }

  /** The node's nginx, where the article has one. */
  nginx(node: NodeName): Nginx | undefined {
    return this.#nodes[node].nginx
  }

  /** Starts a node's daemon, for the first time or again. */
  async start(name: NodeName): Promise<void> {
    const node = this.#nodes[name]
    await node.nginx?.ready()
    node.router = await inTurn(() => node.launch(node.host, node.configuration))
    this.forecast.running.add(name)
    this.forecast.crashed.delete(name)
  }

  /** Kills a node's daemon with SIGKILL. */
  async crash(name: NodeName): Promise<void> {
    await this.#nodes[name].router?.crash()
    this.forecast.running.delete(name)
    this.forecast.crashed.add(name)
  }

  /** Stops a node's daemon with SIGTERM. Returns its exit status. */
  async stop(name: NodeName): Promise<number | null | undefined> {
    const { router } = this.#nodes[name]
    await router?.stop()
    this.forecast.running.delete(name)
    return router?.daemon.exitCode
  }

  /** Pulls cables of a node, or puts them back. */
  setCables(name: NodeName, plugged: boolean, interfaces: readonly string[]): void {
    for (const device of interfaces) {
      this.#lab.setCable(this.#nodes[name].host, plugged, device)
      if (plugged) this.forecast.cut.delete(`${name} ${device}`)
      else this.forecast.cut.add(`${name} ${device}`)
    }
  }

  /** Blocks a node's ports on the bridges, or opens them: nothing goes through, the carrier stays. */
  async setPartition(name: NodeName, parted: boolean, interfaces: readonly string[]): Promise<void> {
    for (const device of interfaces) {
      this.#lab.setForwarding(this.#nodes[name].host, !parted, device)
      if (parted) this.forecast.parted.add(device)
      else this.forecast.parted.delete(device)
    }
    // Of two masters the lower may hear the higher first and yield in silence: the higher never learns that there was
    // another one, and does not announce its addresses again (vrrp_higher_prio_send_advert is off, as in the articles).
    if (!parted) await this.#client?.run('ip', 'neighbour', 'flush', 'all')
  }

  /**
   * Waits for what the forecast says, and asserts it: who owns what, every word of every script so far, and that the
   * owner's nginx answers a client.
   * @param later milliseconds until the event can show
   */
  async expect(t: Test, event: string, later = 0): Promise<void> {
    const before = JSON.stringify(this.forecast.words)
    this.forecast.settle()
    const { owners, words } = this.forecast
    const expected = JSON.stringify({ owners, words })
    const quiet = before === JSON.stringify(words) && this.forecast.parted.size > 0
    const deadline = performance.now() + later + SETTLED
    // Looking at files is cheap and at kernels is not: words first, the addresses when they are there.
    while (JSON.stringify(this.#words()) !== JSON.stringify(words) && performance.now() < deadline) await delay(20)
    let found = await this.#found()
    while (JSON.stringify(found) !== expected && performance.now() < deadline) {
      await delay(50)
      found = await this.#found()
    }
    // That nothing happens shows only when its time is over.
    const end = quiet ? performance.now() + DOWN_INTERVAL : 0
    while (JSON.stringify(found.words) === JSON.stringify(words) && performance.now() < end) {
      await delay(100)
      found = { ...found, words: this.#words() }
    }
    if (quiet) found = await this.#found()
    const wrong = JSON.stringify(found) !== expected
    t.strictSame(found, { owners, words }, event, wrong ? { logs: this.#logs() } : {})
    if (wrong) throw new Error(`${event}: what comes after would be wrong as well`)
    if (this.#client !== undefined) await this.#ask(t, this.#client, event)
  }

  /** Asserts that our daemons had nothing to complain of. */
  expectPeace(t: Test): void {
    const ours = NODES.flatMap(name => this.#nodes[name].host.daemons).filter(({ name }) => name.startsWith('vrrp-cli'))
    const lines = ours.flatMap(daemon => daemon.log.map(({ text }) => text))
    t.strictSame(
      lines.filter(line => COMPLAINT.test(line)),
      [],
      'our daemons do not complain',
    )
  }

  /** Every address that has one owner leads to its nginx: the client's ARP cache has followed. */
  async #ask(t: Test, client: Host, event: string): Promise<void> {
    const owned = Object.entries(this.forecast.owners).filter(([, owners]) => owners.length === 1)
    const answers = await Promise.all(
      owned.map(async ([address]) => {
        const answer = client.run('curl', '-sS', '--max-time', '5', `http://${address}/`)
        return [address, [await answer.then(text => text.trim(), String)]] as const
      }),
    )
    t.strictSame(Object.fromEntries(answers), Object.fromEntries(owned), `${event}: the owners answer`)
  }

  /** Everything the daemons said. */
  #logs(): string[] {
    return NODES.flatMap(name => this.#nodes[name].host.daemons.map(daemon => `${daemon.name}:\n${daemon.text()}`))
  }

  async #found() {
    const held = await Promise.all(NODES.map(name => this.#held(name)))
    const addresses = this.#nodes.ka67.members.map(member => member.address)
    const owners = Object.fromEntries(
      addresses.map(address => [address, NODES.filter((_, node) => held[node]?.has(address))]),
    )
    return { owners, words: this.#words() }
  }

  /** The virtual addresses that a node's kernel has on the interfaces where they belong. */
  async #held(name: NodeName): Promise<ReadonlySet<string>> {
    if (this.forecast.crashed.has(name)) return new Set()
    const { host, members } = this.#nodes[name]
    const held = await Promise.all(this.interfaces.map(async device => [device, await host.addresses(device)] as const))
    const onDevice = new Map(held)
    return new Set(
      members.filter(member => onDevice.get(member.interface)?.includes(member.address)).map(({ address }) => address),
    )
  }

  #words(): Record<string, string> {
    return Object.fromEntries(
      NODES.flatMap(node =>
        this.#nodes[node].members.map(({ name }) => {
          const file = join(this.#nodes[node].host.directory, name, 'words')
          const words = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').join(' ') : ''
          return [`${node} ${name}`, words]
        }),
      ),
    )
  }

  #makeNode(article: Article, name: NodeName, hostNumber: number, launch: StartRouter): Node {
    const text = articleText(article, name)
    const members = readMembers(text)
    const host = this.#lab.addRoutedHost(name, attach(members, hostNumber))
    const scripted = withScripts(text, instance => join(host.directory, instance, 'notify.sh'))
    for (const member of members) {
      mkdirSync(join(host.directory, member.name))
      const script = join(host.directory, member.name, 'notify.sh')
      writeFileSync(script, '#!/bin/sh\necho "$1" >> "$' + '{0%/*}/words"\n')
      chmodSync(script, 0o755)
    }
    const nginx = text.includes('killall') ? new Nginx(host) : undefined
    const configuration = nginx ? scripted.replace('killall -0 nginx', `killall -0 ${nginx.name}`) : scripted
    return { host, members, configuration, launch, nginx, router: undefined }
  }
}

/** The articles' two networks are told by their addresses: each interface has those of one of them. */
function attach(members: readonly Member[], hostNumber: number): Record<string, Attachment> {
  return Object.fromEntries(
    members.map(({ interface: device, address }) => {
      const network = address.slice(0, address.lastIndexOf('.'))
      return [device, { bridge: `br-${device}`, addresses: [`${network}.${hostNumber}/24`] }]
    }),
  )
}

const STARTS = 4
let starting = 0
const queue: (() => void)[] = []

/** Runs at most so many starts at a time: two dozen of them at once would each take longer than their time. */
async function inTurn<T>(body: () => Promise<T>): Promise<T> {
  if (starting >= STARTS) await new Promise<void>(resolve => queue.push(resolve))
  starting++
  try {
    return await body()
  } finally {
    starting--
    queue.shift()?.()
  }
}
