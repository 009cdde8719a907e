/**
 * What health checks cost: 10,000 servers looked at every 6 s, against an nginx of this machine. Prints our share of a CPU
 * (the servers' is left out), how late looks begin, how long the event loop stood still; and the cost of one look at a
 * page beside that of node:http.
 *
 * With `--vrrp` instead: how late the adverts of a virtual router are that runs beside them, every 100 ms, in its thread;
 * with checks and without. As root with the lab's packages.
 *
 * `npm run bench -- health [--checks 10000] [--loop 6] [--seconds 20] [--type tcp|http|mixed] [--vrrp]`
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Monitor, standardLookers } from '../lib/health/index.ts'
import { LinuxSocketOpener, linuxPorts } from '../lib/linux/index.ts'
import { milliseconds, secondsToMilliseconds } from '../lib/time/index.ts'
import { measureAdverts } from './support/adverts-beside-checks.ts'
import { LOCAL_PORT, localAddress, localCheck, localServersArguments } from './support/local-servers.ts'

const { values } = parseArgs({
  options: {
    checks: { type: 'string', default: '10000' },
    loop: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '20' },
    type: { type: 'string', default: 'mixed' },
    vrrp: { type: 'boolean', default: false },
  },
})
const count = Number(values.checks)
const delayLoop = secondsToMilliseconds(Number(values.loop))
const seconds = Number(values.seconds)

if (values.vrrp) {
  await measureAdverts({ count, delayLoop, seconds, type: values.type })
  process.exit()
}
const directory = mkdtempSync(join(tmpdir(), 'vrrp-ts-health-'))
const nginx = spawn('nginx', localServersArguments(directory), { stdio: ['ignore', 'ignore', 'inherit'] })
// However this ends.
process.once('exit', () => {
  nginx.kill('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})
await serverIsUp()
await measureMonitor()
await measurePages()
process.exit()

async function serverIsUp(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await new Promise<boolean>(resolve => {
      const socket = connect(LOCAL_PORT, localAddress(0), () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (up) return
    await wait(50)
  }
  throw new Error('nginx does not listen')
}

async function measureMonitor(): Promise<void> {
  const { clock, close } = linuxPorts()
  const monitor = new Monitor({ clock, lookers: standardLookers({ clock, sockets: new LinuxSocketOpener() }) })
  const began = process.cpuUsage()
  monitor.apply(Array.from({ length: count }, (_, index) => localCheck(index, { type: values.type, delayLoop })))
  const applied = process.cpuUsage(began)
  // One loop to get warm.
  await wait(delayLoop)
  const before = monitor.snapshot()
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  const start = process.cpuUsage()
  const from = performance.now()
  await wait(seconds * 1000)
  const { user, system } = process.cpuUsage(start)
  const elapsed = performance.now() - from
  delay.disable()
  const { looks, lateness, failures, checks } = monitor.snapshot()
  monitor.stop()
  close()
  const done = looks - before.looks
  console.log(`${count} checks (${values.type}) every ${values.loop} s, for ${(elapsed / 1000).toFixed(1)} s`)
  console.log(`  apply                 ${((applied.user + applied.system) / 1000).toFixed(0)} ms of CPU`)
  console.log(`  looks                 ${done} (${(done / (count * (elapsed / delayLoop))).toFixed(3)} of what is due)`)
  console.log(`  CPU                   ${(((user + system) / 1e3 / elapsed) * 100).toFixed(1)} % of one core`)
  console.log(`  CPU of a look         ${((user + system) / done).toFixed(0)} us (user ${(user / done).toFixed(0)})`)
  console.log(`  begun late, p99       at most ${percentile(lateness, before.lateness)} ms`)
  console.log(
    `  event loop, p99, max  ${(delay.percentile(99) / 1e6 - 2).toFixed(1)} ms, ${(delay.max / 1e6 - 2).toFixed(1)} ms`,
  )
  console.log(`  memory                ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
  console.log(
    `  failures, down        ${JSON.stringify(failures)}, ${checks.filter(each => each.verdict === 'down').length}`,
  )
}

function percentile(
  after: readonly { readonly upTo: number; readonly looks: number }[],
  before: readonly { readonly looks: number }[],
): number {
  const counts = after.map(({ looks }, i) => looks - (before[i]?.looks ?? 0))
  const total = counts.reduce((sum, each) => sum + each, 0)
  let seen = 0
  const bucket = counts.findIndex(each => {
    seen += each
    return seen >= 0.99 * total
  })
  return after[bucket]?.upTo ?? Number.NaN
}

/** Pages one after the other, so many at once; in turn, so that a slow moment of the machine hits both. */
async function measurePages(): Promise<void> {
  const { clock, close } = linuxPorts()
  const lookers = standardLookers({ clock })
  const base = {
    id: 'x',
    retry: 0,
    delayBeforeRetry: milliseconds(1),
    warmup: milliseconds(0),
    alpha: false,
    delayLoop,
  }
  const own = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const target = { address: localAddress(index), port: LOCAL_PORT, timeout: milliseconds(5000) }
      lookers.http({ ...base, type: 'http', target, pages: [{ path: '/' }] }, 0, outcome =>
        outcome.success ? resolve() : reject(new Error(outcome.failure.text)),
      )
    })
  const nodes = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const request = get(
        { host: localAddress(index), port: LOCAL_PORT, path: '/', agent: false, timeout: 5000 },
        response => {
          response.on('data', () => {})
          response.on('end', resolve)
        },
      )
      request.on('error', reject)
    })
  const times = { own: [] as number[], nodes: [] as number[] }
  for (let round = 0; round < 7; round++) {
    times.own.push(await cost(own))
    times.nodes.push(await cost(nodes))
  }
  close()
  const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN
  const [a, b] = [median(times.own), median(times.nodes)]
  console.log(`one page: ${a.toFixed(0)} us of CPU; node:http without agent ${b.toFixed(0)} us: x${(b / a).toFixed(2)}`)
}

async function cost(look: (index: number) => Promise<void>): Promise<number> {
  const pages = 1000
  const start = process.cpuUsage()
  for (let i = 0; i < pages; i += 20) await Promise.all(Array.from({ length: 20 }, (_, k) => look(i + k)))
  const { user, system } = process.cpuUsage(start)
  return (user + system) / pages
}
