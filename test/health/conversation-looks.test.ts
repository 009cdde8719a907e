/**
 * TCP_CHECK and SMTP_CHECK, MISC_CHECK and FILE_CHECK.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { judgeFile } from '../../lib/health/file-look.ts'
import {
  type FileCheck,
  type LookOutcome,
  type MiscCheck,
  type SmtpCheck,
  standardLookers,
  type TcpCheck,
} from '../../lib/health/index.ts'
import { beginLook } from '../../lib/health/look.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { CHECK, FakeCommands, flush } from '../track/fake-commands.ts'
import { look, outcomeOf } from './look.ts'
import { closedPort, serve } from './servers.ts'
import { local, TIMING } from './timing.ts'

t.test('TCP', async t => {
  const check: TcpCheck = { ...TIMING, id: 'x', type: 'tcp', target: local(await serve(t, () => {})) }
  t.equal(await look(check), 'well')
  const port = await closedPort()
  t.equal(await look({ ...check, target: local(port) }), `refused: connection to [127.0.0.1]:${port} refused`)
})

/** A mail server that says these lines, the first one unasked. */
function mailServer(t: Parameters<typeof serve>[0], lines: readonly string[], heard: string[] = []): Promise<number> {
  return serve(t, socket => {
    const left = [...lines]
    socket.write(left.shift() ?? '')
    socket.on('data', bytes => {
      heard.push(bytes.toString())
      const line = left.shift()
      if (line === undefined) socket.end()
      else socket.write(line)
    })
  })
}

function smtp(port: number, change: Partial<SmtpCheck> = {}): SmtpCheck {
  return { ...TIMING, id: 'm', type: 'smtp', target: local(port, 200), ...change }
}

t.test('SMTP', async t => {
  const heard: string[] = []
  const polite = ['220-mail.example\r\n220 ready\r\n', '250 hello\r\n', '221 bye\r\n']
  t.equal(await look(smtp(await mailServer(t, polite, heard))), 'well')
  t.equal(await look(smtp(await mailServer(t, polite, heard), { heloName: 'me.example' })), 'well')
  t.strictSame(heard, ['HELO smtpchecker.keepalived.org\r\n', 'QUIT\r\n', 'HELO me.example\r\n', 'QUIT\r\n'])
  const port = await mailServer(t, ['220 ready\r\n', '250 hello\r\n'])
  t.equal(await look(smtp(port)), 'well', 'who hangs up at QUIT')
  const cases: [string[], RegExp][] = [
    [['554 no\r\n'], /^status: SMTP 554 as greeting from/],
    [['220 ready\r\n', '501 what\r\n'], /^status: SMTP 501 as answer to HELO from/],
    [['220 ready\r\n'], /^closed: connection closed before its answer to HELO by/],
    [[], /^timeout: answer of/],
    [['SSH-2.0-OpenSSH_9.2\r\n'], /^malformed: not SMTP/],
    [['220-'.repeat(10_000)], /^malformed: not SMTP/],
    [[`${'220-x\r\n'.repeat(10_000)}`], /^malformed: not SMTP/],
  ]
  for (const [lines, expected] of cases) t.match(await look(smtp(await mailServer(t, lines))), expected)
})

t.test('SMTP: all hosts', async t => {
  const good = await mailServer(t, ['220 ready\r\n', '250 hello\r\n', '221 bye\r\n'])
  const bad = await mailServer(t, ['554 no\r\n'])
  t.equal(await look(smtp(1, { hosts: [local(good), local(good)] })), 'well')
  t.equal(
    await look(smtp(1, { hosts: [local(good), local(bad)] })),
    `status: SMTP 554 as greeting from [127.0.0.1]:${bad}`,
  )
})

function misc(script: string, change: Partial<MiscCheck> = {}): MiscCheck {
  const words = ['/bin/sh', '-c', script]
  return { ...TIMING, id: 's', type: 'misc', arguments: words, user: 'root', timeout: milliseconds(5000), ...change }
}

t.test('MISC', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async t => {
  t.equal(await look(misc('exit 0')), 'well')
  t.equal(await look(misc('exit 1')), 'status: misc check /bin/sh exited with status 1')
  t.equal(await look(misc('kill -9 $$')), 'status: misc check /bin/sh was killed by SIGKILL')
  t.equal(
    await look(misc('sleep 60', { timeout: milliseconds(100) })),
    'timeout: misc check /bin/sh timed out after 0.1 s',
  )
  t.match(await look(misc('', { arguments: ['/no/such'] })), /^local: misc check \/no\/such: .*does not exist/)
  t.strictSame(await outcomeOf(misc('exit 0', { dynamic: true })), { success: true, advice: 'unchanged' })
  t.strictSame(await outcomeOf(misc('exit 12', { dynamic: true })), {
    success: true,
    advice: { type: 'set', weight: 10 },
  })
  t.match(await look(misc('exit 1', { dynamic: true })), /^status/)
  t.match(await look(misc('exit 2')), /^status/, 'not without misc_dynamic')
})

t.test('MISC: one that does not end is ended, politely first', async t => {
  const clock = new SimClock()
  const fake = new FakeCommands()
  const lookers = standardLookers({ clock, commands: { prepare: () => CHECK, start: fake.start } })
  const outcomes: LookOutcome[] = []
  beginLook(lookers, misc('x', { timeout: milliseconds(1000) }), 0, outcome => outcomes.push(outcome))
  clock.advance(milliseconds(1000))
  t.match(outcomes, [{ success: false, failure: { kind: 'timeout' } }])
  t.strictSame(fake.last.signals, ['SIGTERM'])
  clock.advance(milliseconds(3000))
  t.strictSame(fake.last.signals, ['SIGTERM', 'SIGKILL'])
  await fake.last.end({ type: 'stopped' })
  const cancelled = beginLook(lookers, misc('x'), 0, outcome => outcomes.push(outcome))
  cancelled.cancel()
  t.strictSame(fake.last.signals, ['SIGTERM'])
  await fake.last.end({ type: 'stopped' })
  await flush()
  t.equal(outcomes.length, 1)
  t.equal(clock.pending, 0)
})

t.test('FILE', async t => {
  const path = join(t.testdir({}), 'value')
  const file = (change: Partial<FileCheck> = {}): FileCheck => ({
    ...TIMING,
    id: 'f',
    type: 'file',
    path,
    weight: 0,
    ...change,
  })
  t.equal(await look(file()), 'well', 'none is 0')
  writeFileSync(path, '3\n')
  t.equal(await look(file()), `file: ${path} says 3`)
  t.equal(await look(file({ reverse: true })), 'well')
  t.strictSame(await outcomeOf(file({ weight: -2 })), { success: true, advice: { type: 'add', weight: -6 } })
  t.match(await look(file({ path: t.testdirName })), /^local: /)
  const advice = (text: string, change: Partial<FileCheck>) => judgeFile(text, file(change))
  t.strictSame(advice('0x10', { weight: 1 }), { success: true, advice: { type: 'add', weight: 16 } })
  t.strictSame(advice('010', { weight: 1 }), { success: true, advice: { type: 'add', weight: 8 } })
  t.strictSame(advice(' -5', { weight: 1, reverse: true }), { success: true, advice: { type: 'add', weight: 5 } })
  t.strictSame(advice('nonsense', { weight: 1 }), { success: true, advice: { type: 'add', weight: 0 } })
  t.match(advice('65535', { weight: -1 }), { success: false, failure: { kind: 'file' } })
  t.strictSame(advice('99999999999', { weight: 1 }), { success: true, advice: { type: 'add', weight: 0 } })
})
