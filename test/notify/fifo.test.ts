/**
 * Named pipes: made, used, full, taken away; and their readers.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Fifo, type FifoSettings } from '../../lib/notify/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { POLICY, ScriptBench } from './scripts.ts'

const GRACE = milliseconds(1000)

function open(t: Test, settings: FifoSettings) {
  const log: string[] = []
  const fifo = new Fifo(settings, POLICY, (level, line) => log.push(`${level}: ${line}`))
  t.teardown(() => fifo.close(milliseconds(0)))
  return { fifo, log }
}

/** What is in the pipe now. */
function drain(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(1 << 20)
  let length = 0
  try {
    for (;;) length += readSync(descriptor, buffer, length, buffer.length - length, null)
  } catch {
    // EAGAIN: empty.
  }
  closeSync(descriptor)
  return buffer.toString('utf8', 0, length)
}

t.test('made if absent, with mode 644, and removed at the end', async (t: Test) => {
  const path = join(t.testdir({}), 'fifo')
  const { fifo, log } = open(t, { path })
  t.ok(statSync(path).isFIFO())
  t.equal(statSync(path).mode & 0o777, 0o644)
  fifo.write('INSTANCE "VI_1" BACKUP 100\n')
  fifo.write('INSTANCE "VI_1" MASTER 100\n')
  t.equal(drain(path), 'INSTANCE "VI_1" BACKUP 100\nINSTANCE "VI_1" MASTER 100\n')
  await fifo.close(GRACE)
  t.notOk(existsSync(path))
  fifo.write('after the end\n')
  t.strictSame(log, [])
})

t.test('its owner', { skip: process.getuid?.() !== 0 && 'needs root' }, async (t: Test) => {
  const path = join(t.testdir({}), 'fifo')
  open(t, { path, user: 'nobody' })
  t.not(statSync(path).uid, 0)
  t.throws(() => open(t, { path: `${path}2`, user: 'no-such-user' }), { message: "user 'no-such-user' does not exist" })
})

t.test('one that is there stays', async (t: Test) => {
  const path = join(t.testdir({}), 'fifo')
  execFileSync('mkfifo', [path])
  const { fifo } = open(t, { path })
  await fifo.close(GRACE)
  t.ok(existsSync(path))
})

t.test('something else of that name is refused', async (t: Test) => {
  const path = join(t.testdir({}), 'file')
  writeFileSync(path, 'precious')
  t.throws(() => open(t, { path }), { message: /is there, and is no FIFO$/ })
  t.throws(() => open(t, { path: '/nonexistent/directory/fifo' }))
})

t.test('without a reader it fills up: lines are lost whole, counted, and nothing waits', async (t: Test) => {
  const path = join(t.testdir({}), 'fifo')
  const { fifo, log } = open(t, { path })
  const line = `INSTANCE "${'x'.repeat(83)}" MASTER 1\n`
  const count = 2000
  for (let i = 0; i < count; i++) fifo.write(line)
  t.equal(log.length, 1)
  t.match(log[0], /a line is lost: EAGAIN/)
  const read = drain(path)
  t.equal(read.length % line.length, 0)
  t.ok(read.length >= 60_000)
  fifo.write('INSTANCE "VI_1" MASTER 1\n')
  t.equal(log[1], `warning: FIFO ${path}: ${count - read.length / line.length} lines were lost, because nobody read`)
  t.equal(drain(path), 'INSTANCE "VI_1" MASTER 1\n')
})

t.test('a reader is started with the path behind its arguments, and reads to the end', async (t: Test) => {
  const bench = new ScriptBench(t)
  const path = join(bench.directory, 'fifo')
  const script = bench.write(
    'reader',
    'echo "$*" >> "$LOG"; while read -r line; do echo "got $line" >> "$LOG"; done < "$2"',
  )
  const { fifo, log } = open(t, { path, script: { arguments: [script, 'first'] } })
  t.strictSame(await bench.until(1), [`first ${path}`])
  fifo.write('INSTANCE "VI_1" MASTER 1\n')
  await bench.until(2)
  fifo.write('INSTANCE "VI_1" STOP 1\n')
  await fifo.close(milliseconds(10_000))
  t.strictSame(bench.lines(), [`first ${path}`, 'got INSTANCE "VI_1" MASTER 1', 'got INSTANCE "VI_1" STOP 1'])
  t.strictSame(log, [])
})

t.test('a reader that does not end is ended', async (t: Test) => {
  const bench = new ScriptBench(t)
  const script = bench.write('reader', 'trap "" TERM; while :; do sleep 0.05; done')
  const { fifo } = open(t, { path: join(bench.directory, 'fifo'), script: { arguments: [script] } })
  await fifo.close(milliseconds(100))
  t.pass('it came')
})

t.test('a reader that fails is told', async (t: Test) => {
  const bench = new ScriptBench(t)
  const path = join(bench.directory, 'fifo')
  const absent = open(t, { path, script: { arguments: ['/nonexistent/reader'] } })
  t.strictSame(absent.log, [`error: FIFO ${path}: its script is not started: /nonexistent/reader does not exist`])
  const failing = open(t, { path: `${path}2`, script: { arguments: [bench.write('reader', 'echo oops >&2; exit 1')] } })
  while (failing.log.length < 2) await new Promise(resolve => setTimeout(resolve, 2))
  t.strictSame(failing.log, [
    `info: FIFO ${path}2: oops`,
    `warning: FIFO ${path}2: its script runs no longer: it exited`,
  ])
})
