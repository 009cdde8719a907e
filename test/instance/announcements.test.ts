/**
 * The gap between announcements is one for all instances that share an interface, or a garp_group.
 */
import t from 'tap'
import { Engine } from '../../lib/engine/index.ts'
import { specify, VrrpInstance, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { Pair } from './pair.ts'

/** When two owners on one host announce, as `address at`. */
async function announced(first: Partial<VrrpInstanceOptions>, second: Partial<VrrpInstanceOptions>): Promise<string[]> {
  const pair = new Pair()
  const { transport, addressManager, announcer, links } = new MemoryPorts(pair.a)
  const ports = { transport, addressManager, announcer, links }
  const said: string[] = []
  const instances = [first, second].map((options, i) => {
    const announcements = { repeat: 2, delay: milliseconds(0), gap: milliseconds(100), ...options.announcements }
    const own = { ...options, ...ports, vrid: 51 + i, addresses: [`192.0.2.${i + 1}`], priority: 255, announcements }
    const instance = new VrrpInstance({ interface: 'eth0', clock: pair.clock, ...own })
    instance.on('announced', ({ address }) => said.push(`${address} ${pair.clock.now()}`))
    return instance
  })
  for (const instance of instances) await instance.start()
  pair.pass(1000)
  for (const instance of instances) await instance.stop()
  return said
}

t.test('two instances on one interface share the gap', async t => {
  const said = await announced({}, {})
  t.strictSame(
    said.map(line => line.split(' ')[1]),
    ['0', '100', '200', '300'],
  )
  t.equal(said.filter(line => line.startsWith('192.0.2.1 ')).length, 2)
})

t.test('those of different groups do not', async t => {
  const said = await announced({ announcements: { gapGroup: 'a' } }, { announcements: { gapGroup: 'b' } })
  t.strictSame(said, ['192.0.2.1 0', '192.0.2.2 0', '192.0.2.1 100', '192.0.2.2 100'])
})

t.test('garp_group: its interval goes before that of global_defs', async t => {
  const instance = (name: string, vrid: number, device: string) =>
    `vrrp_instance ${name} {\n interface ${device}\n virtual_router_id ${vrid}\n virtual_ipaddress {\n 192.0.2.${vrid}\n }\n}\n`
  const text = `global_defs {\n vrrp_garp_interval 0.5\n}
garp_group {\n garp_interval 0.02\n interfaces {\n eth0\n eth1\n }\n}
${instance('A', 1, 'eth0')}${instance('B', 2, 'eth1')}${instance('C', 3, 'eth2')}`
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  t.strictSame(diagnostics, [])
  t.strictSame(
    configuration.instances.map(({ announcements: { gap, gapGroup } }) => [gap, gapGroup]),
    [
      [20, 'garp_group 1'],
      [20, 'garp_group 1'],
      [500, undefined],
    ],
  )
})

/** When the addresses of three interfaces are announced beyond the first burst, as `interface address at`. */
async function extras(announcements: VrrpInstanceOptions['announcements'], more: Partial<VrrpInstanceOptions> = {}) {
  const clock = new SimClock()
  const host = new MemoryHost(
    new MemoryNetwork({ clock }),
    'A',
    ['eth0', 'eth1', 'eth2'].map((name, i) => ({ name, addresses: [`192.0.2.${i + 1}`] })),
  )
  const { transport, addressManager, announcer, links, virtualMacs } = new MemoryPorts(host)
  const on = (name: string, address: string) => ({ address, prefixLength: 32, interface: name })
  const instance = new VrrpInstance({
    interface: 'eth0',
    clock,
    ...{ transport, addressManager, announcer, links, virtualMacs },
    vrid: 9,
    priority: 255,
    addresses: [on('eth0', '192.0.2.90'), on('eth1', '192.0.2.91'), on('eth1', '192.0.2.92')],
    excludedAddresses: [on('eth1', '192.0.2.93'), on('eth2', '192.0.2.94')],
    announcements: { repeat: 1, delay: milliseconds(0), ...announcements },
    ...more,
  })
  const said: string[] = []
  await instance.start()
  instance.on('announced', event => said.push(`${event.interface} ${event.address} ${clock.now()}`))
  clock.advance(milliseconds(2500))
  await instance.stop()
  clock.advance(milliseconds(9000))
  return said
}

t.test(
  'garp_extra_if: one address of each interface that adverts do not leave from, as keepalived 2.2.7 does',
  async t => {
    const second = milliseconds(1000)
    t.strictSame(await extras({ extra: { period: second } }), [], 'none has a virtual MAC')
    t.strictSame(await extras({ extra: { period: second, everywhere: true } }), [
      'eth1 192.0.2.91 1000',
      'eth2 192.0.2.94 1000',
      'eth1 192.0.2.91 2000',
      'eth2 192.0.2.94 2000',
    ])
    const own = { virtualMac: true, addresses: ['192.0.2.90', '192.0.2.95'], excludedAddresses: [] }
    t.strictSame(await extras({ extra: { period: second } }, own), [], 'adverts leave from it')
    t.strictSame(await extras({ extra: { period: second } }, { ...own, virtualMac: { transmitFromBase: true } }), [
      'vrrp.9 192.0.2.90 1000',
      'vrrp.9 192.0.2.90 2000',
    ])
    t.strictSame(await extras({ extra: { period: milliseconds(0), everywhere: true } }), [])
    await t.rejects(extras({ extra: { period: milliseconds(-1) } }), /announcements\.extra\.period: at least 0, not -1/)
  },
)

t.test('garp_extra_if: a reload does not put it off', async t => {
  const pair = new Pair()
  const engine = new Engine({ clock: pair.clock, ports: new MemoryPorts(pair.a) })
  const said: number[] = []
  engine.subscribe(event => {
    if (event.type === 'announced' && event.cause === 'refresh') said.push(event.at)
  })
  const configure = (delay: number) => {
    const announcements = {
      repeat: 1,
      delay: milliseconds(delay),
      extra: { period: milliseconds(1000), everywhere: true } as const,
    }
    const addresses = ['192.0.2.1', { address: '192.0.2.2', interface: 'eth9', prefixLength: 32, tracked: false }]
    const instance = specify({ interface: 'eth0', vrid: 1, priority: 255, addresses, announcements })
    engine.dispatch({ type: 'configure', specification: { instances: [instance], syncGroups: [] } })
  }
  for (let i = 0; i < 5; i++) {
    configure(i)
    pair.pass(600)
  }
  t.strictSame(said, [1000, 2000, 3000])
  engine.close()
})
