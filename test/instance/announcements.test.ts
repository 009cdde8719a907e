/**
 * The gap between announcements is one for all instances that share an interface, or a garp_group.
 */
import t from 'tap'
import { VrrpInstance, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { MemoryPorts } from '../../lib/simulation/index.ts'
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
