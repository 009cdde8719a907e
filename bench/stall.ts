/**
 * What a busy host does to the adverts: a program that embeds a router has its main thread busy for 500 ms of every
 * second, or its heap under pressure, with the engine in a thread of its own and in the main thread itself.
 *
 * `npm run bench -- stall [idle] [busy] [heap] [--seconds 5] [--runs 3] [--instances 10]`, as root.
 */
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labUnavailable } from '../test/lab/available.ts'
import { Lab } from '../test/lab/lab.ts'
import { type AdvertRhythm, advertRhythm } from './support/advert-rhythm.ts'
import { printComparisons } from './support/comparison.ts'
import { configureMany } from './support/many-instances.ts'
import { WireRecord } from './support/wire-record.ts'

const LOADS = ['idle', 'busy', 'heap'] as const
type Load = (typeof LOADS)[number]
/** Where the engine runs. */
const PLACES = ['thread', 'here'] as const
type Place = (typeof PLACES)[number]

const INTERVAL = 10
const SETTLE = 3000
const PROGRAM = fileURLToPath(new URL('support/busy-router.js', import.meta.url))

const ROWS = {
  rate: 'adverts sent, % of those due',
  jitter50: 'jitter p50, ms',
  jitter99: 'jitter p99, ms',
  stall: 'latest advert, ms',
} as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    instances: { type: 'string', default: '10' },
  },
})
const [seconds, runs, instances] = [Number(values.seconds), Number(values.runs), Number(values.instances)]
const loads = positionals.length === 0 ? LOADS : LOADS.filter(load => positionals.includes(load))

async function run(place: Place, load: Load): Promise<AdvertRhythm> {
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    const record = await WireRecord.start(lab.addHost('observer'))
    const file = join(host.directory, 'keepalived.conf')
    writeFileSync(file, configureMany({ count: instances, priority: 255, interval: INTERVAL }))
    const program = host.start('busy-router', process.execPath, PROGRAM, file, place, load)
    await program.untilLog(/^started$/, { within: 30_000 })
    await delay(SETTLE)
    const window = { instances, interval: INTERVAL, from: Date.now(), intervals: (seconds * 1000) / INTERVAL }
    await delay(seconds * 1000)
    return advertRhythm(await record.stop(), window)
  } finally {
    lab.close()
  }
}

const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most
if (loads.length < positionals.length || !whole(seconds, 3600) || !whole(runs, 1000) || !whole(instances, 255)) {
  console.error(`stall [${LOADS.join('] [')}] [--seconds N] [--runs N] [--instances 1-255]`)
  process.exit(2)
}
const reason = labUnavailable()
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(
  `${instances} masters at ${INTERVAL} ms; ${runs} runs of ${seconds} s each; load ${loadavg()[0]?.toFixed(2)}`,
)
for (const load of loads) {
  const rhythms: Record<Place, AdvertRhythm[]> = { thread: [], here: [] }
  for (let i = 0; i < runs; i++) for (const place of PLACES) rhythms[place].push(await run(place, load))
  const rows = Object.entries(ROWS).map(([key, label]) => {
    const of = (place: Place) => rhythms[place].map(rhythm => rhythm[key as keyof typeof ROWS])
    return { label, samples: { 'engine in a thread': of('thread'), 'engine in the main thread': of('here') } }
  })
  printComparisons(`main thread ${load}`, rows)
}
process.exit(0)
