/**
 * disable_local_igmp and promote_secondaries as settings of the kernel.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { kernelSettingsOf } from '../../lib/router/kernel-settings-of.ts'

const instance = (vrid: number, device: string, words = '') =>
  `vrrp_instance V${vrid} {\n interface ${device}\n virtual_router_id ${vrid}\n ${words}\n virtual_ipaddress {\n 192.0.2.${vrid}\n }\n}\n`

function settingsOf(text: string) {
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  t.strictSame(diagnostics, [])
  return [...kernelSettingsOf(configuration)]
}

t.test('what is asked for, and nothing by default', async t => {
  t.strictSame(settingsOf(instance(1, 'eth0')), [])
  const words = 'promote_secondaries'
  const instances =
    instance(1, 'eth0', words) + instance(2, 'eth0', words) + instance(3, 'eth1') + instance(4, 'eth2', words)
  t.strictSame(settingsOf(`global_defs {\n disable_local_igmp\n}\n${instances}`), [
    ['ipv4/igmp_link_local_mcast_reports', '0'],
    ['ipv4/conf/eth0/promote_secondaries', '1'],
    ['ipv4/conf/eth2/promote_secondaries', '1'],
  ])
})
