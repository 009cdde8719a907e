/**
 * Two routers on a simulated segment, the first of them observed as `vrrp-cli run` observes its own.
 */
import { Engine, type NodeSpecification } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { NodeHistory, StatusReporter } from '../../lib/status/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

type Options = Partial<VrrpInstanceOptions>

/** Host A, observed, and host B. */
export class ObservedPair {
  readonly clock = new SimClock()
  readonly network = new MemoryNetwork({ clock: this.clock })
  readonly history = new NodeHistory(this.clock)
  readonly hostA = new MemoryHost(this.network, 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  readonly hostB = new MemoryHost(this.network, 'B', [{ name: 'eth0', addresses: ['192.0.2.11'] }])
  readonly a: Engine
  readonly b: Engine
  readonly reporter: StatusReporter

  constructor(a: Options = {}, b: Options = {}, groups: NodeSpecification['syncGroups'] = []) {
    this.a = this.#engine(this.hostA)
    this.b = this.#engine(this.hostB)
    this.a.subscribe(event => this.history.hear(event))
    this.reporter = new StatusReporter({
      clock: this.clock,
      history: this.history,
      snapshot: () => this.a.snapshot(),
      program: { name: 'test', version: '1.2.3', pid: 1, started: '2026-01-01T00:00:00.000Z' },
      configuration: () => ({
        file: 'keepalived.conf',
        diagnostics: [{ severity: 'warning', code: 'x', file: 'keepalived.conf', line: 3, column: 1, message: 'odd' }],
      }),
    })
    this.configure(this.a, a, groups)
    this.configure(this.b, b)
  }

  /** Configures an engine with one instance, VI_1. */
  configure(engine: Engine, options: Options, syncGroups: NodeSpecification['syncGroups'] = []): void {
    const specification = specify({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], ...options, name: 'VI_1' })
    engine.dispatch({ type: 'configure', specification: { instances: [specification], syncGroups } })
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.clock.advance(milliseconds(this.clock.now() + ms))
  }

  /** Plugs the cable of A in or out, and lets its host notice. */
  plug(plugged: boolean): void {
    this.hostA.plug('eth0', plugged)
    this.pass(1)
  }

  /** Warnings of A now, as `type peer`. */
  warnings(): readonly string[] {
    return this.reporter.status().warnings.map(({ type, peer }) => (peer === undefined ? type : `${type} ${peer}`))
  }

  #engine(host: MemoryHost): Engine {
    return new Engine({ clock: this.clock, ports: new MemoryPorts(host) })
  }
}
