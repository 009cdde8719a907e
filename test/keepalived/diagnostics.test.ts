/**
 * Mistakes in keepalived.conf: each is reported once, at its place, under its code.
 */
import t from 'tap'
import { formatDiagnostic, memoryReader, type ReadResult, readConfiguration } from '../../lib/keepalived/index.ts'

function read(text: string, configId?: string): ReadResult {
  return readConfiguration('k.conf', memoryReader({ 'k.conf': text }), { configId })
}

/** An instance with a body that needs no more. */
function instance(body: string, name = 'V', vrid = 1): string {
  return `vrrp_instance ${name} {\n interface eth0\n virtual_router_id ${vrid}\n virtual_ipaddress { 192.0.2.${vrid} }\n${body}\n}\n`
}

/** `line:column code` of everything that was found. */
function findings(text: string): string[] {
  return read(text).diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`)
}

const TABLE: readonly [name: string, text: string, ...findings: string[]][] = [
  ['nothing wrong', instance('')],
  ['an empty file', '', '1:1 no-instances'],
  ['an unknown keyword', instance(' advert_imt 1'), '5:2 unknown-keyword'],
  ['an unknown block is skipped whole', `${instance('')}vrp_script x {\n script y\n { z }\n}\n`, '7:1 unknown-keyword'],
  ['a keyword of nowhere at the top', `${instance('')}...\n`, '7:1 unknown-keyword'],
  ['one brace too many', `${instance('')}}\n`, '7:1 unexpected-brace'],
  ['a brace without a keyword', `{ x }\n${instance('')}`, '1:1 unexpected-brace'],
  ['a lost brace before the next block', instance('').replace(/\}\n$/, '') + instance('', 'W', 2), '6:1 missing-brace'],
  [
    'a lost brace inside a block',
    instance(' authentication {\n  auth_type PASS\n  auth_pass x\n priority 5'),
    '8:2 missing-brace',
  ],
  ['a lost brace at the end', instance('').replace(/\}\n$/, ''), '1:1 missing-brace'],
  ['a block that should not be', instance(' priority 5 { x }'), '5:13 unexpected-block'],
  ['a block that is missing', instance(' track_script chk'), '5:2 missing-block'],
  ['a brace on the next line', instance(' authentication\n {\n auth_type PASS\n auth_pass a\n }')],
  ['a value that is missing', instance(' priority'), '5:2 missing-argument'],
  ['a value out of range', instance(' priority 256'), '5:11 invalid-value'],
  ['a value of another kind', instance(' priority high'), '5:11 invalid-value'],
  ['a state in lower case', instance(' state master'), '5:8 invalid-value'],
  [
    'two keywords on a line',
    instance(' authentication { auth_type PASS auth_pass x }'),
    '5:2 missing-password',
    '5:34 ignored-words',
  ],
  ['words behind a value', instance(' priority 5 6'), '5:13 ignored-words'],
  ['two addresses on a line', instance(' virtual_ipaddress_excluded { 192.0.2.7 192.0.2.8 }'), '5:41 ignored-words'],
  ['an address that is none', instance(' virtual_ipaddress_excluded {\n 192.0.2.300\n }'), '6:2 invalid-address'],
  [
    'only bad addresses: said once',
    'vrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress {\n x\n }\n}',
    '5:2 invalid-address',
  ],
  [
    'an unknown option',
    instance(' virtual_ipaddress_excluded { 192.0.2.7 dve eth1 }'),
    '5:41 unknown-option',
    '5:45 unknown-option',
  ],
  ['a keyword twice', instance(' priority 5\n priority 6'), '6:2 repeated-keyword'],
  ['lists add up', instance(' virtual_ipaddress { 192.0.2.9 }')],
  ['a name twice', instance('') + instance('', 'V', 2), '7:1 repeated-name'],
  [
    'no interface',
    'vrrp_instance V {\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n}',
    '1:1 missing-interface',
  ],
  [
    'a misspelt interface: said once',
    'vrrp_instance V {\n interfce e\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n}',
    '2:2 unknown-keyword',
  ],
  ['no VRID', 'vrrp_instance V {\n interface e\n virtual_ipaddress { 192.0.2.1 }\n}', '1:1 missing-vrid'],
  ['no addresses', 'vrrp_instance V {\n interface e\n virtual_router_id 1\n}', '1:1 missing-addresses'],
  [
    'an empty list of addresses',
    'vrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress {\n }\n}',
    '1:1 missing-addresses',
  ],
  ['one VRID twice', instance('') + instance('', 'W', 1).replace('192.0.2.1', '192.0.2.2'), '9:2 duplicate-vrid'],
  [
    'one VRID twice, other group',
    instance('') + instance(' mcast_dst_ip 224.0.0.99', 'W', 1).replace('192.0.2.1', '192.0.2.2'),
  ],
  ['one address twice', instance('') + instance('', 'W', 2).replace('192.0.2.2', '192.0.2.1'), '10:2 shared-address'],
  ['both families', instance(' virtual_ipaddress { fe80::1 }'), '5:22 mixed-families'],
  [
    'a list of peers',
    instance(' unicast_peer {\n 192.0.2.8 min_ttl 1 max_ttl 255\n }\n unicast_ttl 64\n check_unicast_src'),
  ],
  ['a peer by name', instance(' unicast_peer {\n r2.example.net\n }'), '6:2 named-peer'],
  ['a peer that is neither', instance(' unicast_peer {\n 192.0.2.300\n }'), '5:2 no-peers', '6:2 invalid-address'],
  ['a peer of the other family', instance(' unicast_peer {\n fe80::1\n }'), '5:2 no-peers', '6:2 invalid-address'],
  ['no peers', instance(' unicast_peer {\n }'), '5:2 no-peers'],
  ['no peers, and that is a fault', instance(' unicast_peer {\n }\n unicast_fault_no_peer')],
  ['oneself as a peer', instance(' unicast_src_ip 192.0.2.8\n unicast_peer {\n 192.0.2.8\n }'), '7:2 own-peer'],
  ['priority 255', instance(' priority 255'), '5:2 owner-priority'],
  ['MASTER without a priority', instance(' state MASTER'), '5:2 master-without-priority'],
  [
    'MASTER with nopreempt',
    instance(' state MASTER\n priority 9\n nopreempt\n preempt_delay 5'),
    '7:2 master-clears',
    '8:2 master-clears',
  ],
  ['nopreempt and preempt_delay', instance(' nopreempt\n preempt_delay 5'), '5:2 conflicting-keywords'],
  [
    'nopreempt of the owner',
    instance(' nopreempt\n priority 255\n state BACKUP'),
    '5:2 master-clears',
    '6:2 owner-priority',
  ],
  [
    'a long password',
    instance(' authentication {\n auth_type PASS\n auth_pass 123456789\n }'),
    '7:12 password-too-long',
  ],
  ['a password of eight', instance(' authentication {\n auth_type PASS\n auth_pass 12345678\n }')],
  [
    'a password of three long characters',
    instance(' authentication {\n auth_type PASS\n auth_pass 节节节\n }'),
    '7:12 password-too-long',
  ],
  ['a password without a type', instance(' authentication {\n auth_pass x\n }'), '5:2 authentication-ignored'],
  [
    'a password in version 3',
    instance(' version 3\n authentication {\n auth_type PASS\n auth_pass x\n }'),
    '6:2 authentication-ignored',
  ],
  ['a fraction in version 2', instance(' advert_int 1.5'), '5:2 interval-rounded'],
  ['a fraction in version 3', instance(' version 3\n advert_int 0.25')],
  ['too fine for version 3', instance(' version 3\n advert_int 0.255'), '6:2 interval-rounded'],
  ['too long for version 3', instance(' version 3\n advert_int 41'), '6:2 interval-out-of-range'],
  ['what 1.x took', `global_defs {\n vrrp_garp_interval 0\n}\n${instance('')}`, '2:21 outdated-value'],
]

for (const [name, text, ...expected] of TABLE) {
  t.test(name, async t => {
    t.strictSame(findings(text), expected, read(text).diagnostics.map(formatDiagnostic).join('\n'))
  })
}

t.test('strict mode in plain words', async t => {
  const text = `global_defs { vrrp_strict }\n${instance(' state MASTER\n priority 9\n unicast_peer { 192.0.2.3 }\n authentication {\n auth_type PASS\n auth_pass x\n }')}`
  const { configuration, diagnostics } = read(text)
  t.strictSame(
    diagnostics.map(({ line, code }) => `${line} ${code}`),
    ['5 strict-unreachable', '6 strict-priority', '8 strict-overrides', '9 strict-authentication'],
  )
  const [first] = configuration.instances
  t.match(first, {
    state: 'BACKUP',
    acceptMode: false,
    authentication: { type: 'none' },
    destination: { type: 'multicast', group: '224.0.0.18' },
    announcements: { lowerPriorityRepeat: 0 },
    advertiseToLoser: false,
  })
})

t.test('suggestions', async t => {
  const suggestion = (text: string) => read(text).diagnostics.find(each => each.suggestion !== undefined)?.suggestion
  t.equal(suggestion(instance(' vitual_ipaddress { 192.0.2.2 }')), 'virtual_ipaddress')
  t.equal(suggestion(instance(' Priority 5')), 'priority')
  t.equal(suggestion(instance(' notify_"/x/notify.sh fault"')), 'notify_fault')
  t.equal(suggestion(`vrrp_instanse V {\n}`), 'vrrp_instance')
  t.equal(suggestion(`${instance(' track_script { chk_ngnix }')}vrrp_script chk_nginx { script /x }`), 'chk_nginx')
  t.equal(suggestion(`${instance('')}vrrp_sync_group G { group { V Vv } }`), 'V')
  t.equal(suggestion(instance(' zzzzzzzz 1')), undefined)
})

t.test('scripts and groups', async t => {
  const codes = (text: string) =>
    read(text)
      .diagnostics.filter(each => each.code !== 'not-supported')
      .map(({ line, code }) => `${line} ${code}`)
  t.strictSame(codes(`${instance(' track_script { chk }')}vrrp_script other { script /x }`), [
    '5 unknown-script',
    '7 unused-script',
  ])
  t.strictSame(codes(`${instance(' track_script { chk }')}vrrp_script chk {\n weight 2\n}`), ['7 missing-script'])
  t.strictSame(codes(`${instance(' track_script { c }')}vrrp_script c { script killall -0 x }`), ['7 ignored-words'])
  t.strictSame(codes(`${instance(' track_script { c weight 300 }')}vrrp_script c { script /x }`), ['5 invalid-value'])
  t.strictSame(codes(`${instance('')}vrrp_sync_group G { group { V } }`), ['7 single-member-group'])
  t.strictSame(codes(`${instance('')}vrrp_sync_group G { group { V X } }`), ['7 unknown-instance'])
  t.strictSame(codes(`${instance('')}vrrp_sync_group G {\n}`), ['7 empty-group'])
  const two = instance('') + instance('', 'W', 2)
  t.strictSame(codes(`${two}vrrp_sync_group G { group { V W } }\nvrrp_sync_group H {\n group {\n V W\n }\n}`), [
    '16 several-groups',
    '16 several-groups',
  ])
  const weighted = instance(' track_script { c weight 5 }') + instance('', 'W', 2)
  t.strictSame(codes(`${weighted}vrrp_script c { script /x }\nvrrp_sync_group G { group { V W } }`), [
    '5 group-ignores-weight',
  ])
})

t.test('what is known but not supported is named once, with all its places', async t => {
  const snmp = 'global_defs {\n enable_traps\n enable_snmp_rfc\n}\nglobal_defs {\n enable_traps\n}\n'
  const text = instance(' track_bfd { b }') + snmp
  const lines = read(text).diagnostics.map(formatDiagnostic)
  t.equal(lines.length, 2)
  t.match(lines[0], /^k\.conf:5:2: warning: 'track_bfd' is not supported yet: /)
  t.match(
    lines[1],
    /^k\.conf:8:2: warning: 'enable_traps', 'enable_snmp_rfc' are not supported yet: .* \(also lines 9, 12\)$/,
  )
})

t.test('a virtual server says what it lacks and what it has twice', async t => {
  const server =
    'virtual_server 192.0.2.1 80 {\n lb_algo rr\n real_server 192.0.2.9 80 {\n TCP_CHECK {\n conect_timeout 3\n }\n }\n}\n'
  const { diagnostics } = read(server + server)
  t.strictSame(
    diagnostics.map(({ line, code, suggestion }) => `${line} ${code} ${suggestion ?? ''}`.trim()),
    [
      '1 missing-scheduling',
      '1 missing-scheduling',
      '5 unknown-keyword connect_timeout',
      '9 missing-scheduling',
      '9 missing-scheduling',
      '9 repeated-service',
      '13 unknown-keyword connect_timeout',
    ],
  )
})

t.test('secrets never appear', async t => {
  const secret = 'S3cr3tPassword'
  for (const body of [
    ` authentication { auth_type PASS auth_pass ${secret} }`,
    ` authentication {\n auth_type PASS\n auth_pass ${secret} ${secret}\n }`,
    ` authentication {\n auth_type ${secret}\n auth_pass ${secret} { ${secret} }\n }`,
    ` authentication {\n auth_type PASS\n auth_pas ${secret}\n }`,
    ` version 3\n authentication {\n auth_type AH\n auth_pass "${secret}"\n }`,
    ` auth_hmac {\n key 1 ${secret} ${secret}\n }`,
  ]) {
    const { diagnostics } = read(instance(body))
    const shown = JSON.stringify(diagnostics)
    t.ok(diagnostics.length > 0)
    // auth_type is no secret, its wrong value may be shown.
    t.notMatch(body.includes(`auth_type ${secret}`) ? shown.replace(secret, '') : shown, secret)
  }
})

t.test('messages carry no control characters', async t => {
  const { diagnostics } = read('\u001b[31mred\u0007 x\n')
  t.match(diagnostics[0]?.message, /'\\u001b\[31mred\\u0007'/)
})

t.test('there is an end to messages', async t => {
  const { diagnostics } = read('x\n'.repeat(5000))
  t.equal(diagnostics.length, 1001)
  t.match(diagnostics.at(-1), { code: 'too-many-problems', message: /^4000 more/ })
})

t.test('a file that is not there', async t => {
  const { diagnostics, configuration } = readConfiguration('/no.conf', memoryReader({}))
  t.strictSame(diagnostics.map(formatDiagnostic), ["/no.conf:1:1: error: the file '/no.conf' does not exist"])
  t.strictSame(configuration.instances, [])
})
