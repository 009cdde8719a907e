/**
 * A VrrpInstance on the ports of the simulation: what an embedding program sees.
 */
import t from 'tap'
import { Pair } from './pair.ts'

t.test('the higher priority wins, its death is noticed in time, its return preempts', async t => {
  const pair = new Pair()
  const a = pair.instance(pair.a, { priority: 100 })
  const b = pair.instance(pair.b, { priority: 95 })
  await a.start()
  await b.start()
  pair.pass(3610)
  t.strictSame(pair.log, ['A backup startup', 'B backup startup', 'A active master-timeout'])
  t.equal(a.snapshot().state, 'active')
  t.ok(pair.holds(pair.a))
  t.notOk(pair.holds(pair.b))

  pair.pass(2000)
  pair.a.powerOff()
  pair.pass(3000 + 628)
  t.equal(b.snapshot().state, 'backup', 'not before the bound')
  pair.pass(1)
  t.equal(b.snapshot().state, 'active')
  t.equal(pair.log.at(-1), 'B active master-timeout')
  t.ok(pair.holds(pair.b))
  await b.stop()
})

t.test('a clean stop resigns: the peer takes over within its skew time', async t => {
  const pair = new Pair()
  const [a, b] = await pair.elected()
  await a.stop()
  t.notOk(pair.holds(pair.a))
  pair.pass(628)
  t.equal(b.snapshot().state, 'backup')
  pair.pass(1)
  t.equal(b.snapshot().state, 'active')
  t.equal(b.snapshot()['last-event'], 'master-resigned')
  t.equal(b.snapshot().statistics['priority-zero-pkts-rcvd'], 1)
  await a.stop()
  t.throws(() => a.snapshot(), { message: 'not started' })
})

t.test('an owner is active at once and announces each address five times', async t => {
  const pair = new Pair()
  const announced: string[] = []
  const a = pair.instance(pair.a, { priority: 255, addresses: ['192.0.2.1', '192.0.2.2'] })
  a.on('announced', ({ address, cause }) => announced.push(`${address} ${cause}`))
  await a.start()
  t.strictSame(pair.log, ['A active owner-startup'])
  t.strictSame(announced, Array(5).fill(['192.0.2.1 takeover', '192.0.2.2 takeover']).flat())
  pair.pass(5000)
  t.equal(announced.length, 20)
  t.ok(announced.slice(10).every(text => text.endsWith('delayed')))
})

t.test('priority at run time: lowered below the peer, the peer preempts', async t => {
  const pair = new Pair()
  const [a, b] = await pair.elected()
  a.setPriority(90)
  pair.pass(5000)
  t.equal(b.snapshot().state, 'active')
  t.equal(a.snapshot().state, 'backup')
  t.equal(pair.log.at(-1), 'A backup higher-priority')
  for (const wrong of [0, 255, 1.5, Number.NaN]) t.throws(() => a.setPriority(wrong), RangeError)
  t.equal(a.snapshot().priority, 90, 'a wrong priority changes nothing')
})

t.test('a fault resigns and holds; its end begins again', async t => {
  const pair = new Pair()
  const [a, b] = await pair.elected()
  a.fault('database')
  a.fault('disk')
  t.equal(a.snapshot().keepalivedState, 'FAULT')
  t.equal(a.snapshot().faults.length, 2)
  t.notOk(pair.holds(pair.a))
  pair.pass(700)
  t.equal(b.snapshot().state, 'active')
  a.clearFault('database')
  pair.pass(4000)
  t.equal(a.snapshot().state, 'initialize')
  a.clearFault('disk')
  pair.pass(4000)
  t.equal(a.snapshot().state, 'active')
  t.equal(b.snapshot().state, 'backup')
})

t.test('a cable pulled and put back', async t => {
  const pair = new Pair()
  const [a] = await pair.elected()
  pair.a.plug('eth0', false)
  pair.pass(1)
  t.strictSame(a.snapshot().faults, [{ type: 'interface-down', interface: 'eth0' }])
  pair.pass(4000)
  t.ok(pair.holds(pair.b))
  t.notOk(pair.holds(pair.a))
  pair.a.plug('eth0', true)
  pair.pass(4000)
  t.ok(pair.holds(pair.a))
  t.notOk(pair.holds(pair.b))
})

t.test('a wrong password is refused, counted, and never changes a state', async t => {
  const pair = new Pair()
  const a = pair.instance(pair.a, { authentication: { type: 'simple', password: 'right' } })
  const b = pair.instance(pair.b, { priority: 200, authentication: { type: 'simple', password: 'wrong' } })
  const refused: string[] = []
  a.on('advertisement-refused', event => refused.push(JSON.stringify(event)))
  await a.start()
  pair.pass(4000)
  await b.start()
  pair.pass(10_000)
  t.equal(a.snapshot().state, 'active')
  t.ok(a.snapshot().statistics['auth-failures'] > 5)
  t.equal(a.snapshot().statistics['advertisement-rcvd'], 0)
  t.match(refused[0], 'auth-failure')
  t.notMatch(refused.join(), /right|wrong/)
})

t.test('an owner that ignores adverts gives way to nobody and answers nobody, but tells of them', async t => {
  for (const [ownerIgnoresAdverts, priority, expected] of [
    [false, 255, 'backup'],
    [true, 255, 'active'],
    [true, 200, 'backup'],
  ] as const) {
    const pair = new Pair()
    const a = pair.instance(pair.a, { priority, ownerIgnoresAdverts })
    const b = pair.instance(pair.b, { priority: 255 })
    await a.start()
    pair.pass(4000)
    await b.start()
    pair.pass(3500)
    t.equal(a.snapshot().state, expected, 'the greater address wins between owners')
    t.equal(a.snapshot().peers[0]?.priority, 255)
  }
  const pair = new Pair()
  const a = pair.instance(pair.a, { priority: 255, ownerIgnoresAdverts: true })
  await a.start()
  const loser = pair.instance(pair.b, { vrid: 51, priority: 10, downTimerAdverts: 1 })
  pair.network.partition([['A'], ['B']])
  await loser.start()
  pair.pass(3000)
  const sent = a.snapshot().statistics['advertisement-sent']
  pair.network.heal()
  pair.pass(2000)
  t.equal(a.snapshot().statistics['advertisement-sent'] - sent, 2, 'one a second, and no answer')
  t.equal(loser.snapshot().state, 'backup')
})

t.test('another address list is counted and told once, but obeyed', async t => {
  const pair = new Pair()
  const a = pair.instance(pair.a)
  const b = pair.instance(pair.b, { priority: 95, addresses: ['192.0.2.9'] })
  const told: string[] = []
  b.on('advertisement-questioned', ({ message }) => told.push(message))
  await a.start()
  await b.start()
  pair.pass(10_000)
  t.equal(b.snapshot().state, 'backup')
  t.equal(told.length, 1)
  t.ok(b.snapshot().statistics['address-list-errors'] > 3)
})

t.test('a snapshot has the leaves of RFC 8347, numerically', async t => {
  const pair = new Pair()
  const b = pair.instance(pair.b, { priority: 95 })
  await b.start()
  pair.pass(4000)
  const snapshot = b.snapshot()
  t.equal(snapshot['skew-time'], 628_906.25, 'microseconds')
  t.equal(snapshot['master-down-interval'], 362.890625, 'centiseconds')
  t.equal(snapshot['new-master-reason'], 'no-response')
  t.equal(snapshot.primaryAddress, '192.0.2.11')
  t.equal(snapshot.statistics['master-transitions'], 1)
  t.strictSame(JSON.parse(JSON.stringify(snapshot)).statistics, snapshot.statistics, 'plain data')
})

t.test('left-over addresses of a crash are removed at the next start', async t => {
  const pair = new Pair()
  pair.a.addAddress({ address: '192.0.2.1', prefixLength: 32, interface: 'eth0' })
  const a = pair.instance(pair.a)
  const removed: string[] = []
  a.on('left-over-removed', ({ addresses }) => removed.push(...addresses.map(({ address }) => address)))
  await a.start()
  await new Promise(setImmediate)
  t.strictSame(removed, ['192.0.2.1'])
  t.notOk(pair.holds(pair.a))
})
