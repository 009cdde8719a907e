/**
 * Commands that behave well and badly: each of them ends, and what it did is known.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { defaultScriptUser, type PreparedCommand, prepareCommand, startCommand } from '../../lib/process/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const policy = { user: defaultScriptUser({ passwd: '', group: '' }), security: false }
const LONG = milliseconds(20_000)

/** `/bin/sh -c SCRIPT`, made ready. */
function shell(script: string): PreparedCommand {
  const command = prepareCommand({ arguments: ['sh', '-c', script, 'sh'] }, policy)
  if ('problem' in command) throw new Error(command.problem)
  return command
}

/** Runs a shell script and returns its outcome and what it printed. */
async function run(script: string, timeLimit = LONG, words: readonly string[] = []) {
  const lines: string[] = []
  const { outcome } = startCommand(shell(script), { words, timeLimit, onLine: line => lines.push(line) })
  return { outcome: await outcome, lines }
}

/** A process exists and is no zombie. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('five seconds were not enough')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

t.test('status, output of both streams, arguments as they are given', async t => {
  t.strictSame(await run('echo "$1|$2"; echo oops >&2; exit 3', LONG, ['a  b', '$HOME;"']), {
    outcome: { type: 'exited', status: 3 },
    lines: ['a  b|$HOME;"', 'oops'],
  })
})

t.test('the environment is that of the process, with additions, without what could change a program', async t => {
  process.env.LD_LIBRARY_PATH = '/nowhere'
  process.env.VRRP_TS_INHERITED = 'yes'
  t.teardown(() => {
    delete process.env.LD_LIBRARY_PATH
    delete process.env.VRRP_TS_INHERITED
  })
  const lines: string[] = []
  await startCommand(shell('echo "$VRRP_TS_INHERITED,$VRRP_STATE,$LD_LIBRARY_PATH."'), {
    environment: { VRRP_STATE: 'MASTER' },
    timeLimit: LONG,
    onLine: line => lines.push(line),
  }).outcome
  t.strictSame(lines, ['yes,MASTER,.'])
})

t.test('stdin is empty, the process group is its own', async t => {
  const { lines } = await run('cat; echo $$; ps -o pgid= -p $$ 2>/dev/null || cut -d" " -f5 /proc/$$/stat')
  t.equal(lines[0]?.trim(), lines[1]?.trim())
})

t.test('a signal from elsewhere', async t => {
  t.strictSame((await run('kill -9 $$')).outcome, { type: 'killed', signal: 'SIGKILL' })
})

t.test('at the time limit it ends with all that it started', async t => {
  const { outcome, lines } = await run('sleep 1000 & echo $!; wait', milliseconds(100))
  t.strictSame(outcome, { type: 'timed-out' })
  await until(() => !lives(Number(lines[0])))
})

t.test('a command that ignores SIGTERM gets SIGKILL', async t => {
  const { outcome } = await run('trap "" TERM; while :; do sleep 0.05; done', milliseconds(50))
  t.strictSame(outcome, { type: 'timed-out' })
})

t.test('what it leaves in the background lives on, and holds nothing up', async t => {
  const { outcome, lines } = await run('sleep 1000 & echo $!')
  t.strictSame(outcome, { type: 'exited', status: 0 })
  const pid = Number(lines[0])
  t.ok(lives(pid))
  process.kill(pid, 'SIGKILL')
})

t.test('kill ends it, and before its turn it never starts', async t => {
  const early = startCommand(shell('echo no'), { timeLimit: LONG, onLine: () => t.fail('it ran') })
  early.kill()
  t.strictSame(await early.outcome, { type: 'stopped' })
  await new Promise<void>(resolve => {
    const late = startCommand(shell('echo yes; sleep 1000'), { timeLimit: LONG, onLine: () => late.kill() })
    late.outcome.then(outcome => {
      t.strictSame(outcome, { type: 'stopped' })
      resolve()
    })
  })
})

t.test('output is bounded, and cannot forge lines', async t => {
  const flood = await run('yes 0123456789 | head -c 300000')
  t.ok(flood.lines.join('').length < 8300)
  t.equal(flood.lines.at(-1), '… (further output is left out)')
  const drained = await run('yes | head -c 1000000; echo end >&2; exit 3')
  t.strictSame(drained.outcome, { type: 'exited', status: 3 }, 'what is left out does not hold up its writer for ever')
  const long = await run('head -c 100000 /dev/zero | tr "\\0" x')
  t.ok(long.lines.every(line => line.length <= 512))
  t.strictSame((await run('printf "a\\033[2Jb\\rc"')).lines, ['a [2Jb c'])
})

t.test('a program that is not there any more', async t => {
  const command = { ...shell(''), path: '/nonexistent/program' }
  const outcome = await startCommand(command, { timeLimit: LONG }).outcome
  t.match(outcome, { type: 'not-started', message: /ENOENT/ })
})

t.test('a file without an interpreter line goes to the shell', async t => {
  const directory = t.testdir({ script: 'echo "plain $1"' })
  const command = { ...shell(''), path: '/bin/sh', arguments: ['-c', `chmod 755 ${directory}/script`] }
  await startCommand(command, { timeLimit: LONG }).outcome
  const lines: string[] = []
  await startCommand(
    { ...command, path: `${directory}/script`, arguments: [] },
    { words: ['text'], timeLimit: LONG, onLine: line => lines.push(line) },
  ).outcome
  t.strictSame(lines, ['plain text'])
})

t.test('as another user, with no group of root', { skip: process.getuid?.() !== 0 && 'needs root' }, async t => {
  const command = prepareCommand({ arguments: ['id'], user: 'nobody' }, policy)
  if ('problem' in command) throw new Error(command.problem)
  const lines: string[] = []
  await startCommand(command, { timeLimit: LONG, onLine: line => lines.push(line) }).outcome
  t.match(lines[0], /^uid=\d+\(nobody\) gid=\d+\(nogroup|nobody\)/)
  t.notMatch(lines[0], /\broot\b/)
})

t.test('a hundred at once leave the event loop its turns', async t => {
  const turns: number[] = []
  let running = true
  const tick = () => {
    turns.push(performance.now())
    if (running) setImmediate(tick)
  }
  tick()
  await Promise.all(Array.from({ length: 100 }, () => startCommand(shell(':'), { timeLimit: LONG }).outcome))
  running = false
  t.ok(turns.length >= 100, `${turns.length} turns`)
})
