/**
 * What can be wanted: defaults, and the reason for each value that the kernel takes but cannot work with.
 */
import t from 'tap'
import {
  checkDestination,
  checkService,
  checkSyncDaemon,
  checkTable,
  checkTimeouts,
  completeDestination,
  completeService,
  completeSyncDaemon,
  completeTable,
  describeProblem,
  type Problem,
  scheduling,
} from '../../lib/ipvs/index.ts'

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const
const WEB6 = { protocol: 'tcp', address: '2001:DB8::1', port: 80 } as const
const MARK = { fwmark: 7, family: 4 } as const
const texts = (problems: readonly Problem[]) => problems.map(describeProblem)

t.test('defaults are those of ipvsadm', async t => {
  t.strictSame(completeService(WEB), {
    ...WEB,
    scheduler: 'wlc',
    schedulerFlags: [],
    persistence: false,
    persistenceEngine: false,
    onePacket: false,
  })
  t.strictSame(completeService({ ...WEB, persistence: {} }).persistence, { timeout: 360, mask: '255.255.255.255' })
  t.strictSame(completeService({ ...WEB6, persistence: {} }).persistence, { timeout: 360, mask: 128 })
  t.equal(completeService(WEB6).address, '2001:db8::1', 'canonical')
  t.strictSame(completeService({ ...WEB, persistence: { mask: 24 } }).persistence, {
    timeout: 360,
    mask: '255.255.255.0',
  })
  t.strictSame(completeDestination(WEB, { address: '198.51.100.1' }), {
    address: '198.51.100.1',
    port: 80,
    forward: 'droute',
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
  })
  t.equal(completeDestination(MARK, { address: '198.51.100.1' }).port, 0)
  t.strictSame(completeSyncDaemon({ state: 'master', interface: 'eth0' }), {
    state: 'master',
    interface: 'eth0',
    syncId: 0,
    group: '224.0.0.81',
    port: 8848,
    ttl: 1,
  })
})

t.test('what was completed is complete', async t => {
  const service = completeService({ ...WEB, scheduler: 'sh', schedulerFlags: ['sh-port', 'sh-fallback'] })
  t.strictSame(service.schedulerFlags, ['sh-fallback', 'sh-port'], 'in the order of the bits')
  t.strictSame(completeService(service), service)
  const table = completeTable([{ ...WEB, destinations: [{ address: '198.51.100.1' }] }])
  t.strictSame(completeTable(table), table)
})

t.test('services that the kernel takes but cannot work with', async t => {
  const cases: readonly (readonly [object, string])[] = [
    [{ address: '0.0.0.0' }, 'address: 0.0.0.0 is not the address of anybody'],
    [{ address: '::' }, 'address: :: is not the address of anybody'],
    [{ address: '224.0.0.18' }, 'address: 224.0.0.18 is a multicast group: IPVS balances unicast alone'],
    [{ address: 'ff02::1' }, 'address: ff02::1 is a multicast group: IPVS balances unicast alone'],
    [{ address: '255.255.255.255' }, 'address: 255.255.255.255 is the broadcast address: IPVS balances unicast alone'],
    [{ address: 'web' }, "address: 'web' is not an IPv4 or IPv6 address"],
    [{ port: 0 }, 'port: 0 means all ports, and all ports need persistence'],
    [{ port: 65536 }, 'port: 65536 is not an integer from 0 to 65535'],
    [{ port: '80' }, "port: '80' is not an integer from 0 to 65535"],
    [{ protocol: 'ip-99' }, "protocol: 'ip-99' is not one of tcp, udp, sctp"],
    [
      { scheduler: 'round robin' },
      "scheduler: 'round robin' is not the name of a scheduler: 1 to 15 letters, digits, '-' and '_'",
    ],
    [
      { scheduler: 'a234567890123456' },
      "scheduler: 'a234567890123456' is not the name of a scheduler: 1 to 15 letters, digits, '-' and '_'",
    ],
    [
      { scheduler: 'rr', schedulerFlags: ['sh-port'] },
      "schedulerFlags: 'sh-port' is not a flag of the scheduler rr, which has flag-1, flag-2, flag-3",
    ],
    [{ persistence: { timeout: 0 } }, 'persistence.timeout: 0 is not an integer from 1 to 2678400'],
    [{ persistence: { timeout: 4294967295 } }, 'persistence.timeout: 4294967295 is not an integer from 1 to 2678400'],
    [{ persistence: { mask: '24' } }, "persistence.mask: '24' is not a netmask like 255.255.255.0"],
    [{ persistence: { netmask: 24 } }, 'persistence.netmask: is not an option here'],
    [{ address: '2001:db8::1', persistence: { mask: 129 } }, 'persistence.mask: 129 is not an integer from 1 to 128'],
    [{ address: '2001:db8::1', persistence: { mask: 0 } }, 'persistence.mask: 0 is not an integer from 1 to 128'],
    [{ protocol: 'udp', persistenceEngine: 'sip' }, 'persistenceEngine: sip does nothing without persistence'],
    [
      { persistence: {}, persistenceEngine: 'sip' },
      'persistenceEngine: sip reads call ids from UDP alone: every connection would be dropped',
    ],
    [
      { onePacket: true },
      'onePacket: needs UDP or a firewall mark: the packets of one connection would go to several servers',
    ],
    [{ onepacket: true }, 'onepacket: is not an option here'],
    [
      { fwmark: 0, protocol: undefined, address: undefined, port: undefined, family: 4 },
      'fwmark: 0 is not an integer from 1 to 4294967295',
    ],
    [{ fwmark: 1, protocol: undefined, address: undefined, port: undefined }, 'family: nothing is neither 4 nor 6'],
    [{ fwmark: 1, family: 4, address: undefined, port: undefined }, 'protocol: a service by firewall mark has none'],
    [{ family: 4 }, 'family: is for firewall marks: an address says its family itself'],
  ]
  for (const [change, reason] of cases) t.strictSame(texts(checkService({ ...WEB, ...change })), [reason])
  t.throws(() => completeService({ ...WEB, port: 0 }), { name: 'RangeError', message: /all ports need persistence/ })
  t.strictSame(checkService({ ...WEB, port: 0, persistence: {} }), [])
  t.strictSame(texts(checkService(null)).at(0), 'must be an object')
})

t.test('destinations that the kernel takes but cannot work with', async t => {
  const cases: readonly (readonly [object, string])[] = [
    [{ address: '0.0.0.0' }, 'address: 0.0.0.0 is not the address of anybody'],
    [{ address: '2001:db8::1' }, "address: 2001:db8::1 is not of the service's family: that takes a tunnel"],
    [{ port: 8080 }, 'port: 8080 has no effect: only masq changes the port, which is 80 here'],
    [{ weight: -1 }, 'weight: -1 is not an integer from 0 to 2147483647'],
    [{ weight: 1.5 }, 'weight: 1.5 is not an integer from 0 to 2147483647'],
    [{ upperThreshold: 5, lowerThreshold: 6 }, 'lowerThreshold: 6 is more than upperThreshold, 5'],
    [{ forward: 'nat' }, "forward: 'nat' is not one of masq, droute, local, bypass and a tunnel"],
    [{ forward: { unknown: 'method 5' } }, 'forward: an object is not one of masq, droute, local, bypass and a tunnel'],
    [{ forward: { tunnel: 'gue', port: 0 } }, 'forward.port: 0 is not an integer from 1 to 65535'],
    [
      { forward: { tunnel: 'gre', checksum: 'remcsum' } },
      'forward.checksum: remote checksum offload is of gue: gre has none',
    ],
    [{ forward: { tunnel: 'ipip', checksum: 'csum' } }, 'forward.checksum: a tunnel by ipip has none'],
    [{ forward: { tunnel: 'gre', port: 5 } }, 'forward.port: a tunnel by gre has no port'],
    [{ wieght: 1 }, 'wieght: is not an option here'],
  ]
  const server = { address: '198.51.100.1' }
  for (const [change, reason] of cases) t.strictSame(texts(checkDestination(WEB, { ...server, ...change })), [reason])
  t.strictSame(checkDestination(WEB, { ...server, port: 8080, forward: 'masq' }), [])
  t.strictSame(checkDestination(WEB, { address: '2001:db8::1', forward: { tunnel: 'ipip' } }), [])
})

t.test('tables: where each problem is, and no key twice', async t => {
  const problems = checkTable([
    { ...WEB, destinations: [{ address: '198.51.100.1' }, { address: '198.51.100.1', port: 80 }] },
    { ...WEB, scheduler: 'rr' },
    { ...WEB, port: 0, destinations: 5 },
  ])
  t.strictSame(texts(problems), [
    'services[0].destinations[1]: 198.51.100.1:80 is services[0].destinations[0] already',
    'services[1]: tcp 192.0.2.1:80 is services[0] already',
    'services[2].port: 0 means all ports, and all ports need persistence',
    'services[2].destinations: must be an array of destinations',
  ])
  t.strictSame(texts(checkTable({})), ['services: must be an array of services'])
})

t.test('daemons and time-outs', async t => {
  const daemon = { state: 'master', interface: 'eth0' }
  const cases: readonly (readonly [object, string])[] = [
    [{ syncId: 256 }, 'syncId: 256 is not an integer from 0 to 255'],
    [{ syncId: -1 }, 'syncId: -1 is not an integer from 0 to 255'],
    [{ group: '192.0.2.1' }, "group: '192.0.2.1' is not a multicast group"],
    [{ interface: '' }, "interface: '' is not the name of an interface"],
    [{ interface: 'a234567890123456' }, "interface: 'a234567890123456' is not the name of an interface"],
    [{ maxLength: 0 }, 'maxLength: 0 is not an integer from 1 to 65507'],
    [{ state: 'MASTER' }, "state: 'MASTER' is not one of master, backup"],
  ]
  for (const [change, reason] of cases) t.strictSame(texts(checkSyncDaemon({ ...daemon, ...change })), [reason])
  t.strictSame(texts(checkTimeouts({ tcp: 0, udp: 5 })), ['tcp: 0 is not an integer from 1 to 2678400'])
})

t.test('schedulers by name', async t => {
  t.strictSame(scheduling('sh', ['flag-2', 'sh-fallback', 'flag-1']), {
    scheduler: 'sh',
    schedulerFlags: ['sh-fallback', 'sh-port'],
  })
  t.strictSame(scheduling('mine', ['flag-3']), { scheduler: 'mine', schedulerFlags: ['flag-3'] })
  t.throws(() => scheduling('mh', ['sh-port']), RangeError)
})
