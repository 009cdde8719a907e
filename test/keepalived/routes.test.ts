/**
 * Routes, rules and static addresses: the syntax of iproute2 as keepalived reads it.
 */
import t from 'tap'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'

/** Reads the inside of an instance, with what stands before it. */
function read(inside: string, before = '', files: Readonly<Record<string, string>> = {}) {
  const text = `${before}\nvrrp_instance V {\n interface eth0\n virtual_router_id 5\n virtual_ipaddress {\n 192.0.2.1\n }\n${inside}\n}\n`
  const { configuration, diagnostics } = readConfiguration('k.conf', memoryReader({ 'k.conf': text, ...files }))
  return {
    statics: configuration.statics,
    instance: configuration.instances[0],
    said: diagnostics.map(({ code, message }) => `${code}: ${message}`),
  }
}
const route = (line: string) => read(` virtual_routes {\n  ${line}\n }`)
const rule = (line: string) => read(` virtual_rules {\n  ${line}\n }`)
const MAIN = { family: 4, type: 'unicast', table: 254, protocol: 18, scope: 0 } as const

t.test('routes as in the manual of keepalived', async t => {
  for (const [line, expected] of [
    [
      'src 192.168.100.1 to 192.168.109.0/24 via 192.168.200.254 dev eth1',
      {
        ...MAIN,
        destination: '192.168.109.0',
        prefixLength: 24,
        hops: [{ gateway: '192.168.200.254', interface: 'eth1' }],
        source: '192.168.100.1',
      },
    ],
    [
      '192.168.111.0/24 dev eth2 no_track',
      {
        ...MAIN,
        destination: '192.168.111.0',
        prefixLength: 24,
        hops: [{ interface: 'eth2' }],
        scope: 253,
        tracked: false,
      },
    ],
    [
      '192.168.113.0/24 via 192.168.200.254 or 192.168.100.254 dev eth1',
      {
        ...MAIN,
        destination: '192.168.113.0',
        prefixLength: 24,
        hops: [
          { gateway: '192.168.200.254', interface: 'eth1' },
          { gateway: '192.168.100.254', interface: 'eth1' },
        ],
      },
    ],
    [
      'blackhole 192.168.114.0/24',
      { ...MAIN, type: 'blackhole', destination: '192.168.114.0', prefixLength: 24, hops: [] },
    ],
    [
      '0.0.0.0/0 gw 192.168.0.1 table 100',
      { ...MAIN, destination: '0.0.0.0', prefixLength: 0, hops: [{ gateway: '192.168.0.1' }], table: 100 },
    ],
    [
      '192.168.100.0/24 nexthop via 192.168.101.1 dev w0 onlink weight 1 nexthop via 192.168.101.2 dev w0 weight 2',
      {
        ...MAIN,
        destination: '192.168.100.0',
        prefixLength: 24,
        hops: [
          { gateway: '192.168.101.1', interface: 'w0', onlink: true, weight: 1 },
          { gateway: '192.168.101.2', interface: 'w0', weight: 2 },
        ],
      },
    ],
    [
      'default via fe80::1 dev eth0 metric 5 mtu lock 1400 proto static append',
      {
        ...MAIN,
        family: 6,
        destination: '::',
        prefixLength: 0,
        hops: [{ gateway: 'fe80::1', interface: 'eth0' }],
        protocol: 4,
        metric: 5,
        metrics: { mtu: 1400 },
        locked: ['mtu'],
        placement: 'append',
      },
    ],
  ] as const) {
    const { instance, said } = route(line)
    t.strictSame(instance?.routes, [expected], line)
    t.strictSame(said, [], line)
  }
})

t.test('a route that is half understood is left out, and says why', async t => {
  for (const [line, message] of [
    ['10.0.0.0/8 via foo', "invalid-value: 'via' needs an address, not 'foo': the route is left out"],
    ['10.0.0.0/8', "missing-argument: a route needs a gateway ('via') or an interface ('dev'): it is left out"],
    ['via 192.0.2.9', 'missing-argument: a route needs a destination: the route is left out'],
    ['10.0.0.0/8 dev', "missing-argument: 'dev' needs a value: the route is left out"],
    [
      '10.0.0.0/40 dev eth0',
      "invalid-value: '10.0.0.0/40' is not an address with an optional /prefix: the route is left out",
    ],
    ['10.0.0.0/8 dev eth0 bogus', "unknown-option: unknown option 'bogus': the route is left out"],
    ['10.0.0.0/8 dev eth0 encap x', "not-supported: 'encap' of a route is not supported yet: the route is left out"],
    [
      '10.0.0.0/8 dev eth0 metric -1',
      "invalid-value: 'metric' must be a whole number of 0..4294967295, not '-1': the route is left out",
    ],
    [
      '10.0.0.0/8 dev eth0 table isp',
      "invalid-value: no table has the name 'isp' in /etc/iproute2/rt_tables: write its number",
    ],
    [
      '2001:db8::/32 via 192.0.2.1',
      "invalid-value: '192.0.2.1' is not IPv6 like the destination: the route is left out",
    ],
  ] as const) {
    const { instance, said } = route(line)
    t.strictSame(said, [message], line)
    t.equal(instance?.routes, undefined, line)
  }
})

t.test('names come from the files of iproute2', async t => {
  const files = { '/etc/iproute2/rt_tables': '# reserved\n255\tlocal\n100\tisp\n0x65 isp2 # second\n' }
  const inside = ' virtual_routes {\n 10.0.0.0/8 dev eth0 table isp\n 10.0.0.0/8 dev eth0 table isp2\n }'
  const { instance, said } = read(inside, '', files)
  t.strictSame(
    instance?.routes?.map(({ table }) => table),
    [100, 101],
  )
  t.strictSame(said, [])
})

t.test('rules as in the manual of keepalived', async t => {
  for (const [line, expected] of [
    [
      'from 192.168.28.0/24 to 192.168.29.0/26 table 7 iif p1 oif w0 tos 22 fwmark 24/12 preference 39',
      {
        family: 4,
        action: { type: 'table', table: 7 },
        preference: 39,
        protocol: 18,
        from: { address: '192.168.28.0', prefixLength: 24 },
        to: { address: '192.168.29.0', prefixLength: 26 },
        iif: 'p1',
        oif: 'w0',
        tos: 22,
        mark: 24,
        mask: 12,
      },
    ],
    [
      'not from 2001:db8::/32 goto 40 pref 30 uidrange 10000-19999 ip_proto UDP sport 10-20 dport 53',
      {
        family: 6,
        action: { type: 'goto', preference: 40 },
        preference: 30,
        protocol: 18,
        inverted: true,
        from: { address: '2001:db8::', prefixLength: 32 },
        uids: [10000, 19999],
        ipProtocol: 17,
        sourcePorts: [10, 20],
        destinationPorts: [53, 53],
      },
    ],
    [
      'fwmark 0x10 blackhole order 9',
      { family: 4, action: { type: 'blackhole' }, preference: 9, protocol: 18, mark: 16 },
    ],
  ] as const) {
    const { instance, said } = rule(line)
    t.strictSame(instance?.rules, [expected], line)
    t.strictSame(said, [], line)
  }
})

t.test('rules without a preference get falling ones, with a warning', async t => {
  const { statics, instance, said } = read(
    ' virtual_rules {\n to 192.0.2.0/24 table 2\n }',
    'static_rules {\n from 192.0.2.0/24 table 1\n}',
  )
  t.strictSame([statics?.rules[0]?.preference, instance?.rules?.[0]?.preference], [16384, 16383])
  t.equal(said.length, 2)
  t.match(said[0], /^rule-without-preference: /)
  t.strictSame(rule('from 192.0.2.0/24').said, [
    "missing-argument: a rule needs a 'table', a 'goto' or a type: the rule is left out",
  ])
})

t.test('static addresses: the interface is default_interface', async t => {
  const before =
    'global_defs {\n default_interface eth7\n}\nstatic_ipaddress {\n 192.0.2.9/26 brd +\n 192.0.2.10/24 brd - dev eth1\n}'
  t.strictSame(read('', before).statics, {
    addresses: [
      { address: '192.0.2.9', prefixLength: 26, interface: 'eth7', broadcast: '192.0.2.63' },
      { address: '192.0.2.10', prefixLength: 24, interface: 'eth1', broadcast: '192.0.2.0' },
    ],
    routes: [],
    rules: [],
  })
})
