/**
 * A node that can be started, stopped and killed: a host with an engine on it.
 */
import { Engine, type EngineEvent } from '../engine/index.ts'
import type { TrackerSpecification } from '../instance/specification.ts'
import { MemoryHost } from './memory-host.ts'
import type { InterfaceOptions } from './memory-interface.ts'
import type { MemoryNetwork } from './memory-network.ts'
import { MemoryPorts } from './memory-ports.ts'
import type { SimulationNode } from './node.ts'

/** One node of a running simulation. */
export class SimulatedNode {
  readonly name: string
  readonly specification: SimulationNode['specification']
  readonly host: MemoryHost
  readonly #tell: (event: EngineEvent) => void
  /** Scripts, processes and files that fail, whether anybody runs to see it or not. */
  readonly #failing = new Set<string>()
  readonly #trackers: readonly TrackerSpecification[]
  #daemon: { readonly engine: Engine; readonly ports: MemoryPorts } | undefined

  /** @param tell Hears every event of the engine. */
  constructor(
    node: SimulationNode,
    network: MemoryNetwork,
    interfaces: readonly InterfaceOptions[],
    tell: (event: EngineEvent) => void,
  ) {
    this.name = node.name
    this.specification = node.specification
    this.#tell = tell
    this.host = new MemoryHost(network, node.name, interfaces)
    const trackers = node.specification.instances.flatMap(instance => instance.trackers)
    this.#trackers = trackers.filter(
      (tracker, index) =>
        index === trackers.findIndex(({ kind, name }) => kind === tracker.kind && name === tracker.name),
    )
    this.host.watch(name => this.#reportInterface(name))
  }

  /** The engine, while the daemon runs. */
  get engine(): Engine | undefined {
    return this.#daemon?.engine
  }

  /** Switches the host on, if need be, and starts the daemon with its first verdicts at hand. */
  start(): void {
    if (this.#daemon !== undefined) return
    this.host.powerOn()
    const ports = new MemoryPorts(this.host)
    const engine = new Engine({ clock: this.host.network.clock, ports })
    this.#daemon = { engine, ports }
    engine.subscribe(this.#tell)
    engine.dispatch({ type: 'configure', specification: this.specification })
    for (const tracker of this.#trackers) this.#report(tracker)
  }

  /** Stops the daemon cleanly: it resigns and takes its addresses away. */
  stop(): void {
    if (this.#daemon === undefined) return
    const { engine, ports } = this.#daemon
    engine.dispatch({ type: 'stop' })
    this.#daemon = undefined
    this.host.end(ports)
  }

  /** The daemon is gone, without a word; the kernel keeps the addresses. */
  crash(): void {
    if (this.#daemon === undefined) return
    const { engine, ports } = this.#daemon
    this.#daemon = undefined
    this.host.end(ports)
    engine.close()
  }

  /** Power off: everything is gone. */
  kill(): void {
    this.crash()
    this.host.powerOff()
  }

  /** A script, process or file begins to fail, or to be well. */
  setScript(name: string, verdict: 'ok' | 'failing'): void {
    if (verdict === 'failing') this.#failing.add(name)
    else this.#failing.delete(name)
    for (const tracker of this.#trackers) {
      if (tracker.kind !== 'interface' && tracker.name === name) this.#report(tracker)
    }
  }

  #reportInterface(name: string): void {
    for (const tracker of this.#trackers) {
      if (tracker.kind === 'interface' && tracker.name === name) this.#report(tracker)
    }
  }

  #report({ kind, name }: TrackerSpecification): void {
    const ok = kind === 'interface' ? this.host.interfaces.get(name)?.plugged === true : !this.#failing.has(name)
    // A file that is well has the number 0: its weight counts once it fails.
    const number = kind === 'file' ? { value: ok ? 0 : 1 } : {}
    this.engine?.dispatch({ type: 'tracker', kind, name, verdict: ok ? 'ok' : 'failing', ...number })
  }
}
