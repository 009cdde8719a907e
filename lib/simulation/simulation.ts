/**
 * A cluster on a virtual clock: real engines on a simulated network, played through a scenario.
 */
import type { EngineEvent } from '../engine/index.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { addressPlan } from './address-plan.ts'
import { defaultScenario, settleTime } from './default-scenario.ts'
import { Ledger } from './ledger.ts'
import { MemoryNetwork, type NetworkConditions } from './memory-network.ts'
import type { NetworkEvent } from './network-event.ts'
import { interfacesOf, type SimulationNode } from './node.ts'
import type { SimulationReport } from './report.ts'
import { type AdvertisementCount, reportOf } from './report-of.ts'
import { checkSteps, sortSteps, startsDown } from './scenario-check.ts'
import type { ScenarioAction, ScenarioStep } from './scenario-step.ts'
import { SimClock } from './sim-clock.ts'
import { SimulatedNode } from './simulated-node.ts'
import { type Takeover, TakeoverMeter } from './takeover.ts'
import { Timeline } from './timeline.ts'

/** What to simulate. */
export interface SimulationOptions extends Partial<NetworkConditions> {
  /** At least one; names are unique. */
  readonly nodes: readonly SimulationNode[]
  /** Default: start, kill the master, bring it back. In any order. */
  readonly steps?: readonly ScenarioStep[]
  /** How long; default: until things have settled after the last step. */
  readonly duration?: Milliseconds
  /** Seed of all chance, an integer; default 1. */
  readonly seed?: number
  /** A line of the timeline for every advertisement; default false: steady ones are counted. */
  readonly everyAdvertisement?: boolean
}

/**
 * Runs real engines against each other without a kernel. Everything is synchronous and repeatable: the same options
 * give the same report.
 *
 * @example
 * const report = new Simulation({
 *   nodes: [{ name: 'A', specification: a }, { name: 'B', specification: b }],
 *   steps: [{ at: milliseconds(10_000), action: { type: 'kill', node: 'A' } }],
 * }).run()
 * report.addresses[0].holders // ['B']
 */
export class Simulation {
  readonly clock = new SimClock()
  readonly network: MemoryNetwork
  readonly nodes: ReadonlyMap<string, SimulatedNode>
  /** In order of time. */
  readonly steps: readonly ScenarioStep[]
  readonly duration: Milliseconds
  readonly seed: number
  readonly #described: readonly SimulationNode[]
  readonly #conditions: NetworkConditions
  readonly #ledger = new Ledger()
  readonly #timeline: Timeline
  readonly #meter: TakeoverMeter
  readonly #takeovers: Takeover[] = []
  readonly #counts = new Map<string, AdvertisementCount>()
  readonly #performed: ScenarioStep[] = []
  #next = 0
  #started = false

  /** @throws RangeError naming the option. @throws VrrpError `ERR_SCENARIO` when a step cannot be done. */
  constructor(options: SimulationOptions) {
    const { nodes } = options
    if (nodes.length === 0) throw new RangeError('nodes: at least one is needed')
    const scenario = options.steps === undefined ? defaultScenario(nodes) : undefined
    this.steps = sortSteps(options.steps ?? scenario?.steps ?? [])
    checkSteps(
      this.steps,
      nodes.map(({ name }) => name),
    )
    const last = this.steps.at(-1)?.at ?? 0
    this.duration = options.duration ?? scenario?.duration ?? milliseconds(last + 2 * settleTime(nodes))
    if (!(this.duration >= 0 && Number.isFinite(this.duration))) {
      throw new RangeError(`duration: ${this.duration} is not a duration`)
    }
    this.seed = options.seed ?? 1
    this.network = new MemoryNetwork({ ...options, clock: this.clock, seed: this.seed })
    this.#conditions = this.network.conditions
    this.#described = nodes
    this.#meter = new TakeoverMeter(nodes)
    this.#timeline = new Timeline({
      everyAdvertisement: options.everyAdvertisement ?? false,
      nodeOf: address => this.network.find(address)?.host,
    })
    const plan = addressPlan(nodes)
    this.nodes = new Map(
      nodes.map(node => {
        const interfaces = interfacesOf(node.specification).map(name => ({
          name,
          addresses: plan.get(node.name)?.get(name) ?? [],
        }))
        this.#counts.set(node.name, { sent: 0, received: 0, refused: 0 })
        const hear = (event: EngineEvent): void => this.#hear(node.name, event)
        return [node.name, new SimulatedNode(node, this.network, interfaces, hear)]
      }),
    )
    this.network.subscribe(event => this.#book(event))
    for (const { specification } of nodes) {
      for (const { addresses, excludedAddresses } of specification.instances) {
        for (const held of [...addresses, ...excludedAddresses]) {
          this.#ledger.open(held.address, held.interface, this.clock.now())
        }
      }
    }
  }

  /** Plays the scenario to its end and reports. */
  run(): SimulationReport {
    this.advance(this.duration)
    return this.report()
  }

  /** Goes on to an instant, through all steps of the scenario up to it. The first time, the nodes start. */
  advance(to: Milliseconds): void {
    if (!this.#started) this.#start()
    for (;;) {
      const step = this.steps[this.#next]
      if (step === undefined || step.at > to) break
      this.#next++
      this.clock.advance(step.at)
      this.perform(step.action)
    }
    this.clock.advance(to)
  }

  /** Does something to the cluster now. @throws RangeError when there is no such node, interface or instance. */
  perform(action: ScenarioAction): void {
    const at = this.clock.now()
    this.#performed.push({ at, action })
    this.#timeline.step(at, action)
    switch (action.type) {
      case 'kill':
      case 'crash':
      case 'stop':
        this.#node(action.node)[action.type]()
        break
      case 'start':
      case 'restart': {
        const node = this.#node(action.node)
        node.stop()
        this.#boot(node)
        break
      }
      case 'cut':
      case 'join':
        this.#node(action.node).host.plug(action.interface, action.type === 'join')
        break
      case 'partition':
        this.network.partition(action.sides)
        break
      case 'heal':
        this.network.heal()
        break
      case 'script':
        this.#node(action.node).setScript(action.name, action.verdict)
        break
      case 'priority': {
        const { node, instance, priority } = action
        this.#node(node).engine?.dispatch({ type: 'priority', instance, priority })
        break
      }
      case 'loss':
      case 'delay':
      case 'jitter':
        this.network.setConditions(action)
        break
    }
  }

  /** Who holds an address now. */
  holders(address: string, interfaceName: string): readonly string[] {
    return this.#ledger.holders(address, interfaceName)
  }

  /** What is known so far. */
  report(): SimulationReport {
    return reportOf({
      seed: this.seed,
      now: this.clock.now(),
      conditions: this.#conditions,
      steps: this.#performed,
      described: this.#described,
      nodes: this.nodes,
      network: this.network,
      timeline: this.#timeline.entries,
      takeovers: this.#takeovers,
      histories: this.#ledger.histories(this.clock.now()),
      counts: this.#counts,
    })
  }

  #start(): void {
    this.#started = true
    this.#timeline.step(this.clock.now(), 'start')
    for (const node of this.nodes.values()) {
      if (startsDown(this.steps, node.name)) node.host.powerOff()
      else this.#boot(node)
    }
  }

  #boot(node: SimulatedNode): void {
    for (const instance of node.specification.instances) this.#timeline.begin(node.name, instance)
    node.start()
  }

  #node(name: string): SimulatedNode {
    const node = this.nodes.get(name)
    if (node === undefined) throw new RangeError(`node: there is no '${name}'`)
    return node
  }

  #hear(node: string, event: EngineEvent): void {
    const count = this.#counts.get(node)
    if (count !== undefined) {
      if (event.type === 'advertisement-sent') count.sent++
      else if (event.type === 'advertisement-received') count.received++
      else if (event.type === 'advertisement-refused') count.refused++
    }
    const takeover = this.#meter.observe(node, event)
    if (takeover !== undefined) this.#takeovers.push(takeover)
    this.#timeline.event(node, event, takeover)
  }

  #book(event: NetworkEvent): void {
    if (event.type !== 'address') return
    this.#ledger.book(event)
    this.#timeline.move(event)
  }
}
