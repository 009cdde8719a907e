/**
 * A new configuration for running instances: what stays the same says nothing and keeps its state, what changes does
 * so as gently as the protocol allows. keepalived's reload.
 */
import t from 'tap'
import { Engine, type EngineEvent, type NodeSpecification } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

function inside(more: Partial<VrrpInstanceOptions> = {}) {
  return specify({ name: 'inside', interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'], ...more })
}

function outside(more: Partial<VrrpInstanceOptions> = {}) {
  return specify({ name: 'outside', interface: 'eth1', vrid: 2, addresses: ['198.51.100.1'], ...more })
}

type Instances = NodeSpecification['instances']
const group = (...members: string[]) => ({ name: 'both', members, trackingWeight: false })

/** Two nodes, A with priority 100 and B with 95; A runs `instances` for 5 s and is active. */
function running(instances: Instances = [inside(), outside()], syncGroups: NodeSpecification['syncGroups'] = []) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const interfaces = (last: number) => [
    { name: 'eth0', addresses: [`192.0.2.${last}`] },
    { name: 'eth1', addresses: [`198.51.100.${last}`] },
  ]
  const hosts = [new MemoryHost(network, 'A', interfaces(10)), new MemoryHost(network, 'B', interfaces(11))] as const
  const logs: EngineEvent[][] = [[], []]
  const engines = hosts.map((host, i) => {
    const engine = new Engine({ clock, ports: new MemoryPorts(host) })
    engine.subscribe(event => logs[i]?.push(event))
    return engine
  }) as [Engine, Engine]
  const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))
  const configure = (i: 0 | 1, next: Instances, groups: NodeSpecification['syncGroups'] = []) =>
    engines[i].dispatch({ type: 'configure', specification: { instances: next, syncGroups: groups } })
  configure(0, instances, syncGroups)
  configure(
    1,
    instances.map(instance => ({ ...instance, priority: instance.priority - 5 })),
    syncGroups,
  )
  pass(5000)
  return {
    clock,
    hosts,
    engines,
    configure,
    pass,
    /** What node A did since the last call, as `instance type …`. */
    news: () => {
      const told = (logs[0] ?? []).splice(0)
      return told.filter(({ type }) => type !== 'advertisement-received').map(describe)
    },
    states: (i: 0 | 1 = 0) => engines[i].snapshot().instances.map(({ name, state }) => `${name} ${state}`),
    transitions: () => logs.flat().filter(({ type }) => type === 'transition').length,
    holds: (address: string, device = 'eth0') =>
      new MemoryPorts(hosts[0]).links.get(device)?.addresses.includes(address) ?? false,
  }
}

function describe(event: EngineEvent): string {
  const { instance, type } = event
  if (type === 'advertisement-sent') return `${instance} sends ${event.priority}`
  if (type === 'transition') return `${instance} ${event.to} ${event.reason}`
  if (type === 'announced') return `${instance} announces ${event.address} ${event.cause}`
  if (type === 'addresses') {
    return `${instance} ${event.present ? 'adds' : 'removes'} ${event.addresses.map(({ address }) => address).join()}`
  }
  if (type === 'notice') return `${instance} ${event.notice.type}`
  return `${instance} ${type}`
}

t.test('the same again: nothing, and the next advert comes when it would have come', async t => {
  const { configure, news, pass, engines } = running([inside(), outside()], [group('inside', 'outside')])
  news()
  pass(300)
  const before = JSON.stringify(engines[0].snapshot())
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  t.strictSame(news(), [])
  t.equal(JSON.stringify(engines[0].snapshot()), before)
  const { configure: never, ...untouched } = running([inside(), outside()], [group('inside', 'outside')])
  t.ok(never)
  untouched.news()
  untouched.pass(300)
  pass(20_000)
  untouched.pass(20_000)
  t.strictSame(news(), untouched.news(), 'the time after it is as if it had not been')
})

t.test('a new order of the instances, and other names, are nothing on the wire', async t => {
  const { configure, news, states, engines } = running([inside(), outside()], [group('inside', 'outside')])
  news()
  const [a, b] = [outside({ name: 'wan' }), inside({ name: 'lan' })]
  configure(0, [a, b], [{ ...group('wan', 'lan'), name: 'all' }])
  t.strictSame(news(), [])
  t.strictSame(states(), ['wan active', 'lan active'])
  t.equal(engines[0].snapshot().syncGroups[0]?.state, 'active')
})

t.test('two instances that exchange their names keep their addresses', async t => {
  const { configure, news, holds, engines } = running()
  news()
  configure(0, [inside({ name: 'outside' }), outside({ name: 'inside' })])
  t.strictSame(news(), [])
  configure(0, [inside({ name: 'outside' })])
  t.equal(holds('192.0.2.1'), true)
  t.equal(holds('198.51.100.1', 'eth1'), false)
  await engines[0].stop()
  t.equal(holds('192.0.2.1'), false)
})

t.test('a priority changes without a packet of its own; the next advert has it', async t => {
  const { configure, news, pass, states } = running([inside()])
  news()
  configure(0, [inside({ priority: 120 })])
  t.strictSame(news(), ['inside priority-changed'])
  pass(1000)
  t.strictSame(news(), ['inside sends 120'])
  configure(0, [inside({ priority: 50 })])
  pass(5000)
  t.strictSame(states(), ['inside backup'], 'the peer takes over by the rules of the protocol')
})

t.test('addresses of an active instance: the difference, and the new list at once', async t => {
  const addresses = ['192.0.2.1', '192.0.2.2']
  const { configure, news, pass, holds } = running([inside({ addresses })])
  pass(10_000)
  news()
  configure(0, [inside({ addresses: ['192.0.2.2', '192.0.2.3'] })])
  t.strictSame(news(), [
    'inside sends 100',
    'inside removes 192.0.2.1',
    'inside adds 192.0.2.3',
    ...Array(5).fill('inside announces 192.0.2.3 takeover'),
  ])
  t.strictSame(
    ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(address => holds(address)),
    [false, true, true],
  )
  pass(5500)
  t.strictSame(
    news().filter(line => line.includes('announces')),
    Array(5).fill('inside announces 192.0.2.3 delayed'),
  )
})

t.test('excluded addresses are no reason for an advert', async t => {
  const { configure, news, pass, holds } = running([inside()])
  pass(10_000)
  news()
  configure(0, [inside({ excludedAddresses: ['192.0.2.9'] })])
  t.strictSame(news(), ['inside adds 192.0.2.9', ...Array(5).fill('inside announces 192.0.2.9 takeover')])
  t.equal(holds('192.0.2.9'), true)
})

t.test('a second burst that was begun before goes on, without the address that went', async t => {
  const { configure, news, pass } = running([inside({ addresses: ['192.0.2.1', '192.0.2.2'] })])
  news()
  configure(0, [inside({ addresses: ['192.0.2.1'] })])
  pass(5000)
  t.strictSame(
    news().filter(line => line.includes('announces')),
    Array(5).fill('inside announces 192.0.2.1 delayed'),
  )
})

t.test('refreshes: new timing, all addresses of now', async t => {
  const { configure, news, pass } = running([inside()])
  pass(10_000)
  const announcements = { refresh: milliseconds(2000), repeat: 1, delay: milliseconds(0) }
  configure(0, [inside({ announcements })])
  news()
  pass(4000)
  const refreshed = () => news().filter(line => line.endsWith('refresh'))
  t.strictSame(refreshed(), Array(2).fill('inside announces 192.0.2.1 refresh'))
  configure(0, [inside({ announcements, addresses: ['192.0.2.1', '192.0.2.2'] })])
  pass(2000)
  t.strictSame(refreshed(), ['inside announces 192.0.2.1 refresh', 'inside announces 192.0.2.2 refresh'])
})

t.test('the interval: version 3 says at once, and goes on with it', async t => {
  const { configure, news, pass, states } = running([inside({ version: 3 })])
  news()
  configure(0, [inside({ version: 3, interval: 500 })])
  t.strictSame(news(), ['inside sends 100'])
  pass(1000)
  t.equal(news().filter(line => line === 'inside sends 100').length, 2)
  pass(10_000)
  t.strictSame(states(1), ['inside backup'])
})

t.test('a backup: times follow, nothing is said, and no takeover before its time', async t => {
  const { engines, configure, pass, states, hosts } = running([inside()])
  configure(1, [inside({ priority: 90, downTimerAdverts: 5 })])
  pass(3000)
  t.strictSame(states(1), ['inside backup'])
  engines[0].close()
  hosts[0].plug('eth0', false)
  pass(4800)
  t.strictSame(states(1), ['inside backup'], 'five adverts may be missed now')
  pass(1000)
  t.strictSame(states(1), ['inside active'])
})

t.test('preempt and its delay', async t => {
  const { engines, configure, pass, states } = running([inside()])
  configure(0, [inside({ priority: 90 })])
  pass(5000)
  t.strictSame(states(), ['inside backup'])
  configure(0, [inside({ preempt: false })])
  pass(10_000)
  t.strictSame(states(), ['inside backup'], 'nopreempt')
  configure(0, [inside({ preemptDelay: 20_000 })])
  pass(15_000)
  t.strictSame(states(), ['inside backup'], 'preempt_delay runs')
  configure(0, [inside({ preemptDelay: 0 })])
  pass(5000)
  t.strictSame(states(), ['inside active'])
  t.equal(engines[1].snapshot().instances[0]?.state, 'backup')
})

t.test('it becomes the owner of its addresses: active at once, without a wait', async t => {
  const { configure, states, pass } = running([inside()])
  configure(1, [inside({ priority: 255 })])
  pass(10)
  t.strictSame([...states(0), ...states(1)], ['inside backup', 'inside active'])
})

t.test('trackers: verdicts that are known are kept and count for new instances too', async t => {
  const chk = (weight: number) => ({ kind: 'script', name: 'chk', weight, reverse: false }) as const
  const { engines, configure, news, states } = running([inside({ trackers: [chk(-10)] })])
  engines[0].dispatch({ type: 'tracker', kind: 'script', name: 'chk', verdict: 'failing' })
  news()
  configure(0, [inside({ trackers: [chk(-20)] })])
  t.strictSame(news(), ['inside priority-changed'])
  t.equal(engines[0].snapshot().instances[0]?.effectivePriority, 80)
  configure(0, [inside(), outside({ trackers: [chk(0)] })])
  t.strictSame(states(), ['inside active', 'outside initialize'])
  t.strictSame(engines[0].snapshot().instances[1]?.faults, [{ type: 'tracker', kind: 'script', name: 'chk' }])
  configure(0, [inside(), outside()])
  t.strictSame(states(), ['inside active', 'outside backup'], 'no longer tracked, no longer a fault')
})

t.test('an instance that is held by the wait for a script begins when it no longer tracks it', async t => {
  const trackers = [{ kind: 'script', name: 'chk', weight: 0, reverse: false }] as const
  const { configure, states } = running([inside({ trackers })])
  t.strictSame(states(), ['inside initialize'])
  configure(0, [inside()])
  t.strictSame(states(), ['inside backup'])
})

t.test('another authentication is the same router: it stays active and says so with the new key', async t => {
  const key = (id: number) => ({ id, secret: new Uint8Array(32).fill(id) })
  const rules = { timeWindow: milliseconds(5000), antiReplay: 'time', mode: 'enforce' } as const
  const { configure, news, states, holds } = running([inside()])
  news()
  for (const change of [
    { authentication: { type: 'simple', password: 'secret' } },
    { authentication: { type: 'ah', password: 'secret' } },
    { authentication: { type: 'ah', password: 'other' } },
    { hmac: { ...rules, keys: [key(1), key(2)], activeKey: 1 } },
    { hmac: { ...rules, keys: [key(1), key(2)], activeKey: 2 } },
  ] as const) {
    configure(0, [inside(change)])
    t.strictSame(news(), ['inside sends 100'])
    t.strictSame(states(), ['inside active'])
    t.equal(holds('192.0.2.1'), true)
  }
})

for (const [what, other] of [
  ['vrid', { vrid: 7 }],
  ['version', { version: 3 }],
  ['interface', { interface: 'eth1' }],
] as const) {
  t.test(`another ${what} is another router: the old one resigns, the new one starts`, async t => {
    const { configure, news, states, holds } = running([inside()])
    news()
    configure(0, [inside(other)])
    t.strictSame(news().slice(0, 4), [
      'inside initialize shutdown',
      'inside sends 0',
      'inside removes 192.0.2.1',
      'inside backup startup',
    ])
    t.strictSame(states(), ['inside backup'])
    t.equal(holds('192.0.2.1'), false)
  })
}

t.test('an instance that is no longer there resigns and drops its addresses, the others notice nothing', async t => {
  const { configure, news, states, holds } = running()
  news()
  configure(0, [inside()])
  t.strictSame(news(), ['outside initialize shutdown', 'outside sends 0', 'outside removes 198.51.100.1'])
  t.strictSame(states(), ['inside active'])
  t.equal(holds('198.51.100.1', 'eth1'), false)
})

t.test('unicast peers change without a transition', async t => {
  const { configure, news, pass, states } = running([inside()])
  const peers = ['192.0.2.11']
  news()
  configure(0, [inside({ peers })])
  configure(1, [inside({ priority: 95, peers: ['192.0.2.10'] })])
  t.strictSame(news(), ['inside sends 100'])
  pass(10_000)
  t.strictSame([...states(0), ...states(1)], ['inside active', 'inside backup'])
  t.ok(!news().some(line => /initialize|backup|send-failed/.test(line)))
})

t.test('a sync group around instances that are active together is nothing on the wire', async t => {
  const { configure, news, pass, engines } = running()
  news()
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  configure(0, [inside(), outside()], [])
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  t.strictSame(news(), [])
  engines[1].close()
  pass(5000)
  t.equal(engines[0].snapshot().syncGroups[0]?.state, 'active')
})

t.test('a sync group works as soon as it is there, and no longer when it is gone', async t => {
  const { hosts, configure, pass, states } = running()
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  hosts[0].plug('eth1', false)
  pass(10)
  t.strictSame(states(), ['inside initialize', 'outside initialize'])
  configure(0, [inside(), outside()])
  t.strictSame(states(), ['inside backup', 'outside initialize'], 'without it the fault is of one')
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  t.strictSame(states(), ['inside initialize', 'outside initialize'], 'with it of both')
  configure(0, [inside(), outside()], [{ ...group('inside', 'outside'), name: 'renamed' }])
  t.strictSame(states(), ['inside initialize', 'outside initialize'])
  hosts[0].plug('eth1', true)
  pass(8000)
  t.strictSame(states(), ['inside active', 'outside active'])
})

t.test('an instance that joins an active group joins it as active, and the group does not move', async t => {
  const { configure, news, pass, states, engines } = running([inside()], [group('inside')])
  engines[1].close()
  news()
  configure(0, [inside(), outside()], [group('inside', 'outside')])
  t.strictSame(states(), ['inside active', 'outside backup'])
  pass(5000)
  t.strictSame(states(), ['inside active', 'outside active'])
  t.ok(!news().some(line => /^inside (?!sends|announces)/.test(line)))
})

t.test('a group of one that is active and one that obeys a peer: nobody is active alone', async t => {
  const { configure, pass, states } = running([inside(), outside({ priority: 94 })])
  configure(1, [inside({ priority: 90 }), outside({ priority: 200 })])
  pass(5000)
  t.strictSame(states(), ['inside active', 'outside backup'])
  configure(0, [inside(), outside({ priority: 94 })], [group('inside', 'outside')])
  t.strictSame(states(), ['inside backup', 'outside backup'])
})
