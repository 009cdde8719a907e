/**
 * use_ipvlan: names, addresses, modes, and what the engine is told.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { specificationOf } from '../../lib/router/index.ts'

function read(...instances: readonly string[]) {
  const text = instances.map(
    (lines, i) => `vrrp_instance V${i} {
  interface eth0
  virtual_router_id ${i + 1}
${lines}
}
`,
  )
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text.join('') }))
  return { configuration, codes: diagnostics.map(({ code }) => code) }
}

const FOUR = '  virtual_ipaddress {\n 10.9.0.100/24\n }'
const SIX = '  virtual_ipaddress {\n fe80::100\n }'
const ipvlanOf = (lines: string) => read(lines).configuration.instances[0]?.ipvlan

t.test('name, address and mode, in any order; keepalived chooses vrrp.VRID and bridge', async t => {
  const address = { address: '10.9.0.9', prefixLength: 24 }
  t.strictSame(ipvlanOf(`use_ipvlan vepa 10.9.0.9/24 ipv0\n${FOUR}`), { name: 'ipv0', mode: 'vepa', address })
  t.strictSame(ipvlanOf(`use_ipvlan 10.9.0.9/24\n${FOUR}`), { name: 'vrrp.1', mode: 'bridge', address })
  t.strictSame(ipvlanOf(`use_ipvlan\n${SIX}`), { name: 'vrrp.1', mode: 'bridge' })
  t.equal(ipvlanOf(FOUR), undefined)
  t.equal(ipvlanOf(`use_ipvlan 10.9.0.9/33\n${FOUR}`), undefined)
})

t.test('what cannot be', async t => {
  const outcome = (...lines: readonly string[]) => {
    const { configuration, codes } = read(...lines)
    return [codes, ...configuration.instances.map(({ ipvlan }) => ipvlan?.name)]
  }
  t.strictSame(outcome(`use_ipvlan\n${FOUR}`), [['missing-argument']], 'keepalived leaves it in FAULT')
  t.strictSame(outcome(`use_ipvlan fe80::9\n${FOUR}`), [['invalid-source']])
  t.strictSame(outcome(`use_vmac\nuse_ipvlan 10.9.0.9\n${FOUR}`), [['conflicting-keywords'], undefined])
  t.strictSame(outcome(`vmac_xmit_base\nuse_ipvlan x 10.9.0.9\n${FOUR}`), [['no-effect'], 'x'])
  const twice = outcome(`use_ipvlan x 10.9.0.9\n${FOUR}`, `use_ipvlan x 10.9.0.8\n${FOUR.replace('100', '101')}`)
  t.strictSame(twice, [['repeated-name'], 'x', 'vrrp.2'])
})

t.test('the engine runs on it, and the addresses stay on the real interface', async t => {
  const delays = 'interface_up_down_delays {\n eth0 1\n}\n'
  const text = `${delays}vrrp_instance V {\n interface eth0\n virtual_router_id 1\n use_ipvlan 10.9.0.9/24 private\n${FOUR}\n}\n`
  const { configuration } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  const { specification } = specificationOf(configuration, { trackers: false })
  t.match(specification.instances[0], {
    interface: 'vrrp.1',
    source: '10.9.0.9',
    addresses: [{ address: '10.9.0.100', interface: 'eth0' }],
    ownInterface: {
      name: 'vrrp.1',
      parent: 'eth0',
      ipv4: true,
      ipv6: false,
      ipvlan: { mode: 'private', address: { address: '10.9.0.9', prefixLength: 24 } },
    },
  })
  t.strictSame(
    specification.interfaceDelays?.map(each => each.interface),
    ['eth0', 'vrrp.1'],
  )
})
