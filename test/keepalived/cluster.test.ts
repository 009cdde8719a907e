/**
 * Nodes of a cluster against each other: one difference, one message with two places.
 */
import t from 'tap'
import { checkCluster, type Diagnostic, memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

const BASE = {
  state: 'BACKUP',
  interface: 'eth0',
  virtual_router_id: '51',
  priority: '100',
  advert_int: '1',
  authentication: '{\n auth_type PASS\n auth_pass alpha\n }',
  virtual_ipaddress: '{\n 192.0.2.1\n 192.0.2.2\n }',
}
type Body = Partial<Record<string, string>>

function instance(body: Body = {}, name = 'V'): string {
  const lines = Object.entries({ ...BASE, ...body }).map(([keyword, value]) => ` ${keyword} ${value}`)
  return `vrrp_instance ${name} {\n${lines.join('\n')}\n}\n`
}

function check(...texts: string[]): readonly Diagnostic[] {
  return checkCluster(
    texts.map((text, i) => {
      const name = `${'abc'[i]}.conf`
      return { name, configuration: readConfiguration(name, memoryReader({ [name]: text })).configuration }
    }),
  )
}
/** `file code -> file` */
function findings(...texts: string[]): string[] {
  return check(...texts).map(({ file, code, related = [] }) =>
    [`${file} ${code}`, ...related.map(each => each.file)].join(' '),
  )
}

const master = instance({ state: 'MASTER', priority: '150' })

const TABLE: readonly [name: string, body: Body, ...findings: string[]][] = [
  ['the same but the priority', {}],
  ['another order of addresses', { virtual_ipaddress: '{\n 192.0.2.2\n 192.0.2.1\n }' }],
  ['another interface name', { interface: 'ens3' }],
  ['another password', { authentication: '{\n auth_type PASS\n auth_pass beta\n }' }, 'b.conf cluster-password a.conf'],
  [
    'another kind of authentication',
    { authentication: '{\n auth_type AH\n auth_pass alpha\n }' },
    'b.conf cluster-auth-type a.conf',
  ],
  ['another version', { version: '3' }, 'b.conf cluster-version a.conf'],
  ['another interval', { advert_int: '2' }, 'b.conf cluster-interval a.conf'],
  ['other addresses', { virtual_ipaddress: '{\n 192.0.2.1\n }' }, 'b.conf cluster-addresses a.conf'],
  ['another multicast group', { mcast_dst_ip: '224.0.0.99' }, 'b.conf cluster-group-address a.conf'],
  ['unicast on one node', { unicast_peer: '{\n 192.0.2.9\n }' }, 'b.conf cluster-destination a.conf'],
  ['equal priorities', { priority: '150' }, 'b.conf cluster-priority a.conf'],
  ['two masters', { state: 'MASTER' }, 'b.conf cluster-state a.conf'],
  ['nopreempt on one node', { nopreempt: '' }, 'b.conf cluster-preempt a.conf'],
  ['another VRID for the same address', { virtual_router_id: '52' }, 'b.conf cluster-address-reused a.conf'],
]
for (const [name, body, ...expected] of TABLE) {
  t.test(name, async t => void t.strictSame(findings(master, instance(body)), expected))
}

t.test('version 3: intervals are learnt, checksums differ', async t => {
  const three = { version: '3', authentication: '{\n }' }
  const first = instance({ ...three, priority: '150' })
  t.strictSame(findings(first, instance({ ...three, advert_int: '0.5' })), ['b.conf cluster-interval-learnt a.conf'])
  t.strictSame(findings(first, instance({ ...three, v3_checksum_as_v2: '' })), ['b.conf cluster-checksum a.conf'])
})

t.test('two owners', async t => {
  const owner = instance({ priority: '255', state: 'MASTER' })
  t.strictSame(findings(owner, owner), ['b.conf cluster-owner a.conf'])
})

t.test('a virtual router on one node only; three nodes', async t => {
  const alone = instance({ virtual_router_id: '9', virtual_ipaddress: '{\n 192.0.2.9\n }' }, 'W')
  t.strictSame(findings(master, instance() + alone), ['b.conf cluster-vrid-alone'])
  t.strictSame(findings(master, instance(), instance({ priority: '100' })), ['c.conf cluster-priority b.conf'])
  t.strictSame(findings(master), [])
})

t.test('one VRID on two interfaces is matched by interface', async t => {
  const other = { interface: 'eth1', virtual_ipaddress: '{\n 198.51.100.1\n }' }
  const texts = [
    master + instance({ ...other, priority: '7' }, 'W'),
    instance() + instance({ ...other, priority: '7' }, 'W'),
  ]
  t.strictSame(findings(...texts), ['b.conf cluster-priority a.conf'])
})

t.test('unicast peers that do not know each other', async t => {
  const node = (own: string, peer: string, priority: string) =>
    instance({ unicast_src_ip: own, unicast_peer: `{\n ${peer}\n }`, priority })
  t.strictSame(findings(node('192.0.2.11', '192.0.2.12', '1'), node('192.0.2.12', '192.0.2.11', '2')), [])
  t.strictSame(findings(node('192.0.2.11', '192.0.2.13', '1'), node('192.0.2.12', '192.0.2.11', '2')), [
    'a.conf cluster-peers b.conf',
  ])
})

t.test('sync groups', async t => {
  const second = (priority: string) =>
    instance({ virtual_router_id: '52', virtual_ipaddress: '{\n 192.0.2.3\n }', priority }, 'W')
  const third = (priority: string) =>
    instance({ virtual_router_id: '53', virtual_ipaddress: '{\n 192.0.2.4\n }', priority }, 'X')
  const group = 'vrrp_sync_group G {\n group { V W }\n}\n'
  const a = master + second('150') + third('150')
  const b = instance() + second('100') + third('100')
  t.strictSame(findings(a + group, b + group), [])
  t.strictSame(findings(a + group, b + group.replace('G', 'H')), [])
  t.strictSame(findings(a + group, b), ['a.conf cluster-sync-group'])
  t.strictSame(findings(a, b + group), ['b.conf cluster-sync-group'])
  t.strictSame(findings(a + group, b + group.replace('V W', 'V X')), ['b.conf cluster-sync-group a.conf'])
  t.strictSame(findings(master + second('100') + group, instance() + second('150') + group), [
    'a.conf cluster-crossed a.conf b.conf',
  ])
})

t.test('the same router_id', async t => {
  const global = 'global_defs { router_id R }\n'
  t.strictSame(findings(global + master, global + instance()), ['b.conf cluster-router-id a.conf'])
})

t.test('passwords are not shown', async t => {
  const diagnostics = check(master, instance({ authentication: '{\n auth_type PASS\n auth_pass beta\n }' }))
  t.equal(diagnostics.length, 1)
  t.notMatch(JSON.stringify(diagnostics), /alpha|beta/)
  t.match(diagnostics[0], { line: 9, column: 2, related: [{ line: 9, column: 2 }] })
})
