/**
 * How long after a master's death the backup speaks, ours beside keepalived, on the wire: a third host on the bridge
 * stamps the frames in the kernel. The master that dies is keepalived in both cases; trials alternate, so that noise
 * of the machine falls on both. Times in milliseconds; the bound is RFC 9568 §6.1's Active_Down_Interval.
 *
 * `npm run bench -- failover [v2-1s] [v3-100ms] [v3-10ms] [--kills N]`, as root with the lab's packages.
 */

import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { labUnavailable } from '../test/lab/available.ts'
import { Capture } from '../test/lab/capture.ts'
import { configure, downInterval, skewTime } from '../test/lab/configuration.ts'
import type { Frame } from '../test/lab/frame.ts'
import type { Host } from '../test/lab/host.ts'
import { Lab } from '../test/lab/lab.ts'
import { type LabRouter, type StartRouter, startKeepalived, startOurs } from '../test/lab/router.ts'

const SETTINGS = {
  'v2-1s': { version: 2, advertInt: 1 },
  'v3-100ms': { version: 3, advertInt: 0.1 },
  'v3-10ms': { version: 3, advertInt: 0.01 },
} as const

type Setting = (typeof SETTINGS)[keyof typeof SETTINGS]

const VIP = '172.16.8.100'
const DYING = '172.16.8.10'
const SURVIVOR = '172.16.8.11'
const PRIORITY = 100
/** An owner is master from its first moment, and is obeyed at its first advert: no time is lost between trials. */
const OWNER = 255

/** What was measured of one daemon. */
class Samples {
  /** First advert after a crash, less the bound. */
  readonly crash: number[] = []
  /** First gratuitous ARP after that advert. */
  readonly announcement: number[] = []
  /** First advert after priority 0, less the skew time. */
  readonly resignation: number[] = []
  /** Priority 0 after SIGTERM. */
  readonly farewell: number[] = []
}

/** Two hosts and an observer: a keepalived to kill, and the daemon that is measured. */
class Bench {
  readonly samples = new Samples()
  readonly #lab = new Lab()
  readonly #dying: Host
  readonly #survivor: Host
  readonly #setting: Setting
  readonly #start: StartRouter
  #wire: Capture | undefined
  #backup: LabRouter | undefined

  constructor(start: StartRouter, setting: Setting) {
    this.#start = start
    this.#setting = setting
    this.#dying = this.#lab.addHost('dying', `${DYING}/24`)
    this.#survivor = this.#lab.addHost('survivor', `${SURVIVOR}/24`)
  }

  async open(): Promise<void> {
    this.#wire = await Capture.start(this.#lab.addHost('observer'))
    this.#backup = await this.#start(this.#survivor, this.#configuration(PRIORITY))
    await this.#wire.until(advertFrom(SURVIVOR))
  }

  close(): void {
    this.#lab.close()
  }

  /** One death. `phase`: 0-1, where in the interval between two adverts it happens. */
  async crash(phase: number): Promise<void> {
    const master = await this.#electMaster()
    await delay(phase * this.#setting.advertInt * 1000)
    await master.crash()
    const wire = this.#capture()
    const last = required(wire.last(advertFrom(DYING)))
    const bound = downInterval({ ...this.#setting, priority: PRIORITY })
    const first = await this.#firstAdvertAfter(last, bound)
    this.samples.crash.push(first.time - last.time - bound)
    const announces = (frame: Frame) =>
      frame.kind === 'announcement' && frame.address === VIP && frame.sourceMac === first.sourceMac
    const announcement = await wire.until(announces, { from: wire.frames.indexOf(last), what: 'a gratuitous ARP' })
    this.samples.announcement.push(announcement.time - first.time)
    await this.#dying.run('ip', 'address', 'flush', 'dev', 'eth0', 'to', VIP)
  }

  /** One clean stop of the master. */
  async resign(): Promise<void> {
    const master = await this.#electMaster()
    const wire = this.#capture()
    const from = wire.position
    await master.stop()
    const zero = await wire.until(frame => advertFrom(DYING)(frame) && frame.priority === 0, {
      from,
      what: 'priority 0',
    })
    const bound = skewTime({ ...this.#setting, priority: PRIORITY })
    const first = await this.#firstAdvertAfter(zero, bound)
    this.samples.resignation.push(first.time - zero.time - bound)
  }

  /** Ends the measured daemon: from here on it is started as a master. */
  async endBackup(): Promise<void> {
    await this.#backup?.stop()
  }

  /** One clean stop of the measured daemon while it is master. */
  async farewell(): Promise<void> {
    const wire = this.#capture()
    let from = wire.position
    const router = await this.#start(this.#survivor, this.#configuration(OWNER))
    await wire.until(advertFrom(SURVIVOR), { from, what: 'the first advert of an owner' })
    await this.#survivor.untilAddress(VIP)
    from = wire.position
    const sent = wallClock()
    const end = router.stop()
    const zero = await wire.until(frame => advertFrom(SURVIVOR)(frame) && frame.priority === 0, { from })
    this.samples.farewell.push(zero.time - sent)
    await end
  }

  /** A master that has been heard twice. */
  async #electMaster(): Promise<LabRouter> {
    const wire = this.#capture()
    const from = wire.position
    const master = await startKeepalived(this.#dying, this.#configuration(OWNER))
    const first = await wire.until(advertFrom(DYING), { from, what: 'the first advert of the master' })
    await wire.until(advertFrom(DYING), { from: wire.frames.indexOf(first) + 1 })
    await this.#survivor.untilAddress(VIP, false)
    return master
  }

  #firstAdvertAfter(frame: Frame, bound: number): Promise<Frame> {
    const wire = this.#capture()
    const from = wire.frames.indexOf(frame) + 1
    return wire.until(advertFrom(SURVIVOR), { from, within: bound + 5000, what: 'the advert of the survivor' })
  }

  #configuration(priority: number): string {
    return configure({ ...this.#setting, vrid: 51, priority, addresses: [VIP] })
  }

  #capture(): Capture {
    return required(this.#wire)
  }
}

function advertFrom(address: string): (frame: Frame) => boolean {
  return frame => frame.kind === 'advert' && frame.address === address
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was captured')
  return value
}

/** The time of day as the kernel stamps frames, milliseconds since the epoch: Date.now() has no fractions. */
function wallClock(): number {
  const start = Date.now()
  while (Date.now() === start);
  const offset = Date.now() - performance.now()
  return offset + performance.now()
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

function spread(values: readonly number[]): string {
  const [min, median, max] = [0, 0.5, 1].map(q => quantile(values, q).toFixed(2))
  return `${median} [${min}..${max}]`
}

async function measure(name: keyof typeof SETTINGS, kills: number): Promise<void> {
  const setting = SETTINGS[name]
  const benches = { ours: new Bench(startOurs, setting), keepalived: new Bench(startKeepalived, setting) }
  const both = Object.values(benches)
  try {
    for (const bench of both) await bench.open()
    for (let i = 0; i < kills; i++) for (const bench of both) await bench.crash((i + 0.5) / kills)
    for (let i = 0; i < Math.ceil(kills / 2); i++) for (const bench of both) await bench.resign()
    for (const bench of both) await bench.endBackup()
    for (let i = 0; i < Math.ceil(kills / 2); i++) for (const bench of both) await bench.farewell()
  } finally {
    for (const bench of both) bench.close()
  }

  const timing = { ...setting, priority: PRIORITY }
  const row = (...cells: readonly string[]) =>
    console.log(cells.map((cell, i) => cell.padEnd(i === 0 ? 13 : 24)).join(''))
  console.log(
    `\n${name}, ${kills} kills each; bound ${downInterval(timing).toFixed(2)} ms, skew ${skewTime(timing).toFixed(2)} ms`,
  )
  row('', 'crash -> advert,', 'advert -> first', 'priority 0 -> advert,', 'SIGTERM ->')
  row('', 'less the bound', 'gratuitous ARP', 'less the skew', 'priority 0')
  const columns = ['crash', 'announcement', 'resignation', 'farewell'] as const
  for (const [daemon, { samples }] of Object.entries(benches)) {
    row(daemon, ...columns.map(column => spread(samples[column])))
  }
  const ratio = (column: (typeof columns)[number]) =>
    quantile(benches.ours.samples[column], 0.5) / quantile(benches.keepalived.samples[column], 0.5)
  row('ratio', ...columns.map(column => ratio(column).toFixed(2)))
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '12' } },
})
const names = positionals.length === 0 ? ['v2-1s'] : positionals
const kills = Number(values.kills)
const isSetting = (name: string): name is keyof typeof SETTINGS => name in SETTINGS
if (!names.every(isSetting) || !Number.isInteger(kills) || kills < 1) {
  console.error(`failover [${Object.keys(SETTINGS).join('] [')}] [--kills N]`)
  process.exit(2)
}
const reason = labUnavailable('keepalived')
if (reason !== false) {
  console.error(reason)
  process.exit(1)
}
console.log(`milliseconds, median [min..max]; load of the machine ${loadavg()[0]?.toFixed(2)}`)
for (const name of names.filter(isSetting)) await measure(name, kills)
process.exit(0)
