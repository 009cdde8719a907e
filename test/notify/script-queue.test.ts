/**
 * The order of scripts, and queues behind scripts that are slow, hang or fail.
 */
import t, { type Test } from 'tap'
import { type ScriptCall, ScriptQueue } from '../../lib/notify/index.ts'
import type { PreparedCommand } from '../../lib/process/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { ScriptBench } from './scripts.ts'

function call(command: PreparedCommand, ...words: string[]): ScriptCall {
  return { command, words, environment: { VRRP_STATE: words[0] ?? '' } }
}

function queueWith(timeLimit = milliseconds(20_000)) {
  const log: string[] = []
  const queue = new ScriptQueue({
    name: 'VI_1',
    timeLimit,
    log: (level, line) => {
      if (level !== 'debug') log.push(`${level}: ${line}`)
    },
  })
  return { queue, log }
}

t.test('one after the other, however long each takes', async (t: Test) => {
  const bench = new ScriptBench(t)
  const slow = bench.command('slow', 'sleep 0.1; echo "$* $VRRP_STATE" >> "$LOG"')
  const quick = bench.command('quick', undefined, ['configured'])
  const { queue, log } = queueWith()
  queue.push([call(slow, 'MASTER'), call(quick, 'one')])
  queue.push([call(quick, 'two')])
  await queue.settled()
  t.strictSame(bench.lines(), ['MASTER MASTER', 'configured one', 'configured two'])
  t.strictSame(log, [])
})

t.test('output and failures go to the log', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue, log } = queueWith()
  queue.push([call(bench.command('noisy', 'echo hello; exit 7', ['master']))])
  queue.push([call(bench.command('killed', 'kill -9 $$'))])
  queue.push([call({ ...bench.command('gone'), path: '/nonexistent/gone' })])
  await queue.settled()
  t.equal(log[0], 'info: (VI_1) noisy: hello')
  t.match(log[1], /^warning: \(VI_1\) script \S+\/noisy master exited with status 7$/)
  t.match(log[2], /^warning: \(VI_1\) script \S+\/killed was ended by SIGKILL$/)
  t.match(log[3], /^warning: \(VI_1\) script \S+\/gone could not be started: .*ENOENT/)
  t.equal(log.length, 4)
})

t.test('a script that hangs is ended, told once, and the next one runs', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue, log } = queueWith(milliseconds(100))
  queue.push([call(bench.command('hangs', 'sleep 1000'))])
  queue.push([call(bench.command('next'), 'BACKUP')])
  await queue.settled()
  t.strictSame(bench.lines(), ['BACKUP'])
  t.match(log, [/^warning: \(VI_1\) script \S+\/hangs did not end within 0\.1 s and was killed$/])
})

t.test('what piles up is bounded: the oldest is left out, the latest is told', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue, log } = queueWith()
  queue.push([call(bench.command('gate', `while [ ! -e ${bench.directory}/open ]; do sleep 0.01; done`))])
  const note = bench.command('note')
  for (let i = 1; i <= 100; i++) queue.push([call(note, String(i))])
  t.equal(queue.behind, true)
  bench.write('open')
  await queue.settled()
  t.strictSame(
    bench.lines().map(Number),
    Array.from({ length: 64 }, (_, index) => index + 37),
  )
  t.strictSame(log, [
    'warning: (VI_1) more than 64 changes wait for a script: the oldest are left out',
    'warning: (VI_1) 36 changes were left out',
  ])
  t.equal(queue.behind, false)
})

t.test('the end: what waits goes first, if it can', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue, log } = queueWith()
  const note = bench.command('note')
  queue.push([call(note, 'MASTER')])
  queue.push([call(note, 'BACKUP')])
  await queue.stop([call(note, 'STOP')], milliseconds(5000))
  t.strictSame(bench.lines(), ['MASTER', 'BACKUP', 'STOP'])
  t.strictSame(log, [])
})

t.test('the end: a script that hangs gives way to the last one', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue, log } = queueWith()
  const note = bench.command('note')
  queue.push([call(bench.command('hangs', 'sleep 1000')), call(note, 'MASTER')])
  queue.push([call(note, 'BACKUP')])
  await queue.stop([call(note, 'STOP')], milliseconds(2000))
  t.strictSame(bench.lines(), ['STOP'])
  t.match(log, [/hangs was killed, because the router stops$/])
})

t.test('the end: the last script may hang too', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue } = queueWith()
  const start = performance.now()
  await queue.stop([call(bench.command('hangs', 'trap "" TERM; sleep 1000'))], milliseconds(300))
  t.ok(performance.now() - start < 3000)
})

t.test('the end without a script, behind one that hangs', async (t: Test) => {
  const bench = new ScriptBench(t)
  const { queue } = queueWith()
  queue.push([call(bench.command('hangs', 'sleep 1000'))])
  await queue.stop([], milliseconds(100))
  t.pass('it came')
})
