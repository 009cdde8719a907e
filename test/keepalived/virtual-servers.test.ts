/**
 * virtual_server and its checkers: what is inherited, what keepalived corrects, what is said about it.
 */
import t from 'tap'
import { type LvsConfiguration, memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

function read(text: string): { readonly lvs: LvsConfiguration | undefined; readonly findings: readonly string[] } {
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text }))
  const findings = diagnostics.map(({ line, column, code, suggestion = '' }) =>
    `${line}:${column} ${code} ${suggestion}`.trim(),
  )
  return { lvs: configuration.lvs, findings: findings.filter(each => !each.endsWith('not-supported')) }
}

/** A virtual server with lines of its own and in its real server; the line of the first is 5, of the second 7. */
function server(own = '', real = ' TCP_CHECK {\n }', target = '192.0.2.100 80'): string {
  return `virtual_server ${target} {\n protocol TCP\n lvs_sched rr\n lvs_method NAT\n ${own}\n real_server 192.0.2.8 80 {\n ${real}\n }\n}\n`
}

function first(text: string) {
  const [virtual] = read(text).lvs?.virtualServers ?? []
  if (virtual === undefined) throw new Error('no virtual server')
  return virtual
}

function firstCheck(text: string) {
  const [check] = first(text).servers[0]?.checks ?? []
  if (check === undefined) throw new Error('no check')
  const { origin: _, ...rest } = check
  return rest
}

const USUAL = { interval: 60000, retry: 1, delayBeforeRetry: 1000, warmup: 60000, alpha: false, logAllFailures: false }
const CONNECTION = { address: '192.0.2.8', port: 80, timeout: 5000 }

t.test('the defaults of each checker', async t => {
  const of = (text: string) => firstCheck(server('', text))
  t.strictSame(of('TCP_CHECK {\n }'), { type: 'tcp', ...USUAL, connection: CONNECTION })
  t.strictSame(of('PING_CHECK {\n }'), { type: 'ping', ...USUAL, connection: CONNECTION })
  t.strictSame(of('DNS_CHECK {\n }'), {
    type: 'dns',
    ...USUAL,
    retry: 3,
    delayBeforeRetry: 60000,
    recordType: 'SOA',
    name: '.',
    connection: CONNECTION,
  })
  t.match(of('SMTP_CHECK {\n }'), { type: 'smtp', heloName: 'smtpchecker.keepalived.org', delayBeforeRetry: 1000 })
  t.match(of('MISC_CHECK {\n misc_path /bin/true\n }'), { type: 'misc', retry: 0, timeout: 60000, dynamic: false })
  t.match(of('UDP_CHECK {\n }'), { type: 'udp', minReplyLength: 0, maxReplyLength: 255 })
  t.match(of('HTTP_GET {\n url {\n path /\n }\n }'), {
    type: 'http',
    tls: false,
    delayBeforeRetry: 3000,
    protocol: '1.0',
    urls: [{ path: '/', status: [{ first: 200, last: 299 }] }],
  })
})

t.test('virtual server, real server, checker: the innermost counts', async t => {
  const virtual =
    'delay_loop 7\n retry 4\n connect_timeout 2\n warmup 0\n delay_before_retry 9\n alpha\n virtualhost a.test'
  const page = 'HTTP_GET {\n url {\n path /\n }\n }'
  t.match(firstCheck(server(virtual, page)), {
    interval: 7000,
    retry: 4,
    delayBeforeRetry: 9000,
    warmup: 0,
    alpha: true,
    connection: { timeout: 2000 },
    urls: [{ virtualHost: 'a.test' }],
  })
  t.match(firstCheck(server(virtual, `retry 2\n alpha no\n virtualhost b.test\n ${page}`)), {
    interval: 7000,
    retry: 2,
    alpha: false,
    urls: [{ virtualHost: 'b.test' }],
  })
  const own =
    'HTTP_GET {\n retry 0\n connect_port 8080\n virtualhost c.test\n url {\n path /\n }\n url {\n path /d\n virtualhost d.test\n }\n }'
  t.match(firstCheck(server(virtual, own)), {
    retry: 0,
    connection: { port: 8080 },
    urls: [{ virtualHost: 'c.test' }, { virtualHost: 'd.test' }],
  })
})

t.test('payloads are read as keepalived reads them', async t => {
  const check = firstCheck(server('', 'UDP_CHECK {\n payload Ab12f 3 456 546443123\n require_reply aX\n }'))
  t.match(check, { payload: 'ab120f0345065464431203', reply: 'ax' })
})

t.test('what keepalived corrects is corrected, and said', async t => {
  const cases: readonly [text: string, expected: object, ...findings: string[]][] = [
    [server('quorum 5'), { quorum: 1 }, '5:2 quorum-out-of-reach'],
    [server('hysteresis 1'), { hysteresis: 0 }, '5:2 quorum-out-of-reach'],
    [server('ops'), { onePacket: false }, '5:2 ineffective-keyword'],
    [server('sh-port'), { flags: [] }, '5:2 ineffective-keyword'],
    [server('sorry_server_inhibit'), {}, '5:2 ineffective-keyword'],
    [server('persistence_engine sip'), {}, '5:2 ineffective-keyword'],
    [server('', undefined, '192.0.2.100'), { persistence: { timeout: 360000 } }, '1:1 persistence-implied'],
    [
      server('persistence_granularity 255.255.255.0'),
      { persistence: { timeout: 360000, prefixLength: 24 } },
      '5:2 persistence-implied',
    ],
    [
      server('', 'lvs_method DR\n TCP_CHECK {\n }').replace('8 80', '8 81'),
      { servers: [{ port: 80 }] },
      '6:2 server-port',
    ],
    [
      server('', 'uthreshold 4\n lthreshold 9\n PING_CHECK {\n }'),
      { servers: [{ lowerThreshold: 0 }] },
      '8:2 ineffective-keyword',
    ],
    [
      server('', 'lvs_method DR', 'fwmark 3'),
      { name: 'FWM 3', family: 4 },
      '2:2 ineffective-keyword',
      '6:2 server-port',
      '6:2 missing-checks',
    ],
    [server('sorry_server 127.0.0.1'), { sorryServer: { port: 80, inhibit: false } }],
    [server('ha_suspend'), { haSuspend: true }, '5:2 ineffective-keyword'],
    [server('', 'weight 0\n TCP_CHECK {\n }'), { quorum: 0, hysteresis: 0 }, '7:2 ineffective-keyword'],
  ]
  for (const [text, expected, ...findings] of cases) {
    t.strictSame(read(text).findings, findings, text)
    t.match(first(text), expected, text)
  }
})

t.test('what cannot run is left out, and said', async t => {
  const cases: readonly [text: string, ...findings: string[]][] = [
    ['virtual_server 192.0.2.1 80 {\n protocol TCP\n}', '1:1 missing-server'],
    ['virtual_server group web {\n real_server 192.0.2.8 80 {\n }\n}', '1:22 unknown-group'],
    ['virtual_server fwmark 0 {\n}', '1:23 invalid-value'],
    ['virtual_server 192.0.2 80 {\n}', '1:16 invalid-address'],
    [server().replace('192.0.2.8', '2001:db8::8'), '6:2 server-family'],
  ]
  for (const [text, ...findings] of cases) {
    const result = read(text)
    t.equal(result.lvs, undefined, text)
    t.strictSame(
      result.findings.filter(each => !each.endsWith('missing-scheduling')),
      findings,
      text,
    )
  }
  const twice = read(server('real_server 192.0.2.8 80 {\n TCP_CHECK {\n }\n }'))
  t.strictSame(twice.findings, ['9:2 repeated-server'])
  const pages = read(server('', 'HTTP_GET {\n url {\n status_code 200\n }\n }'))
  t.strictSame(pages.findings, ['6:2 missing-checks', '8:2 missing-url'])
  const file = read(`track_file load {\n file /tmp/load\n}\n${server('', 'FILE_CHECK {\n track_file lod\n }')}`)
  t.strictSame(file.findings, ['9:2 missing-checks', '11:2 unknown-tracked load'])
})

t.test('tunnels', async t => {
  const of = (words: string) => read(server('', `lvs_method TUN ${words}\n TCP_CHECK {\n }`))
  const forwarding = (words: string) => of(words).lvs?.virtualServers[0]?.servers[0]?.forwarding
  t.strictSame(forwarding(''), { type: 'tunnel', tunnel: 'ipip' })
  t.strictSame(forwarding('type gue port 6080 remcsum'), {
    type: 'tunnel',
    tunnel: 'gue',
    port: 6080,
    checksum: 'remcsum',
  })
  t.strictSame(forwarding('type gre csum'), { type: 'tunnel', tunnel: 'gre', checksum: 'csum' })
  for (const wrong of ['type gue', 'type ipip csum', 'type gre remcsum', 'type gre port 3', 'type l2tp', 'nonsense']) {
    t.match(of(wrong).findings, [/^7:\d+ (invalid-value|missing-argument|unknown-option)$/], wrong)
  }
})

t.test('a group, its family, its marks', async t => {
  const group = 'virtual_server_group web {\n 192.0.2.100-101 80\n fwmark 7\n}\n'
  const { targets, family, name } = first(group + server('', undefined, 'group web'))
  t.strictSame(
    { targets, family, name },
    {
      targets: [
        { type: 'address', address: '192.0.2.100', count: 2, port: 80 },
        { type: 'mark', mark: 7, family: 4 },
      ],
      family: 4,
      name: '[web]:0',
    },
  )
  const mixed = group.replace('fwmark 7', '2001:db8::1 80')
  t.strictSame(read(mixed + server('', undefined, 'group web')).findings, ['5:22 server-family'])
  t.strictSame(
    read(mixed + server('', 'lvs_method TUN\n TCP_CHECK {\n }', 'group web')).findings,
    [],
    'tunnels take both',
  )
})

t.test('what global_defs says about LVS', async t => {
  const { lvs, findings } = read(`global_defs {
    lvs_timeouts tcp 900 udp 30
    lvs_flush
    lvs_flush_on_stop VS
    lvs_sync_daemon eth0 inst V id 9 maxlen 1000 port 9000 ttl 3 group 239.1.1.1
  }
  vrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.1 }\n}`)
  t.strictSame(findings, [])
  t.match(lvs, {
    timeouts: { tcp: 900000, udp: 30000 },
    flush: true,
    flushOnStop: 'services',
    syncDaemon: { interface: 'eth0', instance: 'V', id: 9, maxLength: 1000, port: 9000, ttl: 3, group: '239.1.1.1' },
    virtualServers: [],
  })
  t.match(read('global_defs {\n lvs_sync_daemon eth0 W\n}').findings, ['2:2 unknown-instance'])
  for (const line of [
    'lvs_timeouts tcp 0',
    'lvs_timeouts x 1',
    'lvs_sync_daemon eth0 id 256',
    'lvs_flush_on_stop RS',
  ]) {
    t.match(read(`global_defs {\n ${line}\n}`).findings, [/^2:\d+ (invalid-value|unknown-option)/], line)
  }
})
