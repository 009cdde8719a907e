/**
 * What many virtual routers cost, and how well they keep time, ours and keepalived in turn: 255 instances of version 3
 * that are master at 10 ms, 100 ms and 1 s, and that are backup of all that. Medians [least..greatest] of the runs;
 * absolute figures belong to the machine, so compare the ratio.
 *
 * `npm run bench -- steady [master-10ms …] [--runs 3] [--seconds 10] [--instances 255] [--only ours]`, as root.
 */
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labUnavailable } from '../test/lab/available.ts'
import { Lab } from '../test/lab/lab.ts'
import { advertRhythm } from './support/advert-rhythm.ts'
import { printComparisons } from './support/comparison.ts'
import { CONTENDERS, type Contender, startContender } from './support/contender.ts'
import { addressOfInstance, configureMany } from './support/many-instances.ts'
import { usageOf } from './support/process-usage.ts'
import { WireRecord } from './support/wire-record.ts'

const INTERVALS = { '10ms': 10, '100ms': 100, '1s': 1000 } as const
const ROLES = ['master', 'backup'] as const
type Role = (typeof ROLES)[number]

/** One situation in which both are measured. */
interface Setting {
  readonly name: string
  readonly role: Role
  readonly interval: number
}

const SETTINGS: readonly Setting[] = ROLES.flatMap(role =>
  Object.entries(INTERVALS).map(([name, interval]) => ({ name: `${role}-${name}`, role, interval })),
)

/** The second burst of announcements is over, and ours has given back what its start needed. */
const SETTLE = 17_000

const MASTER_ROWS = {
  rate: 'adverts sent, % of those due',
  drift: 'mean interval, % off',
  jitter50: 'jitter p50, ms',
  jitter99: 'jitter p99, ms',
  jitterMax: 'jitter max, ms',
  stall: 'longest stall, ms',
  cost: 'CPU per advert sent, us',
  share: 'CPU, % of a core',
  memory: 'RSS, MiB',
  growth: 'RSS growth, MiB',
} as const

const BACKUP_ROWS = {
  cost: 'CPU per advert received, us',
  share: 'CPU, % of a core',
  memory: 'RSS, MiB',
  growth: 'RSS growth, MiB',
  takeovers: 'false takeovers',
} as const

type Figures = Partial<Record<keyof typeof MASTER_ROWS | keyof typeof BACKUP_ROWS, number>>

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    instances: { type: 'string', default: '255' },
    only: { type: 'string' },
  },
})
const runs = Number(values.runs)
const duration = Number(values.seconds) * 1000
const instances = Number(values.instances)
const settings = positionals.length === 0 ? SETTINGS : SETTINGS.filter(({ name }) => positionals.includes(name))
const contenders = CONTENDERS.filter(contender => values.only === undefined || contender === values.only)

/** One run of one daemon. */
async function run(contender: Contender, { role, interval }: Setting): Promise<Figures> {
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    if (role === 'backup') {
      const feed = fileURLToPath(new URL('support/feed.js', import.meta.url))
      lab.addHost('feed', '10.9.0.2/24').start('feed', process.execPath, feed, `${instances}`, `${interval}`)
      await delay(500)
    }
    const observer = lab.addHost('observer')
    const record = await WireRecord.start(observer, 'ip proto 112 and src host 10.9.0.1')
    const priority = role === 'master' ? 255 : 100
    const daemon = startContender(contender, host, configureMany({ count: instances, priority, interval }))
    if (role === 'master') await host.untilAddress(addressOfInstance(instances), true, 60_000)
    await delay(SETTLE)

    const before = usageOf(daemon.pid)
    const from = Date.now()
    const intervals = Math.max(1, Math.floor(duration / interval))
    await delay(intervals * interval)
    const after = usageOf(daemon.pid)
    const elapsed = Date.now() - from
    const times = await record.stop()

    const cpu = after.cpu - before.cpu
    const { memory } = after
    const common = { share: (100 * cpu) / elapsed, memory, growth: memory - before.memory }
    if (role === 'backup') {
      return { ...common, cost: (1000 * cpu) / (after.received - before.received), takeovers: times.size }
    }
    const { adverts, ...rhythm } = advertRhythm(times, { instances, interval, from, intervals })
    return { ...common, ...rhythm, cost: (1000 * cpu) / adverts }
  } finally {
    lab.close()
  }
}

function print({ name, role }: Setting, figures: Readonly<Record<Contender, readonly Figures[]>>): void {
  const rows = Object.entries(role === 'master' ? MASTER_ROWS : BACKUP_ROWS).map(([key, label]) => {
    const of = (contender: Contender) => figures[contender].map(each => each[key as keyof Figures] ?? Number.NaN)
    const samples = Object.fromEntries(contenders.map(contender => [contender, of(contender)]))
    return { label, samples, digits: key === 'drift' ? 4 : 2 }
  })
  printComparisons(`${name} x ${instances}`, rows)
}

const whole = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most
if (
  settings.length < positionals.length ||
  contenders.length === 0 ||
  !whole(runs, 1, 1000) ||
  !whole(instances, 1, 255) ||
  !(duration >= 1000)
) {
  console.error(`steady [${SETTINGS.map(({ name }) => name).join('] [')}]
       [--runs N] [--seconds N] [--instances 1-255] [--only ${CONTENDERS.join('|')}]`)
  process.exit(2)
}
const reason = labUnavailable('keepalived')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(`${runs} runs of ${duration / 1000} s each, in turn; load of the machine ${loadavg()[0]?.toFixed(2)}`)
for (const setting of settings) {
  const figures: Record<Contender, Figures[]> = { ours: [], keepalived: [] }
  for (let i = 0; i < runs; i++) {
    for (const contender of contenders) figures[contender].push(await run(contender, setting))
  }
  print(setting, figures)
}
process.exit(0)
