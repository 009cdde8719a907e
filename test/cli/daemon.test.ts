/**
 * The parts of the daemon around the router: pid file, log, last resort.
 */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openDaemonLog } from '../../cli/daemon-log.ts'
import { catchErrors } from '../../cli/last-resort.ts'
import { LineWriter } from '../../cli/line-writer.ts'
import { claimPidFile, holderOf } from '../../cli/pid-file.ts'
import type { LogLevel } from '../../lib/router/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'vrrp-daemon-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))
const noSyslog = () => () => {}

t.test('a pid file: claimed, released, and one of the dead is nobody’s', async t => {
  const path = join(directory, 'pid')
  const release = claimPidFile(path)
  t.equal(readFileSync(path, 'utf8'), `${process.pid}\n`)
  release()
  t.equal(existsSync(path), false)
  for (const text of ['999999999\n', '1\n', '0', '-1', 'words', '']) {
    writeFileSync(path, text)
    t.equal(holderOf(path), undefined, JSON.stringify(text))
  }
  const releaseAgain = claimPidFile(path)
  writeFileSync(path, '4711\n')
  releaseAgain()
  t.equal(readFileSync(path, 'utf8'), '4711\n', 'another daemon’s is left alone')
})

t.test('a live daemon holds its pid file; another program with that number does not', async t => {
  const path = join(directory, 'held')
  const idle = 'setInterval(() => {}, 1000)'
  const daemon = spawn(process.execPath, ['-e', idle, 'run'])
  const stranger = spawn(process.execPath, ['-e', idle, 'other'])
  t.teardown(() => [daemon, stranger].map(child => child.kill()))
  await Promise.all([daemon, stranger].map(child => new Promise(resolve => child.once('spawn', resolve))))
  writeFileSync(path, `${daemon.pid}\n`)
  t.equal(holderOf(path), daemon.pid)
  t.throws(() => claimPidFile(path), { message: new RegExp(`runs already, as process ${daemon.pid}$`) })
  writeFileSync(path, `${stranger.pid}\n`)
  t.equal(holderOf(path), undefined)
})

t.test('a link in the place of the pid file is replaced, not followed', async t => {
  const [victim, path] = [join(directory, 'victim'), join(directory, 'link')]
  writeFileSync(victim, 'precious')
  symlinkSync(victim, path)
  claimPidFile(path)()
  t.equal(readFileSync(victim, 'utf8'), 'precious')
})

t.test('lines in order, all of them', async t => {
  const path = join(directory, 'lines')
  const fd = openSync(path, 'w')
  const writer = new LineWriter(fd)
  const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
  for (const line of lines) writer.write(line)
  await writer.flush(5000)
  closeSync(fd)
  t.strictSame(readFileSync(path, 'utf8').trimEnd().split('\n'), lines)
})

t.test('a full disk is told of once, and nothing waits for it', async t => {
  const fd = openSync('/dev/full', 'w')
  const complaints: string[] = []
  const writer = new LineWriter(fd, message => complaints.push(message))
  for (let i = 0; i < 3; i++) {
    writer.write('lost')
    await writer.flush(5000)
  }
  closeSync(fd)
  t.strictSame(complaints.length, 1)
  t.match(complaints[0], /ENOSPC/)
})

t.test('the log file: text as keepalived’s console, or JSON; moved away and opened anew', async t => {
  const path = join(directory, 'log')
  const log = openDaemonLog({ noSyslog: true, logFile: path }, noSyslog)
  log.write('notice', '(VI_1) Entering MASTER STATE')
  await log.flush()
  t.match(readFileSync(path, 'utf8'), /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}: \(VI_1\) Entering MASTER STATE\n$/)
  rmSync(path)
  log.reopen()
  log.write('notice', 'again')
  await log.flush()
  t.match(readFileSync(path, 'utf8'), / again\n$/)

  rmSync(path)
  const json = openDaemonLog({ noSyslog: true, logFile: path, logFormat: 'json' }, noSyslog)
  const transition = {
    type: 'transition',
    from: 'backup',
    to: 'active',
    reason: 'master-timeout',
    priority: 100,
  } as const
  const peer = { address: '192.0.2.11', priority: 90 }
  json.write('notice', 'a "line"', { ...transition, peer, instance: 'VI_1', at: 0 as never })
  json.write('info', 'Stopped')
  await json.flush()
  const [first, second] = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  const { time, ...rest } = first
  t.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const { type: event, ...facts } = transition
  t.strictSame(rest, { level: 'notice', instance: 'VI_1', event, ...facts, peer, message: 'a "line"' })
  t.strictSame(Object.keys(second), ['time', 'level', 'message'])
  t.throws(() => openDaemonLog({ logFile: join(directory, 'no', 'where') }, noSyslog), { code: 'ENOENT' })
})

t.test('an error beside the engine is logged, one inside it is the end', async t => {
  const known = new Map(
    (['uncaughtException', 'unhandledRejection'] as const).map(name => [name, process.listeners(name as 'exit')]),
  )
  const lines: [LogLevel, string][] = []
  let [broken, ended] = [false, 0]
  catchErrors({
    write: (level, line) => lines.push([level, line]),
    isBroken: () => broken,
    giveUp: () => {
      ended++
    },
  })
  const fresh = process
    .listeners('uncaughtException')
    .find(each => !known.get('uncaughtException')?.includes(each as never))
  const throwIt = (error: Error) => fresh?.(error, 'uncaughtException')
  t.teardown(() => {
    for (const [name, listeners] of known) {
      for (const each of process.listeners(name as 'exit')) {
        if (!listeners.includes(each)) process.removeListener(name, each)
      }
    }
  })
  const error = new Error('mail')
  for (let i = 0; i < 99; i++) throwIt(error)
  t.equal(lines.length, 2, 'the first and the tenth')
  t.match(lines[0]?.[1], /^Error beside the engine, the virtual routers go on \(1 of this kind\): Error: mail/)
  t.equal(ended, 0)
  broken = true
  throwIt(new Error('machine'))
  throwIt(new Error('machine'))
  t.equal(ended, 1)
  t.match(lines.at(-1)?.[1], /^Fatal error in the engine, giving up: Error: machine/)
})
