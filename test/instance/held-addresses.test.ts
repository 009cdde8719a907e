/**
 * What an instance holds beside its state: addresses that others take away, routes around them, interfaces that are not tracked.
 */
import t from 'tap'
import type { InstanceEvent, InstanceSpecification, RouteManager, VirtualAddress } from '../../lib/instance/index.ts'
import { specify } from '../../lib/instance/options.ts'
import { InstanceShell } from '../../lib/instance/shell.ts'
import { type MemoryHost, MemoryPorts } from '../../lib/simulation/index.ts'
import { ROUTE } from '../net/sample-route.ts'
import { Pair } from './pair.ts'

const VIP: VirtualAddress = { address: '192.0.2.1', prefixLength: 32, interface: 'eth0' }

/** A shell on a host of the pair, with its events. */
function shellOn(
  pair: Pair,
  host: MemoryHost,
  changes: Partial<InstanceSpecification> = {},
  ports = new MemoryPorts(host),
) {
  const events: InstanceEvent[] = []
  const specification = { ...specify({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'] }), ...changes }
  const shell = new InstanceShell(specification, pair.clock, ports, { emit: event => events.push(event) })
  shell.start()
  return { shell, events, state: () => shell.snapshot().keepalivedState }
}

t.test('an address that somebody removes is put back and announced, three times a minute', async t => {
  const pair = new Pair()
  const { shell, events, state } = shellOn(pair, pair.a)
  pair.pass(4000)
  for (const _ of [1, 2, 3]) {
    pair.a.removeAddress('eth0', '192.0.2.1')
    pair.pass(10)
    t.ok(pair.holds(pair.a))
    t.equal(state(), 'MASTER')
  }
  const taken = () => events.filter(event => event.type === 'addresses-taken')
  t.strictSame(taken(), Array(3).fill({ type: 'addresses-taken', addresses: [VIP], restored: true }))
  const at = events.findIndex(event => event.type === 'addresses-taken')
  t.ok(
    events.slice(at).some(event => event.type === 'announced'),
    'neighbours are told',
  )

  pair.a.removeAddress('eth0', '192.0.2.1')
  pair.pass(10)
  t.strictSame(taken().at(-1), { type: 'addresses-taken', addresses: [VIP], restored: false })
  t.equal(state(), 'FAULT', 'two that fight over an address help nobody')
  t.notOk(pair.holds(pair.a))
  pair.pass(59_000)
  t.equal(state(), 'FAULT')
  pair.pass(1000)
  t.equal(state(), 'BACKUP', 'a minute later it tries again')
  pair.pass(4000)
  t.equal(state(), 'MASTER')
  t.ok(pair.holds(pair.a))
  await shell.stop()
})

t.test('restorations long apart go on for ever', async t => {
  const pair = new Pair()
  const { shell, state } = shellOn(pair, pair.a)
  pair.pass(4000)
  for (let i = 0; i < 10; i++) {
    pair.a.removeAddress('eth0', '192.0.2.1')
    pair.pass(21_000)
    t.equal(state(), 'MASTER')
    t.ok(pair.holds(pair.a))
  }
  await shell.stop()
})

t.test('mastership that was given up goes to the peer', async t => {
  const pair = new Pair()
  const a = shellOn(pair, pair.a)
  const b = shellOn(pair, pair.b, { priority: 90 })
  pair.pass(4000)
  for (const _ of [1, 2, 3, 4]) {
    pair.a.removeAddress('eth0', '192.0.2.1')
    pair.pass(10)
  }
  pair.pass(700)
  t.strictSame([a.state(), b.state()], ['FAULT', 'MASTER'], 'with a resignation: after the skew time only')
  await a.shell.stop()
  await b.shell.stop()
})

t.test('an address with no_track is left alone', async t => {
  const pair = new Pair()
  const { shell, events } = shellOn(pair, pair.a, { addresses: [{ ...VIP, tracked: false }] })
  pair.pass(4000)
  pair.a.removeAddress('eth0', '192.0.2.1')
  pair.pass(10)
  t.notOk(pair.holds(pair.a))
  t.notOk(events.some(event => event.type === 'addresses-taken'))
  await shell.stop()
})

t.test('our own removal is no theft', async t => {
  const pair = new Pair()
  const { shell, events } = shellOn(pair, pair.a)
  pair.pass(4000)
  shell.addFault({ type: 'tracker', kind: 'program', name: 'x' })
  pair.pass(10)
  t.notOk(events.some(event => event.type === 'addresses-taken'))
  await shell.stop()
})

t.test('routes come after the addresses and go before them', async t => {
  const pair = new Pair()
  const order: string[] = []
  const ports = new MemoryPorts(pair.a)
  pair.a.watch(() => order.push(pair.holds(pair.a) ? 'addresses on' : 'addresses off'))
  const routeManager: RouteManager = {
    apply: (owner, { routes }) => {
      order.push(`${owner.split(' ')[0]}: ${routes.map(({ destination }) => destination).join() || 'no routes'}`)
      return Promise.resolve()
    },
    removeLeftOver: () => Promise.resolve(),
    close: () => {},
  }
  const { transport, addressManager, announcer, links } = ports
  const own = { transport, addressManager, announcer, links, routeManager } as unknown as MemoryPorts
  const { shell } = shellOn(pair, pair.a, { routes: [ROUTE] }, own)
  pair.pass(4000)
  t.strictSame(order.splice(0).slice(-2), ['addresses on', 'eth0/51: 198.51.100.0'])
  await shell.stop()
  t.strictSame(order, ['eth0/51: no routes', 'addresses off'])
})

t.test('a refused route is told, and the addresses serve without it', async t => {
  const pair = new Pair()
  const { transport, addressManager, announcer, links } = new MemoryPorts(pair.a)
  const ports = { transport, addressManager, announcer, links } as unknown as MemoryPorts
  const { shell, events, state } = shellOn(pair, pair.a, { routes: [ROUTE] }, ports)
  pair.pass(4000)
  await new Promise(resolve => setImmediate(resolve))
  t.strictSame(
    events.filter(({ type }) => type === 'routes-refused'),
    [{ type: 'routes-refused', message: 'there is no route manager' }],
  )
  t.equal(state(), 'MASTER')
  t.ok(pair.holds(pair.a))
  await shell.stop()
})

t.test('dont_track_primary: an own interface that is down is no fault', async t => {
  const pair = new Pair()
  const tracked = shellOn(pair, pair.a)
  const untracked = shellOn(pair, pair.b, { trackPrimary: false, vrid: 52 })
  pair.pass(4000)
  pair.a.plug('eth0', false)
  pair.b.plug('eth0', false)
  pair.pass(10)
  t.strictSame([tracked.state(), untracked.state()], ['FAULT', 'MASTER'])
  await tracked.shell.stop()
  await untracked.shell.stop()
})

t.test('track_src_ip: a source address that is not there is a fault, until it comes', async t => {
  const pair = new Pair()
  const source = '192.0.2.99'
  const tracked = shellOn(pair, pair.a, { source, trackSource: true })
  const untracked = shellOn(pair, pair.b, { source, vrid: 52 })
  pair.pass(4000)
  t.strictSame([tracked.state(), untracked.state()], ['FAULT', 'MASTER'])
  pair.a.addAddress({ address: source, prefixLength: 24, interface: 'eth0' })
  pair.pass(4000)
  t.equal(tracked.state(), 'MASTER')
  await tracked.shell.stop()
  await untracked.shell.stop()
})
