/**
 * Addresses with all their options, routes and rules in a real kernel, read back with ip(8).
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { labUnavailable } from './available.ts'
import { Lab } from './lab.ts'
import { insideNamespace, until } from './namespace.ts'

const CONFIGURATION = `
vrrp_instance V {
  interface eth0
  virtual_router_id 5
  virtual_ipaddress {
    10.9.1.1/24 brd + label eth0:v scope site
    10.9.2.1/24 noprefixroute preferred_lft 0
  }
  virtual_ipaddress_excluded {
    2001:db8::5/64 home mngtmpaddr preferred_lft forever
  }
  virtual_routes {
    192.0.2.0/24 via 10.9.1.254 dev eth0 src 10.9.1.1 metric 7 mtu lock 1400
    198.51.100.0/24 table 6909 nexthop via 10.9.1.253 weight 2 nexthop via 10.9.1.252
    blackhole 203.0.113.0/24
    2001:db8:1::/48 via 2001:db8::1 dev eth0
  }
  virtual_rules {
    from 192.0.2.0/24 table 6909 preference 77
    to 10.0.0.0/8 fwmark 5/7 iif eth0 prohibit preference 78
    from 2001:db8::/32 table 255 preference 79
  }
}`

t.test('in the kernel', { skip: labUnavailable() }, async t => {
  const lab = new Lab()
  t.teardown(() => lab.close())
  const host = lab.addHost('h', '10.9.0.1/24')
  const ports = insideNamespace(host, linuxPorts)
  t.teardown(() => ports.close())
  const { addressManager, routeManager, links } = ports
  await until(() => links.get('eth0')?.running === true)
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': CONFIGURATION }))
  t.strictSame(diagnostics, [])
  const [instance] = configuration.instances
  if (instance === undefined) return
  const { addresses, excludedAddresses, routes = [], rules = [] } = instance
  const show = async (...command: string[]) => {
    const text = await host.run('ip', ...command)
    return text
      .split('\n')
      .map(line => line.trim().replace(/\s+/g, ' '))
      .filter(line => line !== '')
  }
  const set = { routes, rules }
  const ours = async () => [
    ...(await show('-4', 'route', 'show', 'table', 'all', 'proto', 'keepalived')),
    ...(await show('-6', 'route', 'show', 'table', 'all', 'proto', 'keepalived')),
    ...(await show('-4', 'rule', 'show')).filter(line => line.includes('keepalived')),
    ...(await show('-6', 'rule', 'show')).filter(line => line.includes('keepalived')),
  ]

  await addressManager.apply('V', [...addresses, ...excludedAddresses])
  const lines = (await show('address', 'show', 'dev', 'eth0')).join('\n')
  t.match(lines, 'inet 10.9.1.1/24 brd 10.9.1.255 scope site eth0:v')
  t.match(lines, 'inet 10.9.2.1/24 scope global deprecated noprefixroute eth0')
  t.match(lines, /inet6 2001:db8::5\/64 scope global .*home/)

  await routeManager.apply('V', set)
  const expected = [
    'nexthop via 10.9.1.253 dev eth0 weight 2',
    'nexthop via 10.9.1.252 dev eth0 weight 1',
    '192.0.2.0/24 via 10.9.1.254 dev eth0 src 10.9.1.1 metric 7 mtu lock 1400',
    '198.51.100.0/24 table 6909',
    'blackhole 203.0.113.0/24',
    '2001:db8:1::/48 via 2001:db8::1 dev eth0 metric 1024 pref medium',
    '77: from 192.0.2.0/24 lookup 6909 proto keepalived',
    '78: from all to 10.0.0.0/8 fwmark 0x5/0x7 iif eth0 prohibit proto keepalived',
    '79: from 2001:db8::/32 lookup local proto keepalived',
  ]
  t.strictSame(new Set(await ours()), new Set(expected))
  await routeManager.apply('V', set)
  t.strictSame(new Set(await ours()), new Set(expected), 'again changes nothing')

  await host.run('ip', 'rule', 'del', 'pref', '77')
  await host.run('ip', 'route', 'del', 'blackhole', '203.0.113.0/24')
  await routeManager.apply('V', set)
  t.strictSame(new Set(await ours()), new Set(expected), 'applied again it repairs')

  await routeManager.apply('V', { routes: routes.slice(2, 3), rules: [] })
  t.strictSame(await ours(), ['blackhole 203.0.113.0/24'])
  await routeManager.apply('V', { routes: [], rules: [] })
  t.strictSame(await ours(), [])

  await host.run('ip', 'route', 'add', '192.0.2.0/24', 'via', '10.9.1.200', 'metric', '7')
  await routeManager.apply('V', set)
  t.equal((await show('route', 'get', '192.0.2.9'))[0]?.includes('via 10.9.1.254'), true, 'ours is before an equal one')
  await routeManager.removeLeftOver(set)
  t.strictSame(await ours(), [], 'what a crash left behind')
  t.match((await show('route', 'show', '192.0.2.0/24')).join(), 'via 10.9.1.200', "the administrator's stays")
  await addressManager.apply('V', [])
  t.notMatch((await show('address', 'show', 'dev', 'eth0')).join(), '10.9.1.1')
})

t.test('what somebody deletes is put back, as often as three times a minute', { skip: labUnavailable() }, async t => {
  const lab = new Lab()
  t.teardown(() => lab.close())
  const host = lab.addHost('h', '10.9.1.1/24')
  const ports = insideNamespace(host, linuxPorts)
  t.teardown(() => ports.close())
  const { routeManager, links } = ports
  await until(() => links.get('eth0')?.running === true)
  const text = CONFIGURATION.replace('blackhole 203.0.113.0/24', 'blackhole 203.0.113.0/24 no_track').replace(
    ' src 10.9.1.1',
    '',
  )
  const { configuration } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  const { routes = [], rules = [] } = configuration.instances[0] ?? {}
  const told: string[] = []
  await routeManager.apply('V', { routes: routes.slice(0, 3), rules }, (what, restored) =>
    told.push(`${what} ${restored}`),
  )
  const deleted = (...what: string[]) => host.run('ip', ...what)
  await new Promise(setImmediate)
  await deleted('route', 'del', 'blackhole', '203.0.113.0/24')
  await deleted('rule', 'del', 'pref', '78')
  await until(() => told.length === 1)
  await deleted('-6', 'rule', 'del', 'pref', '79')
  await until(() => told.length === 2)
  for (let i = 0; i < 4; i++) {
    await deleted('route', 'del', '192.0.2.0/24')
    await until(() => told.length === 3 + i)
  }
  t.strictSame(told, [
    'rule with preference 78 true',
    'rule with preference 79 true',
    ...Array(3).fill('route 192.0.2.0/24 of table 254 true'),
    'route 192.0.2.0/24 of table 254 false',
  ])
  t.match(await deleted('rule', 'show'), /^78:.*prohibit/m)
  t.notMatch(await deleted('route', 'show'), /203\.0\.113|192\.0\.2/)
  await routeManager.apply('V', { routes: [], rules: [] })
  t.equal(told.length, 6, 'what we delete ourselves nobody has taken')
})
