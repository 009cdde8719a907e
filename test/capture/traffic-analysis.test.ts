/**
 * What the analysis of traffic finds: told advert by advert, in simulated clusters, and in a recorded capture.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  type DecodedRecord,
  type Finding,
  formatFinding,
  readAdvertisements,
  TrafficAnalysis,
} from '../../lib/capture/index.ts'
import { Engine } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { inspect } from '../../lib/packet/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const A = '192.0.2.1'
const B = '192.0.2.2'

/** A good advert. */
function advert(source: string, priority: number, changes: Partial<DecodedRecord> = {}): DecodedRecord {
  return {
    number: 1,
    source,
    version: 3,
    vrid: 51,
    priority,
    intervalMs: 1000,
    addresses: ['192.0.2.254'],
    checksum: { value: 0, form: 'pseudo-header', ok: true },
    problems: [],
    ...changes,
  }
}

/** Adverts with their times to findings, as `time finding`. */
function findings(...heard: readonly (readonly [time: number, record?: DecodedRecord])[]): string[] {
  const analysis = new TrafficAnalysis()
  return heard
    .flatMap(([time, record]) => (record === undefined ? analysis.tick(time) : analysis.hear(record, time)))
    .map(({ time, finding, source = '', peer = '', gapMs }) => {
      const gap = gapMs === undefined ? '' : ` ${gapMs} ms`
      return `${time} ${finding} ${[source, peer].filter(Boolean).join(' ')}${gap}`
    })
}

/** `count` adverts, one a second. */
function steady(from: number, count: number, record: DecodedRecord): (readonly [number, DecodedRecord])[] {
  return Array.from({ length: count }, (_, i) => [from + 1000 * i, record])
}

t.test('a quiet master is one line', async t => {
  t.strictSame(findings(...steady(0, 100, advert(A, 100))), [`0 master ${A}`])
})

t.test('takeovers, with their gap', async t => {
  t.strictSame(
    findings(...steady(0, 3, advert(A, 100)), ...steady(5600, 5, advert(B, 90))),
    [`0 master ${A}`, `5600 takeover ${B} ${A} 3600 ms`],
    'of a master that died',
  )
  t.strictSame(
    findings(...steady(0, 3, advert(A, 100)), [2300, advert(A, 0)], ...steady(2950, 5, advert(B, 90))),
    [`0 master ${A}`, `2300 resigned ${A}`, `2950 takeover ${B} ${A} 650 ms`],
    'of one that resigned',
  )
  t.strictSame(
    findings(
      ...steady(0, 3, advert(A, 100)),
      [2400, advert(B, 120)],
      [2401, advert(A, 100)],
      ...steady(3400, 9, advert(B, 120)),
    ),
    [`0 master ${A}`, `2400 takeover ${B} ${A} 400 ms`],
    'of one that is preempted, with its last word',
  )
})

t.test('a router of lower priority that gives up at once is nothing', async t => {
  const heard = [...steady(0, 3, advert(A, 100)), [2400, advert(B, 50)] as const, ...steady(2401, 9, advert(A, 100))]
  t.strictSame(findings(...heard), [`0 master ${A}`])
})

t.test('two masters, until one is left', async t => {
  const both = Array.from({ length: 10 }, (_, i) => [
    [3000 + 1000 * i, advert(A, 100)] as const,
    [3500 + 1000 * i, advert(B, 90)] as const,
  ]).flat()
  t.strictSame(findings(...steady(0, 3, advert(A, 100)), ...both, ...steady(13_000, 5, advert(A, 100))), [
    `0 master ${A}`,
    `5000 two-masters ${B} ${A}`,
    `16000 one-master ${A}`,
  ])
})

t.test('silence is told at its deadline, and its end with the gap', async t => {
  t.strictSame(findings(...steady(0, 3, advert(A, 100)), [5900], [6001], [9000], [12_000, advert(A, 100)]), [
    `0 master ${A}`,
    `6000 silence ${A}`,
    `12000 resumed ${A} 10000 ms`,
  ])
  t.strictSame(findings([0, advert(A, 100)], [10, advert(A, 0)], [5000]), [
    `0 master ${A}`,
    `10 resigned ${A}`,
    `1510 silence ${A}`,
  ])
})

t.test('late adverts and changed priorities', async t => {
  t.strictSame(findings([0, advert(A, 100)], [1499, advert(A, 100)], [3499, advert(A, 100)], [4499, advert(A, 80)]), [
    `0 master ${A}`,
    `3499 late-advertisement ${A} 2000 ms`,
    `4499 priority-changed ${A}`,
  ])
})

t.test('routers that disagree are told once, and again after they agreed', async t => {
  const kinds = (changes: Partial<DecodedRecord>) =>
    findings([0, advert(A, 100)], [3700, advert(B, 90, changes)], [4700, advert(B, 90, changes)])
      .filter(line => line.includes('mismatch'))
      .map(line => line.split(' ')[1])
  t.strictSame(kinds({ intervalMs: 500 }), ['interval-mismatch'])
  t.strictSame(kinds({ addresses: ['192.0.2.9'] }), ['address-list-mismatch'])
  t.strictSame(kinds({ checksum: { value: 0, form: 'message', ok: true } }), ['checksum-form-mismatch'])
  t.strictSame(kinds({ version: 2 }), ['version-mismatch'])
  t.strictSame(kinds({ authType: 1, authData: 'x' }), ['authentication-mismatch'])
  const slow = advert(B, 90, { intervalMs: 2000 })
  const again = findings([0, advert(A, 100)], [10, slow], [20, slow], [30, advert(B, 90)], [40, slow])
  t.strictSame(
    again.filter(line => line.includes('mismatch')).map(line => line.split(' ')[0]),
    ['10', '40'],
  )
})

t.test('passwords are compared and not told', async t => {
  const analysis = new TrafficAnalysis()
  const of = (source: string, authData: string) => advert(source, 100, { version: 2, authType: 1, authData })
  const found = [...analysis.hear(of(A, 'secret1'), 0), ...analysis.hear(of(B, 'secret2'), 10)]
  t.match(found.map(({ message }) => message).join(), /have different passwords/)
  t.notMatch(JSON.stringify(found), /secret/)
})

t.test("bad packets are told once a sender and problem, and are nobody's adverts", async t => {
  const problems = [{ code: 'ip-ttl-error', offset: -12, message: 'TTL is 254, not 255' }] as const
  const bad = advert(B, 250, { problems })
  t.strictSame(findings([0, advert(A, 100)], [10, bad], [20, bad], [900, advert(B, 250)], [910, bad]), [
    `0 master ${A}`,
    `10 bad-packet ${B}`,
    `900 takeover ${B} ${A} 900 ms`,
    `910 bad-packet ${B}`,
  ])
})

t.test('virtual routers, VLANs and families are apart', async t => {
  const found = findings(
    [0, advert(A, 100)],
    [1, advert(B, 100, { vrid: 52 })],
    [2, advert(B, 100, { vlan: 7 })],
    [3, advert('fe80::1', 100)],
  )
  t.strictSame(found, [`0 master ${A}`, `1 master ${B}`, `2 master ${B}`, '3 master fe80::1'])
})

t.test('as a line', async t => {
  const finding: Finding = {
    finding: 'silence',
    severity: 'warning',
    time: 0,
    vrid: 5,
    vlan: 7,
    interface: 'eth0',
    message: 'm',
  }
  t.match(formatFinding(finding), /^\d\d:\d\d:00\.000 !! eth0 VLAN 7 VRID 5: m$/)
  t.match(formatFinding({ ...finding, interface: '\u001b[2J' }), / !! \?\[2J VLAN 7 /)
  t.match(formatFinding({ finding: 'master', severity: 'info', time: 5, message: 'm' }), /^\d\d:\d\d:00\.005 -- m$/)
})

/** Two simulated routers, and what a third host on their segment makes of their traffic. */
function watched(a: Partial<VrrpInstanceOptions>, b: Partial<VrrpInstanceOptions>) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const hosts = ['A', 'B', 'C'].map(
    (name, i) => new MemoryHost(network, name, [{ name: 'eth0', addresses: [`192.0.2.1${i}`] }]),
  )
  const [hostA, hostB, observer] = hosts
  if (hostA === undefined || hostB === undefined || observer === undefined) throw new Error('three hosts')
  const analysis = new TrafficAnalysis()
  const lines: string[] = []
  const tell = (found: readonly Finding[]) => {
    for (const { finding, source, gapMs } of found) lines.push([finding, source, gapMs].filter(Boolean).join(' '))
  }
  const multicast = { type: 'multicast', group: '224.0.0.18' } as const
  new MemoryPorts(observer).transport.open(
    { interface: 'eth0', family: 4, vrid: 51, destination: multicast },
    (bytes, ip) => {
      const { checksum, authData: _, ...seen } = inspect(bytes, ip)
      const sum = checksum && { value: checksum.value, ok: checksum.ok, ...(checksum.form && { form: checksum.form }) }
      tell(analysis.hear({ number: 1, source: ip.source, ...seen, ...(sum && { checksum: sum }) }, clock.now()))
    },
  )
  for (const [host, options] of [
    [hostA, a],
    [hostB, b],
  ] as const) {
    const instance = specify({ interface: 'eth0', vrid: 51, addresses: ['192.0.2.1'], ...options })
    const engine = new Engine({ clock, ports: new MemoryPorts(host) })
    engine.dispatch({ type: 'configure', specification: { instances: [instance], syncGroups: [] } })
  }
  const pass = (ms: number) => {
    clock.advance(milliseconds(clock.now() + ms))
    tell(analysis.tick(clock.now()))
  }
  return { hostA, network, pass, lines }
}

t.test('a simulated failover and return', async t => {
  const { hostA, pass, lines } = watched({ priority: 110 }, { priority: 90 })
  pass(10_500)
  hostA.plug('eth0', false)
  pass(10_000)
  hostA.plug('eth0', true)
  pass(10_000)
  t.equal(lines[0], 'master 192.0.2.10')
  const [, gap = ''] = /^takeover 192\.0\.2\.11 (\d+)/.exec(lines[1] ?? '') ?? []
  // Active_Down_Interval of priority 90, version 2.
  t.equal(Number(gap), Math.floor(3000 + (166 / 256) * 1000))
  t.match(lines[2], /^takeover 192\.0\.2\.10 \d+/)
  t.equal(lines.length, 3)
})

t.test('a simulated split brain', async t => {
  const of = (password: string) => ({ authentication: { type: 'simple', password } }) as const
  const { pass, lines } = watched(of('one'), of('two'))
  pass(20_000)
  t.equal(lines.filter(line => line.startsWith('two-masters')).length, 1)
})

t.test('a recorded capture of keepalived', async t => {
  const analysis = new TrafficAnalysis()
  const found: string[] = []
  const file = fileURLToPath(new URL('../../../fixtures/pcap/keepalived-v2-pass.pcap', import.meta.url))
  for await (const record of readAdvertisements(file)) {
    const { time = '' } = record
    for (const { finding, source } of analysis.hear(record, Date.parse(time))) found.push(`${finding} ${source}`)
  }
  t.strictSame(found, ['master 10.0.0.1', 'resigned 10.0.0.1'])
})
