/**
 * How long after a master's death the backup speaks, ours beside keepalived, on the wire: a third host on the bridge
 * stamps the frames in the kernel, and a client pings the address. The master that dies, is cut off or stops is
 * keepalived in both cases; trials alternate, so that noise of the machine falls on both. Times in milliseconds; the
 * bound is RFC 9568 §6.1's Active_Down_Interval.
 *
 * `npm run bench -- failover [v2-1s] [v3-100ms] [v3-10ms] [--kills 12]`, as root with the lab's packages.
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
import { Client } from '../test/lab/matrix/client.ts'
import { type LabRouter, type StartRouter, startKeepalived, startOurs } from '../test/lab/router.ts'
import { printComparisons } from './support/comparison.ts'
import type { Contender } from './support/contender.ts'
import { wallClock } from './support/wall-clock.ts'

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
const CLIENT = '172.16.8.20/24'
/** Milliseconds between the pings of the client. */
const PING_STEP = 1
/** Attempts of this time, ms, tell whether the client is served, and are known to have failed after it. */
const SERVED = 250
/** An owner is master from its first moment, and is obeyed at its first advert: no time is lost between trials. */
const OWNER = 255

/** How {@link Samples} are called in the table. */
const ROWS = {
  crash: 'crash -> advert, less the bound',
  announcement: 'that advert -> gratuitous ARP',
  cut: 'cut -> advert, less the bound',
  service: 'cut, last advert -> client answered',
  resignation: 'priority 0 -> advert, less the skew',
  farewell: 'SIGTERM -> priority 0',
} as const

/** What was measured of one daemon. */
class Samples {
  /** First advert after a crash, less the bound. */
  readonly crash: number[] = []
  /** First gratuitous ARP after that advert. */
  readonly announcement: number[] = []
  /** First advert after the cable of the master was cut, less the bound. */
  readonly cut: number[] = []
  /** First answer to the client then, after the last advert of the master. */
  readonly service: number[] = []
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
  #client: Client | undefined

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
    this.#client = await Client.start(this.#lab.addHost('client', CLIENT), VIP, PING_STEP)
  }

  async close(): Promise<void> {
    await this.#client?.stop()
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

  /** The same with a cut: nothing of the master is heard or answered any more, and it does not know. */
  async cut(phase: number): Promise<void> {
    const master = await this.#electMaster()
    await this.#untilServed()
    await delay(phase * this.#setting.advertInt * 1000)
    const from = wallClock()
    this.#lab.setForwarding(this.#dying, false)
    await delay(1)
    const last = required(this.#capture().last(advertFrom(DYING)))
    const bound = downInterval({ ...this.#setting, priority: PRIORITY })
    const first = await this.#firstAdvertAfter(last, bound)
    this.samples.cut.push(first.time - last.time - bound)
    await this.#untilServed()
    const report = await required(this.#client).report(from - 100)
    this.samples.service.push(report.back - last.time)
    await master.stop()
    this.#lab.setForwarding(this.#dying, true)
  }

  /** The client has been answered for a while, and knows of its failures. */
  async #untilServed(): Promise<void> {
    const client = required(this.#client)
    const deadline = performance.now() + 10_000
    for (let answered = 0; answered < 20; ) {
      if (performance.now() > deadline) throw new Error('nobody answers the client')
      const from = wallClock()
      await delay(SERVED)
      answered = (await client.report(from)).answered
    }
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

async function measure(name: keyof typeof SETTINGS, kills: number): Promise<void> {
  const setting = SETTINGS[name]
  const benches: Record<Contender, Bench> = {
    ours: new Bench(startOurs, setting),
    keepalived: new Bench(startKeepalived, setting),
  }
  const both = Object.values(benches)
  try {
    for (const bench of both) await bench.open()
    for (let i = 0; i < kills; i++) for (const bench of both) await bench.crash((i + 0.5) / kills)
    for (let i = 0; i < kills; i++) for (const bench of both) await bench.cut((i + 0.5) / kills)
    for (let i = 0; i < kills; i++) for (const bench of both) await bench.resign()
    for (const bench of both) await bench.endBackup()
    for (let i = 0; i < kills; i++) for (const bench of both) await bench.farewell()
  } finally {
    for (const bench of both) await bench.close()
  }

  const timing = { ...setting, priority: PRIORITY }
  const title = `${name}: bound ${downInterval(timing).toFixed(2)}, skew ${skewTime(timing).toFixed(2)}`
  const rows = Object.entries(ROWS).map(([key, label]) => {
    const of = (contender: Contender) => benches[contender].samples[key as keyof Samples]
    return { label, samples: { ours: of('ours'), keepalived: of('keepalived') } }
  })
  printComparisons(title, rows)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '12' } },
})
const names = positionals.length === 0 ? Object.keys(SETTINGS) : positionals
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
console.log(`${kills} trials each; milliseconds; load of the machine ${loadavg()[0]?.toFixed(2)}`)
for (const name of names.filter(isSetting)) await measure(name, kills)
process.exit(0)
