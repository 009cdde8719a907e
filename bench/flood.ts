/**
 * A flood of bad adverts against a running router, ours and keepalived in turn: broken checksums, wrong TTL, wrong
 * password, unknown VRID, an old message of AH sent again, and truncated ones. A master at 10 ms keeps its rhythm, two
 * backups stay backups, memory stays flat, and of ours every packet that arrived is in its counter.
 *
 * `npm run bench -- flood [--rate 100000] [--seconds 5] [--runs 3] [--only ours]`, as root with the lab's packages.
 */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type NodeStatus, readStatus } from '../lib/status/index.ts'
import { labUnavailable } from '../test/lab/available.ts'
import { Lab } from '../test/lab/lab.ts'
import { advertRhythm } from './support/advert-rhythm.ts'
import { printComparisons } from './support/comparison.ts'
import { CONTENDERS, type Contender, startContender } from './support/contender.ts'
import { configureFlooded, FLOODED, FLOODED_INTERVAL } from './support/flood-target.ts'
import { usageOf } from './support/process-usage.ts'
import { WireRecord } from './support/wire-record.ts'

/** The router has started, and announced what it holds, before the flood. */
const LEAD = 6000
/** The second burst of announcements is over so long after the start, ms. */
const SETTLE = 2500
const SENDER = fileURLToPath(new URL('support/flood-sender.js', import.meta.url))

const ROWS = {
  sent: 'bad packets sent, per second',
  lost: 'lost in the kernel, % of them',
  jitter99: 'adverts: jitter p99, ms',
  stall: 'adverts: latest, ms',
  rate: 'adverts sent, % of those due',
  takeovers: 'false takeovers',
  cost: 'CPU per bad packet, us',
  growth: 'RSS growth, MiB',
  uncounted: 'arrived but not counted',
  miscounted: 'counted as what they are not',
} as const

/** Those that are counts of something. */
const COUNTS: readonly string[] = ['sent', 'takeovers', 'uncounted', 'miscounted']

type Figures = Partial<Record<keyof typeof ROWS, number>>

/** Which counters each kind of packet belongs to. */
const COUNTERS = {
  checksum: 'checksum-errors',
  ttl: 'ip-ttl-errors',
  password: 'auth-failures',
  vrid: 'vrid-errors',
  replay: 'replayed-pkts-rcvd',
  truncated: 'packet-length-errors',
} as const

type Kind = keyof typeof COUNTERS

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const [rate, seconds, runs] = [Number(values.rate), Number(values.seconds), Number(values.runs)]
const contenders = CONTENDERS.filter(contender => values.only === undefined || contender === values.only)

/** One flood over one router. */
async function run(contender: Contender): Promise<Figures> {
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    const [filter, socket] = ['ip proto 112 and src host 10.9.0.1', join(host.directory, 'status.sock')]
    const record = await WireRecord.start(lab.addHost('observer'), filter)
    const sender = lab
      .addHost('sender', '10.9.0.2/24')
      .start('flood', process.execPath, SENDER, `${rate}`, `${seconds}`, `${LEAD}`)
    const daemon = startContender(contender, host, configureFlooded(), socket)
    await host.untilAddress(FLOODED.master.address)
    await delay(SETTLE)

    // All books are opened before the flood: what is sent meanwhile would be in some of them and not in others.
    const arrivedBefore = arrivals(daemon.pid)
    const countedBefore = contender === 'ours' ? counters(await readStatus(socket)) : undefined
    const before = usageOf(daemon.pid)
    if (sender.log.length > 0) throw new Error(`${contender} has started too late: the machine is too busy to measure`)
    await sender.untilLog(/^flood$/, { within: LEAD + 10_000 })
    const from = Date.now()
    const { text } = await sender.untilLog(/^\{/, { within: seconds * 1000 + 60_000 })
    const after = usageOf(daemon.pid)
    await delay(500)
    const sent = JSON.parse(text) as Readonly<Record<Kind, number>>
    const total = Object.values(sent).reduce((sum, count) => sum + count, 0)
    const arrived = arrivals(daemon.pid)
    const countedAfter = contender === 'ours' ? counters(await readStatus(socket)) : undefined
    const times = await record.stop()

    const own = new Map([...times].filter(([vrid]) => vrid === FLOODED.master.vrid))
    const window = { instances: 1, interval: FLOODED_INTERVAL, from, intervals: (seconds * 1000) / FLOODED_INTERVAL }
    const { jitter99, stall, rate: kept } = advertRhythm(own, window)
    const received = arrived.packets - arrivedBefore.packets
    const dropped = arrived.dropped - arrivedBefore.dropped
    // Good adverts arrive too, two a second.
    const lost = Math.max(0, total - received) + dropped
    return {
      sent: total / seconds,
      lost: (100 * lost) / total,
      jitter99,
      stall,
      rate: kept,
      takeovers: times.size - own.size,
      cost: (1000 * (after.cpu - before.cpu)) / total,
      growth: after.memory - before.memory,
      ...(countedBefore && countedAfter && compare(sent, difference(countedAfter, countedBefore), received - dropped)),
    }
  } finally {
    lab.close()
  }
}

type Counts = Readonly<Record<Kind | 'good', number>>

/** Of our counters, those that the flood should move. */
function counters({ instances, statistics }: NodeStatus): Counts {
  const sum = (leaf: (typeof COUNTERS)[Kind] | 'advertisement-rcvd') =>
    leaf in statistics
      ? statistics[leaf as keyof typeof statistics]
      : instances.reduce((total, instance) => total + instance.statistics[leaf], 0)
  const each = Object.entries(COUNTERS).map(([kind, leaf]) => [kind, sum(leaf)])
  return { ...(Object.fromEntries(each) as Record<Kind, number>), good: sum('advertisement-rcvd') }
}

function difference(after: Counts, before: Counts): Counts {
  const each = Object.entries(after).map(([kind, count]) => [kind, count - before[kind as Kind]])
  return Object.fromEntries(each) as Counts
}

/** How far the counters are from what was sent and what arrived. */
function compare(sent: Readonly<Record<Kind, number>>, counted: Counts, arrived: number): Figures {
  const kinds = Object.keys(COUNTERS) as Kind[]
  const bad = kinds.reduce((sum, kind) => sum + counted[kind], 0)
  const beyond = kinds.reduce((sum, kind) => sum + Math.max(0, counted[kind] - sent[kind]), 0)
  return { uncounted: arrived - bad - counted.good, miscounted: beyond }
}

/** IPv4 packets that came to a process's network namespace, and those for which its raw sockets had no room. */
function arrivals(pid: number): { packets: number; dropped: number } {
  const [names = [], figures = []] = readFileSync(`/proc/${pid}/net/snmp`, 'latin1')
    .split('\n')
    .filter(line => line.startsWith('Ip:'))
    .map(line => line.split(' '))
  const [, ...sockets] = readFileSync(`/proc/${pid}/net/raw`, 'latin1').trim().split('\n')
  const dropped = sockets.reduce((sum, line) => sum + Number(line.trim().split(/\s+/).at(-1)), 0)
  return { packets: Number(figures[names.indexOf('InReceives')]), dropped }
}

if (!(rate >= 100) || !(seconds >= 1) || !Number.isInteger(runs) || runs < 1 || contenders.length === 0) {
  console.error(`flood [--rate N] [--seconds N] [--runs N] [--only ${CONTENDERS.join('|')}]`)
  process.exit(2)
}
const reason = labUnavailable('keepalived')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(`${runs} runs of ${seconds} s each, in turn; load of the machine ${loadavg()[0]?.toFixed(2)}`)
const figures: Record<Contender, Figures[]> = { ours: [], keepalived: [] }
for (let i = 0; i < runs; i++) for (const contender of contenders) figures[contender].push(await run(contender))
const rows = Object.entries(ROWS).map(([key, label]) => {
  const of = (contender: Contender) => figures[contender].flatMap(each => each[key as keyof Figures] ?? [])
  const measured = contenders.filter(contender => of(contender).length > 0)
  const digits = COUNTS.includes(key) ? 0 : 2
  return { label, digits, samples: Object.fromEntries(measured.map(contender => [contender, of(contender)])) }
})
printComparisons(`flood of ${rate} a second`, rows)
process.exit(0)
