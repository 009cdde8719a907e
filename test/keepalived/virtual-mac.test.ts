/**
 * use_vmac and its companions: names, MACs, which addresses go where.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

function read(text: string) {
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  return { instances: configuration.instances, codes: diagnostics.map(({ code }) => code) }
}

const instance = (lines: string, { name = 'V', device = 'eth0', address = '10.9.0.100/24' } = {}) => `
vrrp_instance ${name} {
  interface ${device}
  virtual_router_id 51
  priority 100
${lines}
  virtual_ipaddress {
${address}
  }
}
`

t.test('use_vmac: the addresses go to vrrp.VRID with the MAC of RFC 9568 §7.3', async t => {
  const [four] = read(instance(' use_vmac')).instances
  const own = { name: 'vrrp.51', parent: 'eth0', mac: '00:00:5e:00:01:33', ipv4: true, ipv6: false }
  t.strictSame(four?.virtualMac, { interfaces: [own] })
  t.equal(four?.addresses[0]?.interface, 'vrrp.51')
  t.equal(four?.interface, 'eth0')
  const [six] = read(instance(' use_vmac\n vmac_xmit_base', { address: 'fe80::100' })).instances
  const other = { name: 'vrrp.51', parent: 'eth0', mac: '00:00:5e:00:02:33', ipv4: false, ipv6: true }
  t.strictSame(six?.virtualMac, { interfaces: [other], transmitFromBase: true })
  t.equal(read(instance('')).instances[0]?.virtualMac, undefined)
})

t.test('unicast: as if vmac_xmit_base were there, which is told where it is not', async t => {
  const peers = ' unicast_peer {\n 10.9.0.2\n }'
  for (const [lines, codes] of [
    [' use_vmac', ['unicast-virtual-mac']],
    [' use_vmac\n vmac_xmit_base', []],
  ] as const) {
    const { instances, codes: found } = read(instance(`${lines}\n${peers}`))
    t.equal(instances[0]?.virtualMac?.transmitFromBase, true)
    t.strictSame(found, codes)
  }
})

t.test('one VRID in both families, and on two interfaces: names as keepalived chooses them', async t => {
  const text =
    instance(' use_vmac') +
    instance(' use_vmac', { name: 'W', address: 'fe80::100' }) +
    instance(' use_vmac', { name: 'X', device: 'eth1', address: '10.8.0.100' })
  const names = read(text).instances.map(({ virtualMac }) => virtualMac?.interfaces.map(({ name }) => name))
  t.strictSame(names, [['vrrp.51'], ['vrrp6.51'], ['vrrp1.51']])
})

t.test('a name and a MAC of its own; vmac_prefix', async t => {
  const [named] = read(instance(' use_vmac front 02:00:00:00:00:AA')).instances
  t.match(named?.virtualMac?.interfaces, [{ name: 'front', mac: '02:00:00:00:00:aa' }])
  const [prefixed] = read(`global_defs {\n vmac_prefix vm\n}${instance(' use_vmac')}`).instances
  t.match(prefixed?.virtualMac?.interfaces, [{ name: 'vm.51' }])
  t.strictSame(read(instance(' use_vmac a_name_of_17_chars')).codes, ['invalid-value'])
  const twice =
    instance(' use_vmac front') + instance(' use_vmac front', { name: 'W', device: 'eth1', address: '10.8.0.1' })
  t.strictSame(read(twice).codes, ['repeated-name'])
})

t.test('an address that names its device stays there, unless it is said otherwise', async t => {
  const places = (lines: string, address: string) =>
    read(instance(lines, { address })).instances[0]?.addresses.map(each => each.interface)
  const two = '10.9.0.100\n10.8.0.100 dev eth1'
  t.strictSame(places(' use_vmac', two), ['vrrp.51', 'eth1'])
  t.strictSame(places(' use_vmac\n use_vmac_addr', two), ['vrrp.51', 'vrrp1.51'])
  t.strictSame(places(' use_vmac', '10.9.0.100\n10.8.0.100 dev eth1 use_vmac'), ['vrrp.51', 'vrrp1.51'])
  t.strictSame(places('', '10.9.0.100 use_vmac\n10.9.0.101'), ['vrrp.51', 'eth0'])
})

t.test('vrrp_strict, and what has no effect', async t => {
  const strict = `global_defs {\n vrrp_strict\n}${instance(' accept\n use_vmac 02:00:00:00:00:aa\n vmac_xmit_base')}`
  const { instances, codes } = read(strict)
  t.match(instances[0]?.virtualMac?.interfaces, [{ mac: '00:00:5e:00:01:33' }])
  t.equal(instances[0]?.virtualMac?.transmitFromBase, undefined)
  t.strictSame(codes, ['strict-overrides', 'strict-overrides'])
  t.strictSame(read(instance(' vmac_xmit_base')).codes, ['no-effect'])
})
