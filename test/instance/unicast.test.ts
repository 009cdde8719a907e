/**
 * Unicast instances: to whom they send, and whom they believe. keepalived's unicast_peer, unicast_ttl, check_unicast_src,
 * unicast_fault_no_peer.
 */
import t from 'tap'
import { specify, VrrpInstance } from '../../lib/instance/index.ts'
import { InstanceShell } from '../../lib/instance/shell.ts'
import { MemoryHost, MemoryPorts } from '../../lib/simulation/index.ts'
import { Pair } from './pair.ts'

const [A, B, C] = ['192.0.2.10', '192.0.2.11', '192.0.2.12']

t.test('peers elect by unicast, and a third router hears nothing', async t => {
  const pair = new Pair()
  const third = new MemoryHost(pair.network, 'C', [{ name: 'eth0', addresses: [C] }])
  const a = pair.instance(pair.a, { peers: [B] })
  const b = pair.instance(pair.b, { peers: [A], priority: 95 })
  const c = pair.instance(third, { priority: 90 })
  for (const instance of [a, b, c]) await instance.start()
  pair.pass(5000)
  const states = [a, b, c].map(instance => instance.snapshot().state)
  t.strictSame(states, ['active', 'backup', 'active'], 'the third is alone with its group')
  t.equal(c.snapshot().statistics['advertisement-rcvd'], 0)
})

t.test('a TTL outside the limits of the peer is refused and counted', async t => {
  const pair = new Pair()
  const a = pair.instance(pair.a, { peers: [B], unicastTtl: 253 })
  const b = pair.instance(pair.b, { peers: [{ address: A, minTtl: 254 }], priority: 95 })
  await a.start()
  await b.start()
  pair.pass(10_000)
  const { state, statistics } = b.snapshot()
  t.equal(state, 'active')
  t.equal(statistics['advertisement-rcvd'], 0)
  t.ok(statistics['ip-ttl-errors'] > 3)
})

t.test('with a check of the source only peers are believed', async t => {
  const pair = new Pair()
  const stranger = new MemoryHost(pair.network, 'C', [{ name: 'eth0', addresses: [C] }])
  const a = pair.instance(pair.a, { peers: [B], checkSource: true })
  const forged = pair.instance(stranger, { peers: [A], priority: 200 })
  await a.start()
  await forged.start()
  pair.pass(10_000)
  t.equal(a.snapshot().state, 'active')
  t.ok(a.snapshot().statistics['source-errors'] > 3)
  const open = pair.instance(pair.b, { peers: [A], checkSource: false })
  await open.start()
  pair.pass(10_000)
  t.equal(open.snapshot().statistics['source-errors'], 0)
})

t.test('the own address among the peers is told of, and nothing is sent there', async t => {
  const pair = new Pair()
  const own: string[] = []
  const a = pair.instance(pair.a, { peers: [A, B] })
  a.on('own-peer', ({ address }) => own.push(address))
  const b = pair.instance(pair.b, { peers: [A, B], priority: 95 })
  await a.start()
  await b.start()
  pair.pass(10_000)
  t.strictSame(own, [A])
  t.strictSame(
    [a, b].map(instance => instance.snapshot().state),
    ['active', 'backup'],
  )
  t.equal(a.snapshot().statistics['advertisement-rcvd'], 0)
})

t.test('no peer is a fault where one is needed, until there is one', async t => {
  const pair = new Pair()
  const base = specify({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], peers: [B] })
  const lonely = { ...base, destination: { type: 'unicast', peers: [A], needsPeer: true } } as const
  const events: string[] = []
  const shell = new InstanceShell(lonely, pair.clock, new MemoryPorts(pair.a), {
    emit: event => {
      if (event.type === 'fault') events.push(event.fault.type)
    },
  })
  shell.start()
  pair.pass(5000)
  t.equal(shell.snapshot().keepalivedState, 'FAULT')
  t.strictSame(events, ['no-peer'])
  shell.reconfigure({ ...lonely, destination: { ...lonely.destination, peers: [A, B] } }, false)
  pair.pass(5000)
  t.equal(shell.snapshot().state, 'active')
})

t.test('options that cannot be are refused by name', async t => {
  const make = (options: object) => () =>
    new VrrpInstance({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], ...options })
  t.throws(make({ peers: [] }), { message: /^peers/ })
  t.throws(make({ peers: ['fe80::1'] }), { message: /^peers\[0\]/ })
  t.throws(make({ peers: [{ address: B, minTtl: 9, maxTtl: 8 }] }), { message: /^peers\[0\]\.maxTtl/ })
  t.throws(make({ peers: [B], unicastTtl: 256 }), { message: /^unicastTtl/ })
  t.throws(make({ unicastTtl: 64 }), { message: /^unicastTtl/ })
  t.throws(make({ checkSource: true }), { message: /^checkSource/ })
})

t.test('a flood of refused adverts is counted in full and told at a bounded rate', async t => {
  const pair = new Pair()
  const a = pair.instance(pair.a, { peers: [B], checkSource: true })
  let told = 0
  let untold = 0
  a.on('advertisement-refused', event => {
    told++
    untold += event.untold ?? 0
  })
  await a.start()
  const stranger = new MemoryHost(pair.network, 'C', [{ name: 'eth0', addresses: [C] }])
  const channel = new MemoryPorts(stranger).transport.open(
    { interface: 'eth0', family: 4, vrid: 51, destination: { type: 'unicast', peers: [A] } },
    () => {},
  )
  const short = Uint8Array.of(0x21, 51, 255)
  for (let second = 0; second < 5; second++) {
    for (let i = 0; i < 1000; i++) channel.send(short, A)
    pair.pass(1000)
  }
  t.equal(a.snapshot().statistics['packet-length-errors'], 5000)
  t.equal(told, 500)
  t.equal(told + untold, 5000 - 900, 'what was not told is told with the next; the last 900 are still to come')
})
