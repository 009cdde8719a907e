/**
 * Many instances in one engine: sync groups, reconfiguration that touches only what changed, unknown routers counted.
 */
import t from 'tap'
import { Engine, type EngineEvent, type NodeSpecification } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const interfaces = (last: number) => [
  { name: 'eth0', addresses: [`192.0.2.${last}`] },
  { name: 'eth1', addresses: [`198.51.100.${last}`] },
]

function inside(priority: number, more: Partial<VrrpInstanceOptions> = {}) {
  return specify({ name: 'inside', interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'], priority, ...more })
}

function outside(priority: number) {
  return specify({ name: 'outside', interface: 'eth1', vrid: 2, addresses: ['198.51.100.1'], priority })
}

function both(priority: number): NodeSpecification {
  const group = { name: 'both', members: ['inside', 'outside'], trackingWeight: false }
  return { instances: [inside(priority), outside(priority)], syncGroups: [group] }
}

function cluster() {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const hosts = [new MemoryHost(network, 'A', interfaces(10)), new MemoryHost(network, 'B', interfaces(11))] as const
  const events: (EngineEvent & { node: string })[] = []
  const engines = hosts.map((host, i) => {
    const engine = new Engine({ clock, ports: new MemoryPorts(host) })
    engine.subscribe(event => events.push({ ...event, node: 'AB'[i] ?? '' }))
    return engine
  }) as [Engine, Engine]
  const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))
  const states = () =>
    engines.map(engine =>
      engine
        .snapshot()
        .instances.map(({ state }) => state)
        .join(),
    )
  return { hosts, engines, events, pass, states }
}

t.test('a sync group fails over as one, though only one of its interfaces is cut', async t => {
  const { hosts, engines, pass, states } = cluster()
  engines[0].dispatch({ type: 'configure', specification: both(100) })
  engines[1].dispatch({ type: 'configure', specification: both(95) })
  pass(5000)
  t.strictSame(states(), ['active,active', 'backup,backup'])
  t.equal(engines[0].snapshot().syncGroups[0]?.state, 'active')
  hosts[0].plug('eth1', false)
  pass(5000)
  t.strictSame(states(), ['initialize,initialize', 'active,active'])
  const faults = engines[0].snapshot().instances.map(instance => instance.faults.map(({ type }) => type).join())
  t.strictSame(faults, ['sync-group', 'interface-down'])
  hosts[0].plug('eth1', true)
  pass(8000)
  t.strictSame(states(), ['active,active', 'backup,backup'])
})

t.test('without a group each goes its own way', async t => {
  const { hosts, engines, pass, states } = cluster()
  for (const [i, engine] of engines.entries()) {
    engine.dispatch({ type: 'configure', specification: { ...both(100 - 5 * i), syncGroups: [] } })
  }
  pass(5000)
  hosts[0].plug('eth1', false)
  pass(5000)
  t.strictSame(states(), ['active,initialize', 'backup,active'])
})

t.test('a new configuration touches only what changed', async t => {
  const { engines, events, pass, states } = cluster()
  engines[0].dispatch({ type: 'configure', specification: { instances: [inside(100), outside(100)], syncGroups: [] } })
  pass(5000)
  events.length = 0
  engines[0].dispatch({ type: 'configure', specification: { instances: [inside(100), outside(100)], syncGroups: [] } })
  t.strictSame(events, [], 'the same again: not one event')
  engines[0].dispatch({ type: 'configure', specification: { instances: [inside(100), outside(120)], syncGroups: [] } })
  t.strictSame([...new Set(events.map(({ instance }) => instance))], ['outside'])
  pass(5000)
  t.strictSame(states()[0], 'active,active')
  engines[0].dispatch({ type: 'configure', specification: { instances: [outside(120)], syncGroups: [] } })
  t.equal(states()[0], 'active')
})

t.test('a tracker moves priorities, or faults with weight 0', async t => {
  const { engines, pass, states } = cluster()
  const tracker = { kind: 'script', name: 'chk_nginx', reverse: false } as const
  const weighted = { instances: [inside(100, { trackers: [{ ...tracker, weight: -10 }] })], syncGroups: [] }
  engines[0].dispatch({ type: 'configure', specification: weighted })
  engines[1].dispatch({ type: 'configure', specification: { instances: [inside(95)], syncGroups: [] } })
  pass(5000)
  engines[0].dispatch({ type: 'tracker', kind: 'script', name: 'chk_nginx', verdict: 'failing' })
  t.equal(engines[0].snapshot().instances[0]?.effectivePriority, 90)
  pass(5000)
  t.strictSame(states(), ['backup', 'active'])
  engines[0].dispatch({ type: 'tracker', kind: 'script', name: 'chk_nginx', verdict: 'ok' })
  pass(5000)
  t.strictSame(states(), ['active', 'backup'])
})

t.test('adverts of unknown virtual routers are counted for the node', async t => {
  const { engines, pass } = cluster()
  engines[0].dispatch({ type: 'configure', specification: { instances: [inside(100)], syncGroups: [] } })
  engines[1].dispatch({ type: 'configure', specification: { instances: [inside(95, { vrid: 9 })], syncGroups: [] } })
  pass(10_000)
  t.ok(engines[0].snapshot().statistics['vrid-errors'] > 3)
})

t.test('a command for an instance that is not there says so', async t => {
  const { engines } = cluster()
  t.throws(() => engines[0].dispatch({ type: 'priority', instance: 'nobody', priority: 5 }), { message: /'nobody'/ })
})

t.test('stop takes everything away; close leaves it, as a crash does', async t => {
  const { hosts, engines, pass } = cluster()
  const holds = (i: 0 | 1) => new MemoryPorts(hosts[i]).links.get('eth0')?.addresses.includes('192.0.2.1')
  engines[0].dispatch({ type: 'configure', specification: both(100) })
  pass(5000)
  await engines[0].stop()
  t.equal(holds(0), false)
  engines[1].dispatch({ type: 'configure', specification: both(100) })
  pass(5000)
  engines[1].close()
  t.equal(holds(1), true)
})
