/**
 * A daemon whose whole process is paused, as a virtual machine is that is moved or starved: what it missed is told apart from
 * a dead peer, and with timer_expired_backup no takeover comes of it. keepalived 2.2.7, which has not got that keyword yet, is
 * paused beside it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { readStatus } from '../../lib/status/index.ts'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { configure } from './configuration.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { type Lab, withLab } from './lab.ts'
import { until } from './namespace.ts'
import { type LabRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 8
const skip = labUnavailable('keepalived')
const VIP = '10.55.0.100'
const [A, B] = ['10.55.0.10', '10.55.0.11']
/** Two times the down interval of advert_int 0.2 and priority 100, 722 ms. */
const PAUSE = 1450
const CAREFUL = 'timer_expired_backup'
const LATE = /\(VI_1\) timer \d+ ms late: this machine was paused or starved of CPU/

function configuration(priority: number, keyword = ''): string {
  const lines = `nopreempt\n${keyword}`
  return configure({ version: 3, vrid: 51, priority, advertInt: 0.2, addresses: [VIP], lines })
}

interface Scene {
  readonly role: 'master' | 'backup'
  readonly program: 'ours' | 'keepalived'
  readonly keyword?: string
  /** The network loses what comes meanwhile, as for a virtual machine; otherwise sockets keep it. */
  readonly cut: boolean
}

/** What came of a pause: the adverts within a down interval afterwards, by sender, and the log. */
interface Outcome {
  readonly adverts: string
  readonly log: string
  readonly holds: boolean
  readonly lateTimers: number | undefined
}

/** A is paused, and B is the other one. Told from the end of the pause on. */
async function pause(lab: Lab, { role, program, keyword, cut }: Scene): Promise<Outcome> {
  const [a, b] = [lab.addHost('a', `${A}/24`), lab.addHost('b', `${B}/24`)]
  const wire = await Capture.start(lab.addHost('observer'), 'ip proto 112')
  const startA = () => (program === 'ours' ? startOurs : startKeepalived)(a, configuration(100, keyword))
  const startB = () => startOurs(b, configuration(role === 'master' ? 90 : 110))
  const from = (address: string) => (frame: Frame) => frame.kind === 'advert' && frame.address === address
  const first = await (role === 'master' ? startA : startB)()
  await first.host.untilAddress(VIP)
  const second = await (role === 'master' ? startB : startA)()
  const paused = role === 'master' ? first : second
  const master = role === 'master' ? A : B
  for (let i = 0; i < 2; i++) await wire.until(from(master), { from: wire.position, what: 'an advert of the master' })
  const pid = processOf(paused, program)
  if (cut) lab.setForwarding(a, false)
  process.kill(pid, 'SIGSTOP')
  await until(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true)
  await delay(PAUSE)
  const line = paused.daemon.log.length
  process.kill(pid, 'SIGCONT')
  const { position } = wire
  // What comes before A has found out that it is late would count.
  await paused.daemon.untilLog(/ms late|A thread timer expired|Receive advertisement timeout/, { from: line })
  if (cut) lab.setForwarding(a, true)
  await delay(PAUSE / 2)
  const adverts = wire.frames.slice(position).map(({ address }) => (address === A ? 'A' : 'B'))
  const log = paused.daemon.log.slice(line).map(({ text }) => text)
  return {
    adverts: adverts.join(''),
    log: log.join('\n'),
    holds: (await a.addresses()).includes(VIP),
    lateTimers: program === 'ours' ? await lateTimers(a) : undefined,
  }
}

/** The process with the virtual routers. */
function processOf({ host, daemon }: LabRouter, program: Scene['program']): number {
  return program === 'ours' ? daemon.pid : Number(readFileSync(join(host.directory, 'vrrp.pid'), 'utf8'))
}

async function lateTimers(host: Host): Promise<number | undefined> {
  const { instances } = await readStatus(join(host.directory, 'status.sock'))
  return instances[0]?.statistics['late-timers']
}

function scene(name: string, options: Scene, check: (t: Test, outcome: Outcome) => void): void {
  t.test(name, { skip }, async t => {
    await withLab(async lab => check(t, await pause(lab, options)))
  })
}

for (const program of ['ours', 'keepalived'] as const) {
  scene(
    `${program}, backup: its late timer takes over from a living master`,
    { role: 'backup', program, cut: true },
    isPlain,
  )
  scene(`${program}, master: goes on as if nothing had happened`, { role: 'master', program, cut: true }, isPlain)
}

/** What happens without timer_expired_backup: the old master goes on, the backup becomes another one until it hears the first. */
function isPlain(t: Test, { adverts, log, lateTimers }: Outcome): void {
  t.match(`${adverts} ${log}`, /AA|Entering MASTER STATE/)
  if (lateTimers === undefined) return
  t.match(log, LATE)
  t.ok(lateTimers >= 1)
}

scene(
  'backup with timer_expired_backup',
  { role: 'backup', program: 'ours', keyword: CAREFUL, cut: true },
  (t, outcome) => {
    const { adverts, log, holds, lateTimers } = outcome
    t.match(adverts, /^B+$/, 'no takeover')
    t.match(log, new RegExp(`${LATE.source}.*; the takeover waits for another interval$`, 'm'))
    t.notMatch(log, /Entering/)
    t.equal(holds, false)
    t.ok(Number(lateTimers) >= 1)
  },
)

for (const cut of [true, false]) {
  const name = `master with timer_expired_backup, ${cut ? 'deaf' : 'with adverts of its successor waiting for it'}`
  scene(name, { role: 'master', program: 'ours', keyword: CAREFUL, cut }, (t, outcome) => {
    const { adverts, log, holds, lateTimers } = outcome
    t.match(adverts, /^B+$/, 'its successor stays')
    t.match(log, LATE)
    t.match(log, /Entering BACKUP STATE \[late-timer\]/)
    t.equal(holds, false)
    t.ok(Number(lateTimers) >= 1)
  })
}

scene(
  'backup with adverts waiting for it: they count',
  { role: 'backup', program: 'ours', cut: false },
  (t, outcome) => {
    const { adverts, log, lateTimers } = outcome
    t.match(adverts, /^B+$/, 'no takeover, whatever is configured')
    t.match(log, LATE)
    t.ok(Number(lateTimers) >= 1)
  },
)
