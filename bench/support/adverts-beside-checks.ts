/**
 * The adverts of a master while thousands of servers are checked by the same process, in a network namespace.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { labUnavailable } from '../../test/lab/available.ts'
import { Lab } from '../../test/lab/lab.ts'
import { type AdvertRhythm, advertRhythm } from './advert-rhythm.ts'
import type { CheckingUsage } from './checking-router.ts'
import { LOCAL_PORT, localServersArguments } from './local-servers.ts'
import { configureMany } from './many-instances.ts'
import { WireRecord } from './wire-record.ts'

const PROGRAM = fileURLToPath(new URL('checking-router.js', import.meta.url))
/** Of the adverts, ms. */
const INTERVAL = 100
/** An advert may be late by so much, ms; all threads may take so much of one core, %. */
const GOALS = { late: 5, cpu: 100 }

/** What is measured. */
export interface BesideChecks {
  readonly count: number
  /** Milliseconds. */
  readonly delayLoop: number
  readonly seconds: number
  readonly type: string
}

/** Measures with no checks, and with them, and prints both. */
export async function measureAdverts(options: BesideChecks): Promise<void> {
  const reason = labUnavailable('nginx')
  if (reason !== false) throw new Error(reason)
  const { count, delayLoop, seconds, type } = options
  console.log(
    `one master, adverts every ${INTERVAL} ms, for ${seconds} s; checks (${type}) every ${delayLoop / 1000} s`,
  )
  for (const checks of [0, count]) {
    const { rhythm, usage } = await run({ ...options, count: checks })
    const due =
      checks === 0 ? '' : ` (${((usage.looks * delayLoop) / (checks * seconds * 1000)).toFixed(3)} of what is due)`
    const { adverts, rate, jitter50, jitter99, stall } = rhythm
    console.log(`${checks} checks`)
    console.log(`  looks             ${usage.looks}${due}, failures ${JSON.stringify(usage.failures)}`)
    console.log(`  CPU, all threads  ${usage.cpu.toFixed(1)} % of one core ${judge(usage.cpu, GOALS.cpu)}`)
    console.log(`  adverts           ${adverts}, ${rate.toFixed(1)} % of what is due`)
    console.log(`  jitter p50, p99   ${jitter50.toFixed(2)}, ${jitter99.toFixed(2)} ms`)
    console.log(`  latest advert     ${stall.toFixed(2)} ms ${judge(stall, GOALS.late)}`)
  }
}

function judge(value: number, goal: number): string {
  return `(goal <= ${goal}: ${value <= goal ? 'met' : 'MISSED'})`
}

async function run(options: BesideChecks): Promise<{ readonly rhythm: AdvertRhythm; readonly usage: CheckingUsage }> {
  const { count, delayLoop, seconds, type } = options
  const lab = new Lab()
  try {
    const host = lab.addHost('measured', '10.9.0.1/24')
    const record = await WireRecord.start(lab.addHost('observer'))
    host.start('nginx', 'nginx', ...localServersArguments(host.directory))
    const file = join(host.directory, 'keepalived.conf')
    writeFileSync(file, configureMany({ count: 1, priority: 255, interval: INTERVAL }))
    // nginx opens a hundred sockets.
    await delay(1000)
    const words = [count, delayLoop, seconds, type, LOCAL_PORT].map(String)
    const program = host.start('checking-router', process.execPath, PROGRAM, file, ...words)
    await program.untilLog(/^measuring$/, { within: 30_000 + delayLoop })
    const window = { instances: 1, interval: INTERVAL, from: Date.now(), intervals: (seconds * 1000) / INTERVAL }
    const { text } = await program.untilLog(/^\{/, { within: 30_000 + seconds * 1000 })
    return { rhythm: advertRhythm(await record.stop(), window), usage: JSON.parse(text) as CheckingUsage }
  } finally {
    lab.close()
  }
}
