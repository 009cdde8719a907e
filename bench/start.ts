/**
 * How long a start takes: from the exec of an owner to its first advert, and to the first of all 255, ours and
 * keepalived in turn, beside Node's own start and end. Milliseconds, on the wire by the kernel's time stamps.
 *
 * `npm run bench -- start [--runs 7] [--instances 255]`, as root with the lab's packages.
 */
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { labUnavailable } from '../test/lab/available.ts'
import { Lab } from '../test/lab/lab.ts'
import { printComparisons } from './support/comparison.ts'
import { CONTENDERS, type Contender, startContender } from './support/contender.ts'
import { addressOfInstance, configureMany } from './support/many-instances.ts'
import { wallClock } from './support/wall-clock.ts'
import { WireRecord } from './support/wire-record.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, instances: { type: 'string', default: '255' } },
})
const runs = Number(values.runs)
const instances = Number(values.instances)

/** So long nobody looks whether a start is over, ms. */
const UNWATCHED = 1000

/** Exec to the first advert of the first instance and of the last one, ms. */
async function start(contender: Contender, count: number): Promise<{ first: number; all: number }> {
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    const record = await WireRecord.start(lab.addHost('observer'))
    const configuration = configureMany({ count, priority: 255, interval: 1000 })
    const began = wallClock()
    const daemon = startContender(contender, host, configuration)
    // Whoever looks meanwhile takes of the processor that is measured.
    await delay(UNWATCHED)
    await host.untilAddress(addressOfInstance(count), true, 60_000)
    const times = await record.stop()
    daemon.signal('SIGTERM')
    await daemon.untilEnd()
    if (times.size !== count) throw new Error(`${contender}: ${times.size} of ${count} instances advertised`)
    const firsts = Float64Array.from(times.values(), own => (own[0] ?? Number.NaN) - began)
    return { first: Math.min(...firsts), all: Math.max(...firsts) }
  } finally {
    lab.close()
  }
}

/** The start and end of a Node program that does nothing, ms. */
async function startNode(): Promise<number> {
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    const began = performance.now()
    await host.start('node', process.execPath, '-e', '0').untilEnd()
    return performance.now() - began
  } finally {
    lab.close()
  }
}

const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most
if (!whole(runs, 1000) || !whole(instances, 255)) {
  console.error('start [--runs N] [--instances 1-255]')
  process.exit(2)
}
const reason = labUnavailable('keepalived')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(`${runs} runs each, in turn; milliseconds; load of the machine ${loadavg()[0]?.toFixed(2)}`)
// The first start of an installation compiles what the others find compiled.
await start('ours', instances)
const samples = () => ({ ours: [] as number[], keepalived: [] as number[] })
const [one, first, all, node] = [samples(), samples(), samples(), [] as number[]]
for (let run = 0; run < runs; run++) {
  node.push(await startNode())
  for (const contender of CONTENDERS) {
    one[contender].push((await start(contender, 1)).first)
    const many = await start(contender, instances)
    first[contender].push(many.first)
    all[contender].push(many.all)
  }
}
printComparisons('exec to', [
  { label: 'advert of a single owner', samples: { ...one, 'node -e 0': node } },
  { label: `first advert of ${instances} owners`, samples: first },
  { label: `adverts of all ${instances} owners`, samples: all },
])
process.exit(0)
