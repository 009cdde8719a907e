/**
 * The codecs against messages of the kernel and of ipvsadm, which nlmon saw; and against bytes that are none.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import {
  completeDestination,
  completeService,
  completeSyncDaemon,
  type Destination,
  decodeDaemon,
  decodeDestination,
  decodeInfo,
  decodeService,
  decodeTimeouts,
  encodeCommand,
  encodeQuestion,
  type IpvsCommand,
  type ServiceKey,
  type ServiceOptions,
  scheduling,
  serviceFamily,
} from '../../lib/ipvs/index.ts'
import { decodeFamily, decodeGeneric, decodeWholeAttributes, encodeFamilyRequest } from '../../lib/netlink/index.ts'
import { service as anyService, destinationOf } from './similar-tables.ts'

interface Recorded {
  readonly commands: readonly { readonly command: string; readonly request: string; readonly errno: number }[]
  readonly family: string
  readonly info: string
  readonly services: readonly string[]
  readonly destinations: readonly string[]
  readonly daemons: readonly string[]
  readonly timeouts: readonly string[]
}

const file = new URL('../../../fixtures/netlink/ipvs.json', import.meta.url)
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

const WEB: ServiceKey = { protocol: 'tcp', address: '192.0.2.1', port: 80 }
const WEB6: ServiceKey = { protocol: 'tcp', address: '2001:db8::1', port: 443 }
const MARK: ServiceKey = { fwmark: 7, family: 4 }
const SIP: ServiceOptions = {
  protocol: 'udp',
  address: '192.0.2.1',
  port: 5060,
  scheduler: 'sh',
  schedulerFlags: ['sh-fallback', 'sh-port'],
  persistence: { timeout: 360 },
  persistenceEngine: 'sip',
}
const SIGNALLING: ServiceOptions = {
  protocol: 'sctp',
  address: '192.0.2.2',
  port: 2905,
  scheduler: 'rr',
  persistence: { timeout: 50, mask: '255.255.255.0' },
}
const MAGLEV: ServiceOptions = {
  ...WEB6,
  scheduler: 'mh',
  schedulerFlags: ['mh-port'],
  persistence: { timeout: 600, mask: 64 },
}
const MARKED: ServiceOptions = { ...MARK, scheduler: 'wrr', onePacket: true }
const MARKED6: ServiceOptions = { fwmark: 7, family: 6, scheduler: 'lc', schedulerFlags: ['flag-1', 'flag-3'] }
const EDITED: ServiceOptions = { ...WEB, scheduler: 'rr', persistence: { timeout: 100 } }

const server = (last: number, options: object = {}, key: ServiceKey = WEB) =>
  completeDestination(key, { address: `198.51.100.${last}`, ...options })
const GUE6 = completeDestination(WEB, {
  address: '2001:db8:1::15',
  forward: { tunnel: 'gue', port: 5556, checksum: 'remcsum' },
})
const SERVERS: readonly Destination[] = [
  server(10),
  server(11, { port: 8080, forward: 'masq', weight: 5, upperThreshold: 100, lowerThreshold: 50 }),
  server(12, { forward: { tunnel: 'ipip' }, weight: 2 }),
  server(13, { forward: { tunnel: 'gue', port: 5555, checksum: 'csum' } }),
  server(14, { forward: { tunnel: 'gre', checksum: 'nocsum' } }),
  GUE6,
]
const SERVER6 = completeDestination(WEB6, { address: '2001:db8:1::10', weight: 0 })
const MARK_SERVER = server(20, { forward: 'masq' }, MARK)

/** What each recorded command line means. */
const COMMANDS: readonly IpvsCommand[] = [
  ...[WEB, SIP, SIGNALLING, MAGLEV, MARKED, MARKED6].map(
    options => ({ type: 'add-service', service: completeService(options) }) as const,
  ),
  ...SERVERS.map(destination => ({ type: 'add-destination', service: WEB, destination }) as const),
  { type: 'add-destination', service: WEB6, destination: SERVER6 },
  { type: 'add-destination', service: MARK, destination: MARK_SERVER },
  { type: 'edit-destination', service: WEB, destination: server(10, { weight: 9 }) },
  { type: 'edit-service', service: completeService(EDITED) },
  { type: 'set-timeouts', timeouts: { tcp: 1000, tcpFin: 200, udp: 400 } },
  { type: 'zero', service: WEB },
  { type: 'zero' },
  { type: 'delete-destination', service: WEB, destination: server(10) },
  { type: 'add-service', service: completeService(WEB) },
  { type: 'add-destination', service: { ...WEB, address: '192.0.2.9' }, destination: server(10) },
  { type: 'delete-destination', service: WEB, destination: server(99) },
  {
    type: 'add-service',
    service: completeService({ ...WEB, address: '192.0.2.7', ...scheduling('nosuch') }),
  },
  { type: 'delete-service', service: MARK },
  { type: 'flush' },
  { type: 'start-daemon', daemon: completeSyncDaemon({ state: 'master', interface: 'eth0', syncId: 7 }) },
  {
    type: 'start-daemon',
    daemon: completeSyncDaemon({
      state: 'backup',
      interface: 'eth0',
      syncId: 8,
      maxLength: 1400,
      group: 'ff02::81',
      port: 8888,
      ttl: 3,
    }),
  },
  { type: 'stop-daemon', state: 'backup' },
  { type: 'stop-daemon', state: 'master' },
]

/** Attributes with those inside them, `1.3` for attribute 3 in attribute 1, as hex. */
function flatten(body: Uint8Array): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [outer, value] of decodeGeneric(body)?.attributes ?? []) {
    // All others are numbers.
    if (outer > 3) flat.set(`${outer}`, hex(value))
    else for (const [inner, data] of decodeWholeAttributes(value) ?? []) flat.set(`${outer}.${inner}`, hex(data))
  }
  return flat
}

t.test('we send what ipvsadm sends', async t => {
  t.equal(COMMANDS.length, recorded.commands.length)
  for (const [index, { command: line, request }] of recorded.commands.entries()) {
    const command = COMMANDS[index]
    if (command === undefined) continue
    const ours = encodeCommand(command)
    t.equal(hex(ours.subarray(0, 4)), request.slice(0, 8), `${line}: command and version`)
    const theirs = flatten(bytes(request))
    for (const [name, value] of flatten(ours)) {
      // ipvsadm pads IPv4 addresses to 16 bytes, and ends no text with a zero byte.
      const other = theirs.get(name)
      // What ipvsadm leaves to the kernel when it is not given: group, port and TTL of a daemon.
      if (other === undefined && ['3.5', '3.7', '3.8'].includes(name)) continue
      const same = other?.startsWith(value) || `${other}00` === value || other === `${value}00`
      t.ok(same, `${line}: attribute ${name} is ${value}, theirs ${other}`)
    }
  }
})

t.test('what the kernel tells', async t => {
  t.strictSame(decodeFamily(bytes(recorded.family)), { id: 28, name: 'IPVS' })
  t.strictSame(decodeInfo(bytes(recorded.info)), { version: '1.2.1', connectionTableSize: 4096 })
  const services = recorded.services.map(body => {
    const { statistics, ...service } = decodeService(bytes(body)) ?? {}
    t.equal(statistics?.connections, 0n)
    return service
  })
  t.strictSame(services, [SIGNALLING, SIP, EDITED, MAGLEV, MARKED6, MARKED].map(completeService))
  const destinations = recorded.destinations.map(body => {
    const { statistics, activeConnections, inactiveConnections, persistentConnections, ...destination } =
      decodeDestination(bytes(body), 4) ?? {}
    t.strictSame([activeConnections, inactiveConnections, persistentConnections], [0, 0, 0])
    return destination
  })
  const [first, ...rest] = SERVERS
  t.strictSame(destinations, [...rest.toReversed(), { ...first, weight: 9 }, SERVER6, MARK_SERVER])
  t.strictSame(
    recorded.daemons.map(body => decodeDaemon(bytes(body))),
    [
      { state: 'master', interface: 'eth0', syncId: 7, maxLength: 1472, group: '224.0.0.81', port: 8848, ttl: 1 },
      { state: 'backup', interface: 'eth0', syncId: 8, maxLength: 1400, group: 'ff02::81', port: 8888, ttl: 3 },
    ],
  )
  t.strictSame(
    recorded.timeouts.map(body => decodeTimeouts(bytes(body))),
    [{ tcp: 1000, tcpFin: 200, udp: 400 }],
  )
})

t.test('no part of a message is taken for the whole', async t => {
  const decoders: readonly (readonly [string, (body: Uint8Array) => unknown])[] = [
    ...recorded.services.map(body => [body, decodeService] as const),
    ...recorded.destinations.map(body => [body, (data: Uint8Array) => decodeDestination(data, 4)] as const),
    ...recorded.daemons.map(body => [body, decodeDaemon] as const),
    ...recorded.timeouts.map(body => [body, decodeTimeouts] as const),
    [recorded.info, decodeInfo],
    [recorded.family, decodeFamily],
  ]
  for (const [text, decode] of decoders) {
    const body = bytes(text)
    for (let length = 0; length < body.length; length++) {
      const part = decode(body.subarray(0, length))
      // The family's answer goes on with what we do not ask for.
      if (part !== undefined && decode !== decodeFamily) t.fail(`${length} of ${body.length} bytes of ${text}`)
    }
    t.ok(decode(body))
  }
})

t.test('counters: 64 bits wide, or as kernels before 4.1 have them', async t => {
  const body = Buffer.from(recorded.services[0] ?? '', 'hex')
  // IPVS_SVC_ATTR_STATS64: its first counter, and its last byte counter.
  const wide = body.indexOf(Buffer.from('0c000100', 'hex'))
  body.writeBigUInt64LE(0x1_0000_0001n, wide + 4)
  const { statistics } = decodeService(body) ?? {}
  t.equal(statistics?.connections, 4294967297n)
  t.equal(JSON.parse(JSON.stringify(statistics)).connections, 4294967297)
  body.writeBigUInt64LE(2n ** 60n, wide + 4)
  t.equal(JSON.parse(JSON.stringify(decodeService(body)?.statistics)).connections, '1152921504606846976')
})

t.test('what the kernel keeps although it cannot work with it is shown as it is', async t => {
  const body = Buffer.from(recorded.destinations[0] ?? '', 'hex')
  const type = body.indexOf(Buffer.from('05000d00', 'hex'))
  body[type + 4] = 9
  t.strictSame(decodeDestination(body, 4)?.forward, { unknown: 'tunnel type 9' })
  const method = body.indexOf(Buffer.from('08000300', 'hex'))
  body[method + 4] = 6
  t.strictSame(decodeDestination(body, 4)?.forward, { unknown: 'method 6' })
  const service = Buffer.from(recorded.services[0] ?? '', 'hex')
  service[service.indexOf(Buffer.from('06000200', 'hex')) + 4] = 99
  const decoded = decodeService(service)
  t.equal(decoded?.protocol, 'ip-99')
  if (decoded !== undefined) {
    t.match(hex(encodeCommand({ type: 'delete-service', service: decoded })), '060002006300', 'and can be deleted')
  }
})

t.test('services: there and back', async t => {
  fc.assert(
    fc.property(anyService, service => {
      const { statistics, ...back } = decodeService(encodeCommand({ type: 'add-service', service })) ?? {}
      t.strictSame(back, service)
    }),
    { numRuns: 100 },
  )
})

t.test('destinations: there and back', async t => {
  // The kernel's answer has the counters behind what was sent.
  const counters = bytes(['08000700', '08000800', '08000900'].map(header => `${header}05000000`).join(''))
  fc.assert(
    fc.property(
      anyService.chain(service => destinationOf(service).map(destination => ({ service, destination }))),
      ({ service, destination }) => {
        const sent = Buffer.from(encodeCommand({ type: 'add-destination', service, destination }))
        const nest = 4 + sent.readUInt16LE(4)
        sent.writeUInt16LE(sent.readUInt16LE(nest) + counters.length, nest)
        const answer = Buffer.concat([sent, counters])
        const { statistics, ...back } = decodeDestination(answer, serviceFamily(service)) ?? {}
        const five = { activeConnections: 5, inactiveConnections: 5, persistentConnections: 5 }
        t.strictSame(back, { ...destination, ...five })
      },
    ),
    { numRuns: 100 },
  )
})

t.test('no bytes make a decoder throw or hang', async t => {
  const seeds = [...recorded.services, ...recorded.destinations, ...recorded.daemons].map(bytes)
  const bent = fc
    .record({ seed: fc.constantFrom(...seeds), at: fc.nat(), value: fc.nat({ max: 255 }) })
    .map(({ seed, at, value }) => {
      const copy = seed.slice()
      copy[at % copy.length] = value
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), bent), body => {
      for (const decode of [decodeService, decodeDaemon, decodeInfo, decodeTimeouts, decodeFamily]) decode(body)
      decodeDestination(body, 6)
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

t.test('questions', async t => {
  t.equal(hex(encodeQuestion('getInfo')), '0f010000')
  t.equal(hex(encodeQuestion('getService', MARK)), '04010000' + '14000100' + '0600010002000000' + '0800050007000000')
  t.equal(hex(encodeFamilyRequest('IPVS')), '03010000' + '09000200' + '4950565300000000')
})
