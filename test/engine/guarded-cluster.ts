/**
 * Two nodes that authenticate their adverts, and a third host on the same segment, which records every packet and can
 * send whatever it likes under any address.
 */
import { Engine, type EngineEvent, type ReplayRecord } from '../../lib/engine/index.ts'
import { type InstanceSnapshot, specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import type { IpEnvelope } from '../../lib/net/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

type Options = Partial<VrrpInstanceOptions>

/** One packet on the wire. */
export interface Packet {
  readonly message: Uint8Array
  readonly ip: IpEnvelope
}

/** Node 0 has priority 100, node 1 priority 95. */
export class GuardedCluster {
  readonly clock = new SimClock()
  /** All that was sent, the latest last. */
  readonly packets: Packet[] = []
  /** What the nodes told, as `0 active master-timeout` or `1 refused auth-failure`. */
  readonly log: string[] = []
  readonly #network = new MemoryNetwork({ clock: this.clock })
  readonly #hosts = ['A', 'B', 'M'].map(
    (name, i) =>
      new MemoryHost(this.#network, name, [{ name: 'eth0', addresses: [`192.0.2.${10 + i}`, `fe80::${10 + i}`] }]),
  )
  readonly #intruder = new MemoryPorts(this.#host(2)).transport
  readonly #daemons: ({ readonly engine: Engine; readonly ports: MemoryPorts } | undefined)[] = []
  #options: readonly [Options, Options]

  /** Both nodes run, and node 0 is active. */
  constructor(options: Options, second: Options = options) {
    this.#options = [options, second]
    const { family } = this.specification(0)
    const group = family === 4 ? '224.0.0.18' : 'ff02::12'
    const channel = { interface: 'eth0', family, vrid: 51, destination: { type: 'multicast', group } } as const
    this.#intruder.open({ ...channel, authenticationHeader: true }, (message, ip) => {
      this.packets.push({ message: message.slice(), ip })
    })
    this.start(0)
    this.start(1)
    this.pass(5000)
  }

  /** What a node runs. */
  specification(node: 0 | 1) {
    const common = { name: 'V', interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], priority: 100 - 5 * node }
    return specify({ ...common, ...this.#options[node] })
  }

  /** What a node remembers of authenticated adverts. */
  async memory(node: 0 | 1): Promise<readonly ReplayRecord[]> {
    return this.engine(node).replayRecords()
  }

  /** The engine of a node. */
  engine(node: 0 | 1): Engine {
    const engine = this.#daemons[node]?.engine
    if (engine === undefined) throw new Error(`node ${node} does not run`)
    return engine
  }

  /** Starts the daemon of a node. @param memory - of its earlier run */
  start(node: 0 | 1, memory: readonly ReplayRecord[] = []): void {
    const ports = new MemoryPorts(this.#host(node))
    const engine = new Engine({ clock: this.clock, ports })
    engine.subscribe(event => this.#tell(node, event))
    engine.dispatch({ type: 'remember', records: memory })
    this.#daemons[node] = { engine, ports }
    engine.dispatch({ type: 'configure', specification: { instances: [this.specification(node)], syncGroups: [] } })
  }

  /** Ends it without a word; its addresses stay. */
  crash(node: 0 | 1): void {
    const daemon = this.#daemons[node]
    if (daemon === undefined) return
    this.#host(node).end(daemon.ports)
    daemon.engine.close()
    this.#daemons[node] = undefined
  }

  /** Ends it cleanly. */
  stop(node: 0 | 1): void {
    this.#daemons[node]?.engine.dispatch({ type: 'stop' })
    this.#daemons[node] = undefined
  }

  /** A reload of one node with other options. */
  reload(node: 0 | 1, options: Options): void {
    this.#options = node === 0 ? [options, this.#options[1]] : [this.#options[0], options]
    const specification = { instances: [this.specification(node)], syncGroups: [] }
    this.#daemons[node]?.engine.dispatch({ type: 'configure', specification })
  }

  /** Sends packets as they are, under the address of their first sender. */
  replay(packets: readonly Packet[]): void {
    for (const { message, ip } of packets) this.forge(message, ip.source, ip.destination)
    this.pass(0)
  }

  /** Sends bytes under an address. */
  forge(message: Uint8Array, source: string, group: string): void {
    const { family } = this.specification(0)
    const destination = { type: 'multicast', group } as const
    const channel = this.#intruder.open({ interface: 'eth0', family, vrid: 51, destination, source }, () => {})
    channel.send(message, group)
    channel.close()
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.clock.advance(milliseconds(this.clock.now() + ms))
  }

  /** The instance of a node now. */
  snapshot(node: 0 | 1): InstanceSnapshot {
    const [instance] = this.engine(node).snapshot().instances
    if (instance === undefined) throw new Error(`node ${node} has no instance`)
    return instance
  }

  /** The states of both; `-` for one that does not run. */
  states(): string {
    return ([0, 1] as const).map(i => (this.#daemons[i] === undefined ? '-' : this.snapshot(i).state)).join(' ')
  }

  /** The counters of a node that are not 0, without those of what is as it should be. */
  errors(node: 0 | 1): Readonly<Record<string, number>> {
    const { statistics } = this.snapshot(node)
    const expected = /^(discontinuity|master-tr|advertisement|priority-zero)/
    const counted = Object.entries(statistics).filter(([name, value]) => !expected.test(name) && value !== 0)
    return Object.fromEntries(counted) as Record<string, number>
  }

  /** Empties the log. */
  news(): readonly string[] {
    return this.log.splice(0)
  }

  #host(index: number): MemoryHost {
    const host = this.#hosts[index]
    if (host === undefined) throw new RangeError(`there is no host ${index}`)
    return host
  }

  #tell(node: number, event: EngineEvent): void {
    if (event.type === 'transition') this.log.push(`${node} ${event.to} ${event.reason}`)
    if (event.type === 'advertisement-refused') this.log.push(`${node} refused ${event.reason}`)
    if (event.type === 'advertisement-questioned') this.log.push(`${node} questions: ${event.message}`)
  }
}
