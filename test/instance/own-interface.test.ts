/**
 * An interface of its own (use_ipvlan): made before the first advert, gone at the end; the addresses are on the one below.
 */
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

t.test('made, used, made again, removed', async t => {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const host = new MemoryHost(network, 'A', [{ name: 'eth0', addresses: ['192.0.2.10'] }])
  const ports = new MemoryPorts(host)
  const engine = new Engine({ clock, ports })
  const told: EngineEvent[] = []
  engine.subscribe(event => told.push(event))
  const other = new MemoryHost(network, 'B', [{ name: 'eth0', addresses: ['192.0.2.20'] }])
  const peer = new Engine({ clock, ports: new MemoryPorts(other) })
  const address = { address: '192.0.2.1', prefixLength: 32, interface: 'eth0' }
  const instance = specify({ interface: 'vrrp.7', vrid: 7, priority: 200, addresses: [address], source: '192.0.2.30' })
  const ipvlan = { mode: 'bridge', address: { address: '192.0.2.30', prefixLength: 24 } } as const
  const ownInterface = { name: 'vrrp.7', parent: 'eth0', mac: '', ipvlan, ipv4: true, ipv6: false }
  engine.dispatch({ type: 'configure', specification: { instances: [{ ...instance, ownInterface }], syncGroups: [] } })
  const backup = specify({ interface: 'eth0', vrid: 7, priority: 100, addresses: [address] })
  peer.dispatch({ type: 'configure', specification: { instances: [backup], syncGroups: [] } })
  const pass = (ms: number) => clock.advance(milliseconds(clock.now() + ms))

  t.strictSame(ports.links.get('vrrp.7')?.addresses, ['192.0.2.30'])
  t.match(
    told.find(({ type }) => type === 'virtual-interface-made'),
    { interface: 'vrrp.7', kind: 'ipvlan', mac: ports.links.get('eth0')?.mac },
  )
  pass(10_000)
  t.equal(engine.snapshot().instances[0]?.state, 'active')
  t.equal(peer.snapshot().instances[0]?.['last-adv-source'], '192.0.2.30')
  t.ok(ports.links.get('eth0')?.addresses.includes('192.0.2.1'))

  host.removeVirtualInterface('vrrp.7')
  pass(10_000)
  t.strictSame(ports.links.get('vrrp.7')?.addresses, ['192.0.2.30'], 'somebody deleted it')
  t.equal(engine.snapshot().instances[0]?.state, 'active')

  await engine.stop()
  t.equal(ports.links.get('vrrp.7'), undefined)
  peer.close()
})
