/**
 * Static addresses and routes: set and removed as a whole, and set again on an interface that comes back.
 */
import t from 'tap'
import { StaticSet } from '../../lib/router/static-set.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { ROUTE } from '../net/sample-route.ts'

const ADDRESS = { address: '192.0.2.77', prefixLength: 24, interface: 'eth0' }

/** A host with a static set. */
function scene() {
  const clock = new SimClock()
  const host = new MemoryHost(new MemoryNetwork({ clock }), 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  const ports = new MemoryPorts(host)
  const said: string[] = []
  const statics = new StaticSet(ports, clock, {
    refused: message => said.push(message),
    restored: what => said.push(`restored ${what}`),
  })
  const settle = async () => {
    clock.advance(milliseconds(clock.now() + 1))
    await new Promise(resolve => setImmediate(resolve))
  }
  return { clock, host, settle, ports, said, statics, addresses: () => ports.links.get('eth0')?.addresses }
}

t.test('set, changed, removed', async t => {
  const { ports, statics, addresses, said } = scene()
  await statics.apply({ addresses: [ADDRESS], routes: [ROUTE], rules: [] })
  t.strictSame(addresses(), ['192.0.2.10', '192.0.2.77'])
  t.strictSame(ports.routeManager.current, { routes: [ROUTE], rules: [] })
  await statics.apply({ addresses: [{ ...ADDRESS, address: '192.0.2.78' }], routes: [], rules: [] })
  t.strictSame(addresses(), ['192.0.2.10', '192.0.2.78'])
  t.strictSame(ports.routeManager.current, { routes: [], rules: [] })
  await statics.apply(undefined)
  t.strictSame(addresses(), ['192.0.2.10'])
  t.strictSame(said, [])
})

t.test('an interface that comes back gets its addresses again', async t => {
  const { host, settle, statics, addresses } = scene()
  await statics.apply({ addresses: [ADDRESS], routes: [], rules: [] })
  host.plug('eth0', false)
  host.removeAddress('eth0', ADDRESS.address)
  await settle()
  t.strictSame(addresses(), ['192.0.2.10'])
  host.plug('eth0', true)
  await settle()
  t.strictSame(addresses(), ['192.0.2.10', '192.0.2.77'])
  await statics.apply(undefined)
})

t.test('an interface that does not exist is told, and the rest is set', async t => {
  const { statics, addresses, said } = scene()
  await statics.apply({ addresses: [{ ...ADDRESS, interface: 'eth9' }, ADDRESS], routes: [], rules: [] })
  t.strictSame(said, ['interface eth9 does not exist'])
  t.strictSame(addresses(), ['192.0.2.10', '192.0.2.77'])
  await statics.apply(undefined)
})

t.test('an address that somebody deletes is put back, three times a minute; one with no_track is not', async t => {
  const { host, settle, statics, addresses, said, clock } = scene()
  const free = { ...ADDRESS, address: '192.0.2.79', tracked: false }
  await statics.apply({ addresses: [ADDRESS, free], routes: [], rules: [] })
  await settle()
  host.removeAddress('eth0', free.address)
  await settle()
  t.strictSame(addresses(), ['192.0.2.10', '192.0.2.77'])
  for (let i = 0; i < 3; i++) {
    host.removeAddress('eth0', ADDRESS.address)
    await settle()
    t.ok(addresses()?.includes(ADDRESS.address))
    await settle()
  }
  t.strictSame(said, Array(3).fill('restored address 192.0.2.77/24 dev eth0'))
  host.removeAddress('eth0', ADDRESS.address)
  await settle()
  t.notOk(addresses()?.includes(ADDRESS.address))
  t.equal(said.at(-1), '192.0.2.77/24 dev eth0 deleted more than 3 times in 60 s: not put back')
  clock.advance(milliseconds(clock.now() + 100_000))
  await statics.apply({ addresses: [ADDRESS], routes: [], rules: [] })
  await settle()
  host.removeAddress('eth0', ADDRESS.address)
  await settle()
  t.ok(addresses()?.includes(ADDRESS.address))
  await statics.apply(undefined)
})
