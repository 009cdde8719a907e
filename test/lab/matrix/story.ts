/**
 * What every cell lives through: election, kill -9, return, clean stop of each. Watched on the wire, in the kernels, in
 * the logs and by a client; what is not as RFC 9568 §6.4 has it is a problem of the cell.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Capture } from '../capture.ts'
import { downInterval, skewTime } from '../configuration.ts'
import type { Frame } from '../frame.ts'
import type { Host } from '../host.ts'
import type { Lab } from '../lab.ts'
import type { LabRouter } from '../router.ts'
import type { Cell } from './cell.ts'
import { Client, serveName } from './client.ts'
import { nodeAddress, unicastAddress, virtualAddresses, virtualMac } from './setting.ts'
import { holdsAddress, startNode } from './start-node.ts'

/** What happened, in milliseconds. */
export interface Chapter {
  readonly name: 'election' | 'kill' | 'return' | 'stop'
  /** First advert of the successor, less the time at which it was due. */
  readonly excess?: number
  /** How long the client was not answered. Absent where nobody answers. */
  readonly ping?: number
  readonly tcp?: number
}

/** Adverts and announcements. What the client sends goes by. */
const SEEN = 'ip proto 112 or ip proto 51 or ip6 proto 112 or arp or (icmp6 and ip6[40] == 136)'

/** Milliseconds between the attempts of the client. */
const PROBE_STEP = 20

/**
 * How late a takeover may be while six cells share the processors: all daemons that wait at the same moment were seen late
 * by as much. `bench/failover` measures on a quiet machine.
 */
const LATE = 400
/** The kernel stamps an advert after its sender read the clock. */
const EARLY = 0.2
/** FRR cuts the skew to centiseconds. */
const FRR_EARLY = 10

/** How long after the advert of a higher priority a daemon may go on, for the same reason. */
const CROSSING = 100

/** The life of one cell in a lab. */
export class Story {
  readonly problems: string[] = []
  readonly chapters: Chapter[] = []
  readonly routers: LabRouter[] = []
  readonly wire: Capture
  readonly #cell: Cell
  readonly #interval: number
  readonly #hosts: readonly Host[]
  readonly #client: Client
  readonly #close: () => Promise<void>
  readonly #running: (LabRouter | undefined)[] = []

  private constructor(
    cell: Cell,
    interval: number,
    parts: { wire: Capture; hosts: readonly Host[]; client: Client; close: () => Promise<void> },
  ) {
    this.#cell = cell
    this.#interval = interval
    this.wire = parts.wire
    this.#hosts = parts.hosts
    this.#client = parts.client
    this.#close = parts.close
  }

  /** Builds the network. @param interval - seconds between adverts */
  static async open(lab: Lab, cell: Cell, interval: number): Promise<Story> {
    const { family } = cell.setting
    const prefix = family === 4 ? 24 : 64
    const own = (node: number) => [...new Set([nodeAddress(family, node), unicastAddress(family, node)])]
    const hosts = cell.daemons.map((kind, node) =>
      lab.addHost(`${kind}${node + 1}`, ...own(node).map(address => `${address}/${prefix}`)),
    )
    for (const [node, host] of hosts.entries()) {
      // It leaves its addresses on an interface that is down: another one must not answer for them.
      if (cell.daemons[node] === 'frr') await host.run('sysctl', '-qw', 'net.ipv4.conf.all.arp_ignore=1')
    }
    const wire = await Capture.start(lab.addHost('observer'), SEEN)
    const servers = hosts.map(serveName)
    const desk = lab.addHost('client', `${unicastAddress(family, 9)}/${prefix}`)
    const client = await Client.start(desk, virtualAddresses(family).at(-1) ?? '', PROBE_STEP)
    const close = async () => {
      for (const server of servers) server.close()
      await client.stop()
    }
    return new Story(cell, interval, { wire, hosts, client, close })
  }

  /** Ends the client and the servers; the lab ends the rest. */
  close(): Promise<void> {
    return this.#close()
  }

  /** Everybody starts: the highest priority becomes master, and nobody else speaks. */
  async elect(): Promise<void> {
    const from = Date.now()
    const { position } = this.wire
    for (const [node, kind] of this.#cell.daemons.entries()) {
      await this.#start(node)
      // It says Backup long before its time begins to run: on a busy machine the next one would be faster.
      if (kind === 'frr' && node === 0) await this.wire.until(this.#advertOf(0), { from: position, what: 'FRR' })
    }
    const first = await this.wire.until(this.#advertOf(0), { from: position, what: 'the first advert of the highest' })
    await this.#expectHolder(0)
    await this.wire.until(this.#advertOf(0), { from: this.wire.frames.indexOf(first) + 1 })
    const speakers = [...this.#hosts.keys()].slice(1).filter(node => this.wire.last(this.#advertOf(node)) !== undefined)
    for (const node of speakers) this.problems.push(`election: ${this.#name(node)} speaks beside a higher priority`)
    await this.#tell('election', 0, from)
  }

  /** The master dies, and its kernel keeps the address: the next one takes over when its time is over. */
  async kill(): Promise<void> {
    const from = Date.now()
    await this.#running[0]?.crash()
    const last = this.wire.last(this.#advertOf(0))
    if (last === undefined) throw new Error('kill: the master never spoke')
    const excess = await this.#expectTakeover('kill', 1, last, downInterval(this.#timing(1)))
    await this.#tell('kill', 1, from, excess)
  }

  /** It comes back: what it left behind is removed, it preempts, and the other one yields. */
  async comeBack(): Promise<void> {
    const from = Date.now()
    const { position } = this.wire
    await this.#start(0)
    const first = await this.wire.until(this.#advertOf(0), { from: position, what: 'the preemption' })
    await this.#expectHolder(0)
    let after = first
    for (let i = 0; i < 2; i++) {
      after = await this.wire.until(this.#advertOf(0), { from: this.wire.frames.indexOf(after) + 1 })
    }
    const settled = this.wire.frames.slice(this.wire.frames.findIndex(frame => frame.time > first.time + CROSSING))
    if (settled.some(this.#advertOf(1))) {
      this.problems.push(`return: ${this.#name(1)} goes on beside the higher priority`)
    }
    await this.#tell('return', 0, from)
  }

  /** One after the other stops cleanly, and the next one takes over when its skew time is over. */
  async stopAll(): Promise<void> {
    for (const [node, host] of this.#hosts.entries()) {
      const from = Date.now()
      const { position } = this.wire
      const router = this.#running[node]
      await router?.stop()
      if (router?.daemon.exitCode !== 0) this.problems.push(`stop: ${host.name} exits with ${router?.daemon.exitCode}`)
      const options = { from: position, within: 1000, what: `priority 0 of ${host.name}` }
      const farewell = await this.wire.until(this.#farewellOf(node), options)
      if (node + 1 === this.#hosts.length) {
        await this.#expectHolder(undefined)
      } else {
        const excess = await this.#expectTakeover('stop', node + 1, farewell, skewTime(this.#timing(node + 1)))
        await this.#tell('stop', node + 1, from, excess)
      }
    }
  }

  async #start(node: number): Promise<void> {
    const host = this.#hosts[node]
    if (host === undefined) return
    const router = await startNode(this.#cell, node, host, this.#interval)
    this.#running[node] = router
    this.routers.push(router)
  }

  /** After `before`, a node advertises in time and announces the address, and is its only holder that lives. */
  async #expectTakeover(chapter: Chapter['name'], node: number, before: Frame, wait: number): Promise<number> {
    const [address] = virtualAddresses(this.#cell.setting.family)
    const from = this.wire.frames.indexOf(before) + 1
    const what = `the first advert of ${this.#name(node)}`
    const first = await this.wire.until(this.#advertOf(node), { from, within: wait + 3000, what })
    const excess = first.time - before.time - wait
    const kind = this.#cell.daemons[node]
    const isFrr = kind === 'frr'
    const early = EARLY + (isFrr ? FRR_EARLY : 0)
    // FRR's first advert over IPv6 is lost: it is sent before the interface is up.
    const late = LATE + (isFrr && this.#cell.setting.family === 6 ? 1000 * this.#interval : 0)
    if (excess < -early || excess > late) {
      this.problems.push(`${chapter}: ${this.#name(node)} takes over ${excess.toFixed(2)} ms after its time`)
    }
    const macs = [first.sourceMac, virtualMac(this.#cell.setting.family)]
    const announces = (frame: Frame) =>
      frame.kind === 'announcement' && frame.address === address && macs.includes(frame.sourceMac)
    await this.wire.until(announces, { from, within: 1000, what: `${this.#name(node)} announcing ${address}` })
    await this.#expectHolder(node, chapter === 'kill' ? 0 : undefined)
    return excess
  }

  /** One node has the address; `dead` may have it still, for nobody was left to remove it there. */
  async #expectHolder(node: number | undefined, dead?: number): Promise<void> {
    const [address] = virtualAddresses(this.#cell.setting.family)
    const expected = [...this.#hosts.keys()].filter(each => each === node || each === dead)
    const deadline = performance.now() + 2000
    for (;;) {
      const held = await Promise.all(this.#hosts.map(host => holdsAddress(host, address)))
      const holders = [...this.#hosts.keys()].filter(each => held[each] || each === dead)
      if (holders.join() === expected.join()) return
      if (performance.now() > deadline) {
        const names = (nodes: readonly number[]) => nodes.map(each => this.#name(each)).join(' and ') || 'nobody'
        this.problems.push(`${address} is held by ${names(holders)}, not by ${names(expected)}`)
        return
      }
      await delay(10)
    }
  }

  /** Ends a chapter: the client reaches the node, or nobody where only an owner answers. */
  async #tell(name: Chapter['name'], node: number, from: number, excess?: number): Promise<void> {
    const { setting } = this.#cell
    if (setting.silent && setting.priorities[node] !== 255) {
      // What a dead owner's kernel answered before the client heard of the new one does not count.
      const since = Date.now() + 50
      await delay(250)
      const { answered } = await this.#client.report(since)
      if (answered > 0) this.problems.push(`${name}: ${answered} answers of an address that nobody owns`)
      this.chapters.push({ name, ...(excess !== undefined && { excess }) })
      return
    }
    const report = await this.#client.untilAnswered(this.#name(node), from)
    if (report.name !== this.#name(node) && !(name === 'kill' && setting.contested)) {
      this.problems.push(`${name}: ${report.name || 'nobody'} answers the client, not ${this.#name(node)}`)
    }
    // Failed attempts of the last moments are known to have failed now.
    await delay(250)
    const { ping, tcp } = await this.#client.report(from)
    this.chapters.push({ name, ping, tcp, ...(excess !== undefined && { excess }) })
  }

  #timing(node: number) {
    const { version, priorities } = this.#cell.setting
    return { version, priority: priorities[node] ?? 0, advertInt: this.#interval }
  }

  #name(node: number): string {
    return this.#hosts[node]?.name ?? ''
  }

  /** The nodes have each a priority of their own; not each has an address of its own that it advertises from. */
  #advertOf(node: number): (frame: Frame) => boolean {
    const own = this.#cell.setting.priorities[node]
    return ({ kind, priority }) => kind === 'advert' && priority === own
  }

  /** Priority 0, from where the node advertised. */
  #farewellOf(node: number): (frame: Frame) => boolean {
    const sources = new Set(this.wire.frames.filter(this.#advertOf(node)).map(({ address }) => address))
    return ({ kind, priority, address }) => kind === 'advert' && priority === 0 && sources.has(address)
  }
}
