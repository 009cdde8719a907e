/**
 * Authenticated virtual routers over the simulated network: elections, forgery, replays before and after restarts, change of
 * keys and the way to them without a gap. RFC 2338 §5.3.6 (AH), draft-cassen-vrrp-auth-hmac.
 */
import { inspect } from 'node:util'
import t from 'tap'
import type { HmacOption, VrrpInstanceOptions } from '../../lib/instance/index.ts'
import {
  AdvertisementTemplate,
  AhAssociation,
  HmacKey,
  HmacSender,
  passwordBytes,
  VRRP_GROUP_IPV4,
} from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { GuardedCluster } from './guarded-cluster.ts'

const key = (id: number) => new HmacKey(id, new Uint8Array(32).fill(0x40 + id))
const signed = (option: Partial<HmacOption> = {}) => ({ hmac: { keys: [key(1)], ...option } })
const AH = { authentication: { type: 'ah', password: 'renwole0' } } as const
const PLAIN = {}

const KINDS: Readonly<Record<string, readonly [Partial<VrrpInstanceOptions>, Partial<VrrpInstanceOptions>?]>> = {
  'AH, multicast': [AH],
  'AH, unicast': [
    { ...AH, peers: ['192.0.2.11', '192.0.2.12'] },
    { ...AH, peers: ['192.0.2.12', '192.0.2.10'] },
  ],
  'HMAC, version 2': [signed()],
  'HMAC, version 3 every 10 ms': [{ ...signed(), version: 3, interval: 10 }],
  'HMAC, version 3, checksum over the message': [{ ...signed(), version: 3, checksumForm: 'message' }],
  'HMAC, IPv6': [{ ...signed(), addresses: ['fe80::1'] }],
  'HMAC, unicast': [
    { ...signed(), version: 3, peers: ['192.0.2.11', '192.0.2.12'] },
    { ...signed(), version: 3, peers: ['192.0.2.12', '192.0.2.10'] },
  ],
  'HMAC, IPv6 unicast to two': [
    { ...signed(), addresses: ['fe80::1'], peers: ['fe80::12', 'fe80::11'] },
    { ...signed(), addresses: ['fe80::1'], peers: ['fe80::12', 'fe80::10'] },
  ],
  'HMAC, monotonic': [signed({ antiReplay: 'monotonic' })],
}

for (const [name, options] of Object.entries(KINDS)) {
  t.test(`${name}: election, crash, return, clean stop, without one refused advert`, async t => {
    const cluster = new GuardedCluster(...options)
    t.equal(cluster.states(), 'active backup')
    cluster.crash(0)
    cluster.pass(4000)
    t.equal(cluster.states(), '- active')
    cluster.start(0)
    cluster.pass(5000)
    t.equal(cluster.states(), 'active backup', 'the restarted one is believed')
    cluster.stop(0)
    cluster.pass(1000)
    t.equal(cluster.states(), '- active', 'a resignation is believed')
    cluster.start(0)
    cluster.crash(1)
    cluster.start(1)
    cluster.pass(5000)
    t.equal(cluster.states(), 'active backup', 'both restarted')
    t.strictSame([cluster.errors(0), cluster.errors(1)], [{}, {}])
    t.strictSame(
      cluster.log.filter(line => /refused|questions/.test(line)),
      [],
    )
  })
}

t.test('a higher priority without the key is refused and counted, and nobody gives way', async t => {
  const advertisement = { version: 2, family: 4, vrid: 51, priority: 254, addresses: ['192.0.2.1'] } as const
  const ip = { source: '192.0.2.12', destination: VRRP_GROUP_IPV4 }
  const encode = (authentication: 'none' | 'simple' | 'ah') => {
    const data = passwordBytes('renwole0')
    const wire = authentication === 'simple' ? { type: authentication, data } : { type: authentication }
    return new AdvertisementTemplate({ ...advertisement, interval: milliseconds(1000), authentication: wire }, ip).bytes
  }
  const rules = { timeWindow: milliseconds(5000), antiReplay: 'time', mode: 'enforce', activeKey: 1 } as const
  const sign = (cluster: GuardedCluster, id: number, secret: Uint8Array) =>
    new HmacSender({ ...rules, keys: [{ id, secret }], activeKey: id }).sign(
      encode('none'),
      ip.source,
      cluster.clock.wallTime(),
    )
  const forgeries = [
    [AH, 'auth-type-mismatch', () => encode('none')],
    [AH, 'auth-type-mismatch', () => encode('simple')],
    [AH, 'auth-failures', () => new AhAssociation('renwole1').seal(encode('ah'), { ...ip, identification: 1 })],
    [signed(), 'hmac-missing-errors', () => encode('none')],
    [signed(), 'hmac-invalid-errors', (c: GuardedCluster) => sign(c, 1, new Uint8Array(32).fill(1))],
    [signed(), 'hmac-unknown-key-errors', (c: GuardedCluster) => sign(c, 2, key(2).secret)],
    [signed(), 'hmac-malformed-errors', () => new Uint8Array([...encode('none'), ...new Uint8Array(28)])],
  ] as const
  for (const [options, counter, forge] of forgeries) {
    const cluster = new GuardedCluster(options)
    cluster.news()
    for (let i = 0; i < 10; i++) {
      cluster.forge(forge(cluster), ip.source, ip.destination)
      cluster.pass(500)
    }
    t.equal(cluster.states(), 'active backup', counter)
    t.strictSame([cluster.errors(0), cluster.errors(1)], [{ [counter]: 10 }, { [counter]: 10 }])
    t.equal(cluster.news().filter(line => !line.includes('refused')).length, 0)
  }
})

t.test('a replay is refused: of the dead active router, and after its restart', async t => {
  for (const [options, old, counter] of [
    [AH, 0, 'replayed-pkts-rcvd'],
    [signed(), 0, 'replayed-pkts-rcvd'],
    [signed(), 6000, 'hmac-stale-errors'],
    [signed({ antiReplay: 'monotonic' }), 6000, 'replayed-pkts-rcvd'],
  ] as const) {
    const cluster = new GuardedCluster(options)
    const recorded = cluster.packets.splice(0)
    t.ok(recorded.length > 1)
    cluster.crash(0)
    cluster.pass(Math.max(4000, old))
    t.equal(cluster.states(), '- active')
    cluster.news()
    const before = recorded.slice(old === 0 ? -1 : 0)
    cluster.replay(before)
    t.strictSame(cluster.errors(1), { [counter]: before.length })
    t.equal(cluster.states(), '- active', 'an advert of a dead router does not bring it back')
    cluster.start(0)
    cluster.pass(5000)
    t.equal(cluster.states(), 'active backup')
    cluster.news()
    cluster.replay(before)
    const refused = cluster.news().filter(line => line.startsWith('1 refused'))
    t.equal(refused.length, before.length, 'its restart does not make them new')
    t.equal(cluster.states(), 'active backup')
  }
})

t.test('what a router sent itself is a replay when it comes back, in any state and after a restart', async t => {
  for (const options of [AH, signed(), signed({ antiReplay: 'monotonic' }), { ...signed(), addresses: ['fe80::1'] }]) {
    const cluster = new GuardedCluster(options)
    const own = cluster.packets.splice(0)
    cluster.replay(own)
    t.strictSame(cluster.errors(0), { 'replayed-pkts-rcvd': own.length }, 'as active router')
    const memory = await cluster.memory(0)
    cluster.crash(1)
    cluster.stop(0)
    cluster.start(0, memory)
    cluster.replay(own)
    t.strictSame(cluster.errors(0), { 'replayed-pkts-rcvd': own.length }, 'as backup that was restarted')
    cluster.pass(4000)
    t.equal(cluster.states(), 'active -', 'and nobody kept it from its place')
  }
})

t.test('a receiver that was restarted refuses what was sent before', async t => {
  for (const [options, counter] of [
    [AH, 'replayed-pkts-rcvd'],
    [signed(), 'hmac-stale-errors'],
  ] as const) {
    const cluster = new GuardedCluster(options)
    const recorded = cluster.packets.splice(0)
    cluster.crash(0)
    cluster.crash(1)
    cluster.start(1)
    cluster.pass(8000)
    t.equal(cluster.states(), '- active')
    cluster.replay(recorded)
    t.equal(cluster.states(), '- active')
    t.strictSame(cluster.errors(1), { [counter]: recorded.length })
  }
})

t.test(
  'a receiver that was restarted with its memory refuses what it had heard, and believes all the living',
  async t => {
    const MONOTONIC = signed({ antiReplay: 'monotonic' })
    for (const options of [AH, signed(), MONOTONIC, { ...signed(), addresses: ['fe80::1'] }]) {
      const cluster = new GuardedCluster(options)
      cluster.crash(0)
      cluster.pass(100)
      const recorded = cluster.packets.splice(0)
      const memory = await cluster.memory(1)
      t.strictSame(structuredClone(memory), memory, 'plain data')
      t.notMatch(inspect(memory, { depth: null }), /secret|renwole/)
      cluster.crash(1)
      cluster.pass(200)
      cluster.start(1, memory)
      cluster.replay(recorded)
      t.strictSame(cluster.errors(1), { 'replayed-pkts-rcvd': recorded.length })
      t.equal(cluster.snapshot(1).statistics['advertisement-rcvd'], 0)
      cluster.pass(4000)
      t.equal(cluster.states(), '- active', 'nobody is there')
      cluster.start(0)
      cluster.pass(5000)
      t.equal(cluster.states(), 'active backup', 'a peer that was restarted meanwhile is believed')
      t.strictSame(cluster.errors(1), { 'replayed-pkts-rcvd': recorded.length })
      t.strictSame(cluster.errors(0), {}, 'and the restarted one is')
    }
  },
)

t.test('memory outlives an instance, its authentication, and the engine', async t => {
  for (const options of [AH, signed()]) {
    const cluster = new GuardedCluster(options)
    const recorded = cluster.packets.splice(0).slice(-1)
    const memory = await cluster.memory(1)
    cluster.reload(1, PLAIN)
    t.strictSame(await cluster.memory(1), memory, 'kept without authentication')
    cluster.reload(1, options)
    cluster.replay(recorded)
    t.strictSame(cluster.errors(1)['replayed-pkts-rcvd'], 1)
    const engine = cluster.engine(1)
    engine.dispatch({ type: 'configure', specification: { instances: [], syncGroups: [] } })
    engine.dispatch({
      type: 'configure',
      specification: { instances: [{ ...cluster.specification(1), name: 'renamed' }], syncGroups: [] },
    })
    cluster.replay(recorded)
    t.strictSame(cluster.errors(1), { 'replayed-pkts-rcvd': 1 }, 'another instance of the same virtual router')
    cluster.pass(1500)
    const before = await cluster.memory(1)
    await engine.stop()
    t.equal((await engine.replayRecords()).length, before.length, 'after the stop')
  }
})

t.test('keys are changed by reloads: no transition, no refusal, and no advert is missing', async t => {
  const cluster = new GuardedCluster(signed({ keys: [key(1)] }))
  cluster.news()
  cluster.packets.splice(0)
  const start = cluster.clock.now()
  for (const [keys, activeKey] of [
    [[1, 2], 1],
    [[1, 2], 2],
    [[2], 2],
    [[2, 3], 2],
    [[2, 3], 3],
    [[3], 3],
  ] as const) {
    for (const node of [1, 0] as const) {
      cluster.reload(node, signed({ keys: keys.map(key), activeKey }))
      cluster.pass(1700)
    }
  }
  t.equal(cluster.states(), 'active backup')
  t.strictSame(cluster.news(), [])
  t.strictSame([cluster.errors(0), cluster.errors(1)], [{}, {}])
  const seconds = Math.floor((cluster.clock.now() - start) / 1000)
  t.ok(cluster.packets.length >= seconds, `${cluster.packets.length} adverts in ${seconds} s`)
  t.equal(cluster.snapshot(1).statistics['advertisement-rcvd'], cluster.snapshot(0).statistics['advertisement-sent'])
  const ids = cluster.packets.map(({ message }) => message[message.length - 27])
  t.strictSame([...new Set(ids)], [1, 2, 3])
})

t.test('another secret under the same id is another key', async t => {
  const cluster = new GuardedCluster(signed())
  const renewed = signed({ keys: [new HmacKey(1, key(2).secret)] })
  cluster.reload(0, renewed)
  cluster.reload(1, renewed)
  const recorded = cluster.packets.splice(0)
  cluster.pass(3000)
  t.equal(cluster.states(), 'active backup')
  t.strictSame(cluster.errors(1), {})
  cluster.replay(recorded.slice(0, 1))
  t.strictSame(cluster.errors(1), { 'hmac-invalid-errors': 1 }, 'the old key is gone')
})

t.test('from no authentication to an enforced one and back, node by node, without a gap', async t => {
  const cluster = new GuardedCluster(PLAIN)
  cluster.news()
  const steps = [
    signed({ mode: 'receive-only' }),
    signed({ mode: 'permissive' }),
    signed(),
    signed({ mode: 'permissive' }),
    signed({ mode: 'receive-only' }),
    PLAIN,
  ]
  for (const step of steps) {
    for (const node of [0, 1] as const) {
      cluster.reload(node, step)
      cluster.pass(5000)
    }
  }
  t.equal(cluster.states(), 'active backup')
  t.strictSame(
    cluster.news().filter(line => !line.includes('questions')),
    [],
    'no transition, no refusal',
  )
  t.equal(cluster.snapshot(1).statistics['advertisement-rcvd'], cluster.snapshot(0).statistics['advertisement-sent'])
})

t.test('permissive tells who sends no trailer yet, and counts', async t => {
  const cluster = new GuardedCluster(signed({ mode: 'receive-only' }), signed({ mode: 'permissive' }))
  const { 'hmac-missing-errors': missing, ...others } = cluster.errors(1)
  t.strictSame(others, {})
  t.equal(missing, cluster.snapshot(1).statistics['advertisement-rcvd'])
  t.equal(
    cluster.news().filter(line => line === '1 questions: there is no authentication trailer').length,
    1,
    'told once',
  )
})

t.test('what was heard before a reload is not heard again after it, whatever became of the keys', async t => {
  const changed = { authentication: { type: 'ah', password: 'another' } } as const
  for (const [one, other] of [
    [AH, changed],
    [signed({ keys: [key(1), key(2)] }), signed({ keys: [key(1), key(2)], activeKey: 2 })],
  ] as const) {
    const cluster = new GuardedCluster(one)
    const recorded = cluster.packets.splice(0)
    for (const options of [other, one]) for (const node of [0, 1] as const) cluster.reload(node, options)
    cluster.pass(1500)
    cluster.replay(recorded.slice(-1))
    t.equal(cluster.states(), 'active backup')
    t.equal(cluster.errors(1)['replayed-pkts-rcvd'], 1)
  }
})

t.test('an HMAC time window: a clock far off is refused, one half off is told once', async t => {
  const cluster = new GuardedCluster(signed())
  const rules = { timeWindow: milliseconds(5000), antiReplay: 'time', mode: 'enforce', activeKey: 1 } as const
  const [last] = cluster.packets.slice(-1)
  const message = last?.message.subarray(0, -28) ?? new Uint8Array()
  const { ip } = last ?? { ip: undefined }
  if (ip === undefined) throw new Error('nothing was sent')
  cluster.news()
  const from = (shift: number) => {
    const at = milliseconds(cluster.clock.wallTime() + shift)
    cluster.forge(new HmacSender({ ...rules, keys: [key(1)] }).sign(message, ip.source, at), ip.source, ip.destination)
    cluster.pass(0)
  }
  from(3000)
  from(3001)
  const questions = cluster.news().filter(line => line.startsWith('1'))
  t.strictSame(questions, ['1 questions: the clocks differ by more than half the window'])
  t.strictSame(cluster.errors(1), {}, 'which is no error')
  from(20_000)
  t.strictSame(cluster.errors(1), { 'hmac-stale-errors': 1 })
})

t.test('secrets are in no snapshot and no event', async t => {
  const secret = Buffer.from('a-secret-of-at-least-32-octets-xx')
  for (const options of [AH, signed({ keys: [{ id: 1, secret }] })]) {
    const cluster = new GuardedCluster(options)
    const shown = inspect([cluster.snapshot(0), cluster.log], { depth: null }) + JSON.stringify(cluster.snapshot(0))
    t.notMatch(shown, /renwole0|a-secret/)
    t.notMatch(JSON.stringify(cluster.specification(0).hmac ?? {}), /secret/)
  }
})
