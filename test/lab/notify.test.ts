/**
 * Notifications of a real failover: the seed's single network with its notify.sh, ours beside real keepalived, each in each
 * role. Both must call the same scripts with the same arguments in the same order, write the same lines, send the same mail.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type SmtpSink, startSmtpSink } from '../notify/smtp-sink.ts'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { singleNetwork } from './configuration.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { enterNamespace } from './namespace.ts'
import { type LabRouter, type StartRouter, startKeepalived, startOurs } from './router.ts'

const VIP = '172.16.8.100'

/** The articles' script, with a file in place of their mail command. */
const NOTIFY_SH = `#!/bin/bash
notify() {
    echo "$1" >> "$(dirname "$0")/words"
}
case $1 in
master)
    notify master
    ;;
backup)
    notify backup
    ;;
fault)
    notify fault
    ;;
stop)
    notify stop
    ;;
*)
    echo "Usage: $(basename $0) {master|backup|fault}"
    exit 1
    ;;
esac
`
const ANY_SH = '#!/bin/sh\necho "$*" >> "$(dirname "$0")/any"\n'
const READER_SH = '#!/bin/sh\nwhile read -r line; do echo "$line" >> "$(dirname "$0")/fifo-lines"; done < "$1"\n'

/** The fixture, with the scripts of `host` and everything else that can be told. */
function configure(host: Host, node: 'master' | 'backup'): string {
  for (const [name, text] of Object.entries({ 'notify.sh': NOTIFY_SH, 'any.sh': ANY_SH, 'reader.sh': READER_SH })) {
    writeFileSync(join(host.directory, name), text)
    chmodSync(join(host.directory, name), 0o755)
  }
  const script = join(host.directory, 'notify.sh')
  return singleNetwork(node)
    .replaceAll('/usr/local/keepalived/etc/keepalived/notify.sh', script)
    .replace(
      'router_id',
      `script_user root
   vrrp_notify_fifo ${host.directory}/fifo
   vrrp_notify_fifo_script ${host.directory}/reader.sh
   router_id`,
    )
    .replace(
      'advert_int 1',
      `advert_int 1
    notify ${host.directory}/any.sh
    notify_stop "${script} stop"
    smtp_alert`,
    )
}

/** Lines that a script of `host` wrote. */
function lines(host: Host, file: string): readonly string[] {
  const path = join(host.directory, file)
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
}

/** Mail server on the host's loopback, where the articles have theirs. */
async function startSink(t: Test, host: Host): Promise<SmtpSink> {
  const leave = enterNamespace(host)
  try {
    return await startSmtpSink(t, { port: 25 })
  } finally {
    leave()
  }
}

/** Waits for what was told of so many changes: with keepalived the script for STOP can overtake the one before it. */
async function untilTold(host: Host, sink: SmtpSink, count: number): Promise<void> {
  await sink.until(count)
  const deadline = performance.now() + 5000
  const behind = (file: string) => lines(host, file).length < count
  while (['words', 'any', 'fifo-lines'].some(behind) && performance.now() < deadline) await delay(10)
}

/** Everything that one node told, compared with the states it went through. */
async function compare(
  t: Test,
  { host, daemon }: LabRouter,
  sink: SmtpSink,
  priority: number,
  states: string,
): Promise<void> {
  const expected = states.split(' ')
  const words = expected.map(state => state.toLowerCase())
  t.strictSame(lines(host, 'words'), words, `${host.name}: words of notify.sh`)
  const calls = expected.map(state => `INSTANCE VG_1 ${state} ${priority}`)
  t.strictSame(lines(host, 'any'), calls, `${host.name}: arguments of notify`)
  // keepalived ends the reader before it can read the last line.
  const known = expected.filter(state => state !== 'STOP')
  t.strictSame(
    lines(host, 'fifo-lines').filter(line => !line.includes('STOP')),
    known.map(state => `INSTANCE "VG_1" ${state} ${priority}`),
    `${host.name}: lines of the FIFO`,
  )
  // keepalived ends before mail about the end can leave, and sends several mails at a time.
  const subjects = sink.mails
    .map(({ headers }) => headers.get('Subject') ?? '')
    .filter(text => !text.includes('Stopping'))
  t.strictSame(
    subjects,
    known.map(state => `[${host.name}] VRRP Instance VG_1 - Entering ${state} state`),
    `${host.name}: mail`,
  )
  for (const { from, to, body } of sink.mails) {
    t.match(from, /^ka(68)?@localhost$/)
    t.strictSame(to, ['root@localhost'])
    t.match(body, /^=> VRRP Instance (is (now|no longer) owning VRRP VIPs|stopping) <=/)
  }
  t.notMatch(daemon.text(), /script .* (exited|was ended|did not end|could not)|line is lost|SMTP server .*: /)
}

async function story(t: Test, startMaster: StartRouter, startBackup: StartRouter): Promise<void> {
  await withLab(async lab => {
    const ka67 = lab.addHost('ka67', '172.16.8.10/24')
    const ka68 = lab.addHost('ka68', '172.16.8.11/24')
    const sinks = [await startSink(t, ka67), await startSink(t, ka68)] as const
    const master = await startMaster(ka67, configure(ka67, 'master'))
    const backup = await startBackup(ka68, configure(ka68, 'backup'))
    await ka67.untilAddress(VIP)
    lab.setCable(ka67, false)
    await ka68.untilAddress(VIP)
    lab.setCable(ka67, true)
    await ka67.untilAddress(VIP)
    await ka68.untilAddress(VIP, false)
    await untilTold(ka67, sinks[0], 5)
    await master.stop()
    await ka68.untilAddress(VIP)
    await untilTold(ka68, sinks[1], 4)
    await backup.stop()
    await compare(t, master, sinks[0], 100, 'BACKUP MASTER FAULT BACKUP MASTER STOP')
    await compare(t, backup, sinks[1], 95, 'BACKUP MASTER BACKUP MASTER STOP')
    for (const sink of sinks) await sink.close()
  })
}

const skip = labUnavailable('keepalived')

t.test('ours is master, keepalived is backup', { skip }, async t => {
  await story(t, startOurs, startKeepalived)
})

t.test('keepalived is master, ours is backup', { skip }, async t => {
  await story(t, startKeepalived, startOurs)
})

t.test('what hangs or is away does not touch the protocol, and is told once', { skip }, async t => {
  await withLab(async lab => {
    const ka67 = lab.addHost('ka67', '172.16.8.10/24')
    const wire = await Capture.start(lab.addHost('observer'))
    // Nobody has that address: connecting waits for an answer that never comes.
    const configuration = configure(ka67, 'master').replace('smtp_server 127.0.0.1', 'smtp_server 172.16.8.99')
    writeFileSync(join(ka67.directory, 'notify.sh'), '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 1; done\n')
    writeFileSync(join(ka67.directory, 'reader.sh'), '#!/bin/sh\nexit 1\n')
    const { daemon, stop } = await startOurs(ka67, configuration)
    await ka67.untilAddress(VIP)
    const adverts = () => wire.frames.filter(({ kind }) => kind === 'advert')
    while (adverts().length < 6) await delay(50)
    const times = adverts().map(({ time }) => time)
    const gaps = times.slice(1).map((time, i) => Math.abs(time - (times[i] ?? 0) - 1000))
    t.ok(Math.max(...gaps) < 100, `adverts are off by ${gaps.map(gap => gap.toFixed(1)).join(', ')} ms`)
    const start = performance.now()
    await stop()
    const took = performance.now() - start
    t.ok(took < 2000, `it ends in ${took.toFixed(0)} ms`)
    t.equal(daemon.exitCode, 0)
    const count = (pattern: RegExp) => daemon.log.filter(({ text }) => pattern.test(text)).length
    t.equal(count(/FIFO .*: its script runs no longer: it exited/), 1)
    t.ok(count(/SMTP server \[172\.16\.8\.99\]:25: .*; mail waits until it works/) <= 1)
    t.equal(count(/SMTP server \[172\.16\.8\.99\]:25: 3 mails could not be sent/), 1)
    t.equal(count(/script .*notify\.sh backup was killed, because the router stops/), 1)
    wire.stop()
  })
})
