/**
 * The simulated network and the ports on it: delay, loss, partition, cables, power, neighbour caches.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { gratuitousArp } from '../../lib/garp/index.ts'
import type { Channel } from '../../lib/instance/index.ts'
import type { IpEnvelope } from '../../lib/net/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, type NetworkOptions, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const ms = milliseconds
const GROUP = '224.0.0.18'

interface Heard {
  readonly by: string
  readonly at: number
  readonly bytes: readonly number[]
  readonly ip: IpEnvelope
}

/** Hosts A, B, C on eth0, each with a multicast channel of VRID 51. */
function segment(options: Omit<NetworkOptions, 'clock'> = {}) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ ...options, clock })
  const heard: Heard[] = []
  const nodes = ['A', 'B', 'C'].map((name, i) => {
    const host = new MemoryHost(network, name, [{ name: 'eth0', addresses: [`192.0.2.${i + 1}`, `fe80::${i + 1}`] }])
    const ports = new MemoryPorts(host)
    const channel = ports.transport.open(
      { interface: 'eth0', family: 4, vrid: 51, destination: { type: 'multicast', group: GROUP } },
      (message, ip) => heard.push({ by: name, at: clock.now(), bytes: [...message], ip }),
    )
    return { host, ports, channel }
  })
  const [a, b, c] = nodes
  if (a === undefined || b === undefined || c === undefined) throw new Error('three nodes')
  return { clock, network, heard, a, b, c }
}

/** The least a channel looks at: version 2, VRID 51. */
const message = (mark = 0): Uint8Array => Uint8Array.of(0x21, 51, mark)
const send = (channel: Channel, bytes = message()): void => channel.send(bytes, GROUP)

t.test('multicast reaches every other host of the segment, later, with its envelope', async t => {
  const { clock, heard, a } = segment({ delay: ms(0.5) })
  clock.advance(ms(10))
  send(a.channel)
  t.strictSame(heard, [], 'nothing is delivered inside send')
  clock.advance(ms(10.4))
  t.strictSame(heard, [])
  clock.advance(ms(11))
  const ip = { family: 4, source: '192.0.2.1', destination: GROUP, hopLimit: 255, protocol: 112 } as const
  t.strictSame(heard, [
    { by: 'B', at: 10.5, bytes: [0x21, 51, 0], ip },
    { by: 'C', at: 10.5, bytes: [0x21, 51, 0], ip },
  ])
})

t.test('a message is copied: the sender may reuse its buffer', async t => {
  const { clock, heard, a } = segment()
  const bytes = message(1)
  send(a.channel, bytes)
  bytes.fill(0xff)
  clock.advance(ms(1))
  t.strictSame(
    heard.map(h => h.bytes),
    [
      [0x21, 51, 1],
      [0x21, 51, 1],
    ],
  )
})

t.test('an authentication header is seen in the bytes, and heard by those who asked for it', async t => {
  const { clock, heard, a, b } = segment()
  const protocols: number[] = []
  const options = { interface: 'eth0', family: 4, vrid: 51, destination: { type: 'multicast', group: GROUP } } as const
  b.ports.transport.open({ ...options, authenticationHeader: true }, (_message, ip) => protocols.push(ip.protocol))
  const bytes = new Uint8Array(32)
  bytes.set([112, 4])
  bytes.set([0x21, 51], 24)
  send(a.channel, bytes)
  send(a.channel, message())
  clock.advance(ms(1))
  t.strictSame(protocols, [51, 112])
  t.strictSame(
    heard.map(h => h.ip.protocol),
    [112, 112],
  )
})

t.test(
  'other virtual routers, groups, families and interfaces do not hear; the first are told to onUnclaimed',
  async t => {
    const { clock, heard, a, b } = segment()
    const unclaimed: [number | undefined, string][] = []
    b.ports.transport.onUnclaimed = (bytes, _ip, name) => unclaimed.push([bytes[1], name])
    a.channel.send(Uint8Array.of(0x21, 52, 0), GROUP)
    a.channel.send(message(), '224.0.0.111')
    clock.advance(ms(1))
    t.strictSame(heard, [])
    t.strictSame(unclaimed, [[52, 'eth0']])
  },
)

t.test(
  'unicast reaches the host that has the address, and nobody else; a channel of a group does not take it',
  async t => {
    const { clock, heard, a, b, c } = segment()
    const unicast: string[] = []
    for (const [name, { ports }] of Object.entries({ b, c })) {
      const destination = { type: 'unicast', peers: ['192.0.2.1'] } as const
      const options = { interface: 'eth0', family: 4, vrid: 51, destination } as const
      ports.transport.open(options, (_message, ip) => unicast.push(`${name} ${ip.destination}`))
    }
    a.channel.send(message(), '192.0.2.3')
    a.channel.send(message(), '192.0.2.99')
    clock.advance(ms(1))
    t.strictSame(unicast, ['c 192.0.2.3'])
    t.strictSame(heard, [])
  },
)

t.test('a closed channel neither sends nor hears; closing twice is once', async t => {
  const { clock, heard, a, b } = segment()
  b.channel.close()
  b.channel.close()
  send(a.channel)
  send(b.channel)
  clock.advance(ms(1))
  t.strictSame(
    heard.map(h => h.by),
    ['C'],
  )
})

t.test('open refuses an interface that is not there', async t => {
  const { a } = segment()
  const options = { interface: 'eth9', family: 4, vrid: 1, destination: { type: 'multicast', group: GROUP } } as const
  t.throws(() => a.ports.transport.open(options, () => {}), { code: 'ERR_INTERFACE' })
})

t.test('a partition lets frames pass inside a side only, those unnamed being one side', async t => {
  const { clock, network, heard, a, b, c } = segment()
  network.partition([['A']])
  send(a.channel)
  send(b.channel)
  clock.advance(ms(1))
  t.strictSame(
    heard.map(h => [h.ip.source, h.by]),
    [['192.0.2.2', 'C']],
  )
  t.equal(network.statistics.blocked, 3)
  network.heal()
  send(c.channel)
  clock.advance(ms(2))
  t.equal(heard.length, 3)
})

t.test('a cut cable stops both directions, also for frames under way, and the link watch says so', async t => {
  const { clock, heard, a, b } = segment({ delay: ms(5) })
  const seen: [string, boolean | undefined][] = []
  b.ports.links.subscribe((name, link) => seen.push([name, link?.running]))
  send(a.channel)
  clock.advance(ms(1))
  b.host.plug('eth0', false)
  t.strictSame(seen, [], 'told later, as netlink does')
  send(b.channel)
  clock.advance(ms(20))
  t.strictSame(seen, [['eth0', false]])
  t.strictSame(
    heard.map(h => h.by),
    ['C'],
  )
  b.host.plug('eth0', true)
  b.host.plug('eth0', true)
  clock.advance(ms(21))
  t.strictSame(seen, [
    ['eth0', false],
    ['eth0', true],
  ])
})

t.test('a host that is switched off hears nothing and holds nothing; its programs are gone for good', async t => {
  const { clock, network, heard, a, b } = segment()
  const moves: [string, boolean][] = []
  network.subscribe(event => {
    if (event.type === 'address') moves.push([event.host, event.present])
  })
  await b.ports.addressManager.apply('vi', [{ address: '192.0.2.100', prefixLength: 24, interface: 'eth0' }])
  b.host.powerOff()
  send(a.channel)
  send(b.channel)
  clock.advance(ms(1))
  b.host.powerOn()
  send(a.channel)
  await b.ports.addressManager.apply('vi', [{ address: '192.0.2.100', prefixLength: 24, interface: 'eth0' }])
  clock.advance(ms(2))
  t.strictSame(
    heard.map(h => h.by),
    ['C', 'C'],
  )
  t.strictSame(moves, [
    ['B', true],
    ['B', false],
  ])
})

t.test('loss takes its share, seeded', async t => {
  const count = (seed: number): string => {
    const { clock, heard, network, a } = segment({ loss: 0.25, seed })
    for (let i = 0; i < 1000; i++) send(a.channel, message(i & 0xff))
    clock.advance(ms(1))
    const { delivered, lost } = network.statistics
    t.equal(delivered, heard.length)
    t.equal(delivered + lost, 2000)
    t.ok(Math.abs(lost - 500) < 100, `${lost} of 2000 lost`)
    return heard.map(h => `${h.by}${h.bytes[2]}`).join(' ')
  }
  t.equal(count(5), count(5))
  t.not(count(5), count(6))
})

t.test('jitter stays in its range and never lets a frame overtake another', async () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 }),
      (seed, delay, jitter, gaps) => {
        const { clock, heard, a } = segment({ seed, delay: ms(delay), jitter: ms(jitter) })
        const sentAt = gaps.map((gap, i) => {
          clock.advance(ms(clock.now() + gap))
          send(a.channel, message(i))
          return clock.now()
        })
        clock.advance(ms(clock.now() + 100))
        const b = heard.filter(h => h.by === 'B')
        assert.deepEqual(
          b.map(h => h.bytes[2]),
          gaps.map((_, i) => i),
        )
        for (const { at, bytes } of b) {
          const took = at - (sentAt[bytes[2] ?? -1] ?? Number.NaN)
          assert.ok(took >= delay - 1e-9 && took <= delay + jitter + 1e-9, `${took}`)
        }
      },
    ),
    { numRuns: 100 },
  )
})

t.test('the address manager is level-triggered, per owner', async t => {
  const { network, a } = segment()
  const moves: string[] = []
  network.subscribe(event => {
    if (event.type === 'address') moves.push(`${event.present ? '+' : '-'}${event.address}`)
  })
  const at = (last: number) => ({ address: `192.0.2.${last}`, prefixLength: 32, interface: 'eth0' })
  const { addressManager } = a.ports
  await addressManager.apply('one', [at(100), at(101)])
  await addressManager.apply('one', [at(100), at(101)])
  t.strictSame(moves.splice(0), ['+192.0.2.100', '+192.0.2.101'])
  await addressManager.apply('two', [at(101), at(102)])
  t.strictSame(moves.splice(0), ['+192.0.2.102'])
  await addressManager.apply('one', [])
  t.strictSame(moves.splice(0), ['-192.0.2.100'], 'an address that another owner wants stays')
  t.strictSame(a.ports.links.get('eth0')?.addresses, ['192.0.2.1', 'fe80::1', '192.0.2.101', '192.0.2.102'])
  await t.rejects(addressManager.apply('one', [at(103), { ...at(104), interface: 'eth9' }]), { code: 'ERR_INTERFACE' })
  t.strictSame(moves, ['+192.0.2.103'])
})

t.test('addresses outlive a program that died; the next one finds them', async t => {
  const { a } = segment()
  const held = { address: '192.0.2.100', prefixLength: 32, interface: 'eth0' }
  await a.ports.addressManager.apply('vi', [held])
  a.host.end(a.ports)
  const next = new MemoryPorts(a.host)
  const other = { ...held, address: '192.0.2.101' }
  t.strictSame(await next.addressManager.removeLeftOver([held, other]), [held])
  t.strictSame(next.links.get('eth0')?.addresses, ['192.0.2.1', 'fe80::1'])
})

t.test('clients believe the last announcement that reached them', async t => {
  const { clock, network, a, b } = segment({ delay: ms(1) })
  const announce = (node: typeof a): void => {
    const mac = node.ports.links.get('eth0')?.mac ?? ''
    node.ports.announcer.send(gratuitousArp({ mac, address: '192.0.2.100' }), 'eth0')
  }
  const view = () => network.segment('eth0').map(place => place.neighbours.get('192.0.2.100'))
  announce(a)
  t.strictSame(view(), ['A', undefined, undefined])
  clock.advance(ms(1))
  t.strictSame(view(), ['A', 'A', 'A'])
  network.partition([['A'], ['B', 'C']])
  announce(b)
  clock.advance(ms(2))
  t.strictSame(view(), ['A', 'B', 'B'])
})

t.test('conditions and names are checked', async t => {
  const { network } = segment()
  for (const [option, value] of [
    ['delay', -1],
    ['jitter', Number.NaN],
    ['loss', 1.1],
    ['loss', -0.1],
  ] as const) {
    t.throws(() => network.setConditions({ [option]: value }), {
      name: 'RangeError',
      message: new RegExp(`^${option}: `),
    })
  }
  t.throws(() => new MemoryHost(network, 'A', []), { name: 'RangeError', message: /^name: / })
  t.throws(() => segment().a.host.plug('eth7', false), { name: 'RangeError', message: /^interface: / })
})
