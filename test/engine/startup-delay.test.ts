/**
 * keepalived's vrrp_startup_delay: nothing begins before its time, not even an owner.
 */
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

function start(delay: number, ...vrids: readonly number[]) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const host = new MemoryHost(network, 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  const links = () => new MemoryPorts(host).links.get('eth0')?.addresses ?? []
  const address = (vrid: number) => ({ address: `192.0.2.${100 + vrid}`, prefixLength: 32, interface: 'eth0' })
  const instance = (vrid: number, more: Partial<VrrpInstanceOptions> = {}) =>
    specify({ interface: 'eth0', vrid, addresses: [address(vrid).address], ...more })
  const ports = new MemoryPorts(host)
  const engine = new Engine({ clock, ports })
  const told: EngineEvent[] = []
  engine.subscribe(event => told.push(event))
  const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))
  const configure = (instances: readonly ReturnType<typeof instance>[], again = delay) =>
    engine.dispatch({
      type: 'configure',
      specification: { instances, syncGroups: [], startupDelay: milliseconds(again) },
    })
  return {
    engine,
    told,
    pass,
    configure,
    instance,
    links,
    clock,
    leave: () => new MemoryPorts(host).addressManager.apply('earlier', vrids.map(address)),
    states: () =>
      engine.snapshot().instances.map(({ vrid, state, keepalivedState }) => `${vrid} ${state} ${keepalivedState}`),
  }
}

t.test('an owner and a backup wait; then they begin as at any start', async t => {
  const { configure, instance, states, pass, told, clock } = start(30_000)
  configure([instance(1, { priority: 255 }), instance(2)])
  t.strictSame(states(), ['1 initialize INIT', '2 initialize INIT'])
  pass(29_999)
  t.strictSame(told, [])
  pass(1)
  t.strictSame(states(), ['1 active MASTER', '2 backup BACKUP'])
  pass(3610)
  t.strictSame(states(), ['1 active MASTER', '2 active MASTER'])
  t.equal(clock.now(), 33_610)
})

t.test('what an earlier run left is removed at once', async t => {
  const { configure, instance, links, leave } = start(30_000, 1)
  await leave()
  t.ok(links().includes('192.0.2.101'))
  configure([instance(1)])
  await new Promise(setImmediate)
  t.notOk(links().includes('192.0.2.101'))
})

t.test(
  'a reload during the wait changes what will begin, and does not begin the wait anew; after it there is none',
  async t => {
    const { configure, instance, states, pass } = start(10_000)
    configure([instance(1), instance(2)])
    pass(9000)
    configure([instance(2, { priority: 255 }), instance(3)], 60_000)
    t.strictSame(states(), ['2 initialize INIT', '3 initialize INIT'])
    pass(1000)
    t.strictSame(states(), ['2 active MASTER', '3 backup BACKUP'])
    configure([instance(2, { priority: 255 }), instance(3), instance(4)])
    t.strictSame(states(), ['2 active MASTER', '3 backup BACKUP', '4 backup BACKUP'])
  },
)

t.test('a stop during the wait is the end', async t => {
  const { configure, instance, engine, pass, told } = start(10_000)
  configure([instance(1, { priority: 255 })])
  await engine.stop()
  pass(20_000)
  t.strictSame(told, [])
  t.strictSame(engine.snapshot().instances, [])
})
