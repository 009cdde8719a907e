/**
 * vrrp_track_process: which processes are meant, how many run, when that is a verdict.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import {
  matchesProcess,
  type ProcessDescription,
  type ProcessEvent,
  type ProcessPattern,
  type ProcessSpecification,
  ProcessTracker,
  ProcessWatch,
  procTable,
} from '../../lib/track/index.ts'

const NGINX: ProcessPattern = { command: 'nginx', fullCommand: false }
const nginx = (...rest: string[]): ProcessDescription => ({ name: 'nginx', arguments: ['/usr/sbin/nginx', ...rest] })

t.test('patterns', async t => {
  t.ok(matchesProcess(NGINX, nginx('-g', 'x')))
  t.notOk(matchesProcess(NGINX, { name: 'nginx-debug', arguments: [] }))
  t.ok(matchesProcess({ command: 'systemd-journald', fullCommand: false }, { name: 'systemd-journal', arguments: [] }))

  const full: ProcessPattern = { command: '/usr/sbin/nginx', fullCommand: true }
  t.ok(matchesProcess(full, nginx()))
  t.notOk(matchesProcess(full, { name: 'nginx', arguments: ['/opt/nginx'] }))
  t.notOk(matchesProcess(full, { name: 'nginx', arguments: [] }), 'a kernel thread has no command line')

  const with_ = (match: 'exact' | 'partial' | 'initial', ...words: string[]): ProcessPattern => ({
    ...NGINX,
    parameters: { match, words },
  })
  t.ok(matchesProcess(with_('exact', '-c', 'a.conf'), nginx('-c', 'a.conf')))
  t.notOk(matchesProcess(with_('exact', '-c'), nginx('-c', 'a.conf')))
  t.ok(matchesProcess(with_('exact'), nginx()))
  t.notOk(matchesProcess(with_('exact'), nginx('-t')))
  t.ok(matchesProcess(with_('partial', '-c'), nginx('-c', 'a.conf')))
  t.notOk(matchesProcess(with_('partial', '-c', 'a'), nginx('-c', 'a.conf')))
  t.notOk(matchesProcess(with_('partial', '-c', 'a', 'b'), nginx('-c', 'a')))
  t.ok(matchesProcess(with_('initial', '-c', 'a'), nginx('-c', 'a.conf', 'more')))
  t.notOk(matchesProcess(with_('initial', '-', 'a.conf'), nginx('-c', 'a.conf')))
})

/** A machine with processes by name. */
function machine(names: readonly string[], withEvents: boolean) {
  const clock = new SimClock()
  const processes = new Map(names.map((name, i) => [i + 1, name]))
  let listener: ((event: ProcessEvent) => void) | undefined
  let lists = 0
  let looks = 0
  const watch = new ProcessWatch({
    clock,
    processes: {
      list: () => {
        lists++
        return [...processes.keys()]
      },
      describe: pid => {
        looks++
        const name = processes.get(pid)
        return name === undefined ? undefined : { name, arguments: [name] }
      },
    },
    ...(withEvents && {
      processEvents: {
        subscribe: (hear: (event: ProcessEvent) => void) => {
          listener = hear
          return () => {
            listener = undefined
          }
        },
      },
    }),
  })
  const counts: number[] = []
  return {
    clock,
    processes,
    watch,
    counts,
    end: watch.count(NGINX, count => counts.push(count)),
    pass: (ms: number) => clock.advance(milliseconds(clock.now() + ms)),
    say: (event: ProcessEvent) => listener?.(event),
    listens: () => listener !== undefined,
    lists: () => lists,
    looks: () => looks,
  }
}

t.test('without events the table is gone through each second, in slices', async t => {
  const names = [...Array.from({ length: 1000 }, () => 'sh'), 'nginx', 'nginx']
  const { processes, counts, pass, end, clock, lists, looks } = machine(names, false)
  clock.step()
  t.equal(looks(), 64, 'no more in one turn')
  pass(10)
  t.strictSame(counts, [2])
  processes.set(2000, 'nginx')
  pass(989)
  t.strictSame(counts, [2])
  pass(1)
  t.strictSame(counts, [2, 3])
  pass(5000)
  t.strictSame(counts, [2, 3])
  t.equal(lists(), 7)
  end()
  t.equal(clock.pending, 0)
})

t.test('with events it is gone through once, and each change tells itself', async t => {
  const { processes, counts, pass, say, lists, looks, listens, end } = machine(['init', 'nginx'], true)
  pass(10_000)
  t.equal(lists(), 1)
  say({ type: 'fork', pid: 10, parent: 2 })
  say({ type: 'fork', pid: 11, parent: 1 })
  t.strictSame(counts, [1, 2])
  t.equal(looks(), 2, 'a child is what its parent is')
  processes.set(11, 'nginx')
  say({ type: 'exec', pid: 11 })
  processes.set(10, 'worker')
  say({ type: 'exec', pid: 10 })
  say({ type: 'exit', pid: 2 })
  say({ type: 'exit', pid: 2 })
  say({ type: 'exec', pid: 999 })
  t.strictSame(counts, [1, 2, 3, 2, 1])
  end()
  t.notOk(listens())
})

t.test('after a loss of events the table is gone through again', async t => {
  const { processes, counts, pass, say, lists } = machine(['nginx'], true)
  pass(1)
  processes.set(5, 'nginx')
  say({ type: 'lost' })
  pass(1)
  t.strictSame(counts, [1, 2])
  say({ type: 'lost' })
  say({ type: 'lost' })
  say({ type: 'lost' })
  pass(999)
  t.equal(lists(), 3)
  pass(1)
  t.equal(lists(), 4, 'what was lost during a look is looked for after it')
  pass(5000)
  t.equal(lists(), 4)
})

t.test('an end or a start during a look counts', async t => {
  const names = Array.from({ length: 100 }, () => 'nginx')
  const { clock, processes, counts, say, pass } = machine(names, true)
  clock.step()
  say({ type: 'exit', pid: 1 })
  processes.delete(1)
  processes.delete(99)
  say({ type: 'exit', pid: 99 })
  say({ type: 'fork', pid: 500, parent: 2 })
  t.strictSame(counts, [])
  pass(1)
  t.strictSame(counts, [99])
})

function judged(changes: Partial<ProcessSpecification> = {}) {
  const { clock, watch, processes, pass, say } = machine([], true)
  const verdicts: string[] = []
  const specification: ProcessSpecification = {
    name: 'web',
    pattern: NGINX,
    quorum: 1,
    quorumMax: Number.POSITIVE_INFINITY,
    forkDelay: milliseconds(0),
    terminateDelay: milliseconds(0),
    ...changes,
  }
  const tracker = new ProcessTracker(specification, { clock, watch }, event => {
    if (event.type === 'verdict' && event.kind === 'process') verdicts.push(`${event.verdict} ${event.count}`)
  })
  return {
    tracker,
    verdicts,
    pass,
    start: (pid: number) => {
      processes.set(pid, 'nginx')
      say({ type: 'exec', pid })
    },
    end: (pid: number) => {
      processes.delete(pid)
      say({ type: 'exit', pid })
    },
  }
}

t.test('quorum and quorum_max', async t => {
  const { tracker, verdicts, pass, start, end } = judged({ quorum: 2, quorumMax: 3 })
  tracker.start()
  pass(1)
  for (const pid of [1, 2, 3, 4]) start(pid)
  for (const pid of [1, 2, 3]) end(pid)
  t.strictSame(verdicts, ['failing 0', 'ok 2', 'failing 4', 'ok 3', 'failing 1'])
  await tracker.stop()
  start(7)
  start(8)
  t.equal(verdicts.length, 5)
})

t.test('delays: a restart within terminate_delay is nothing, a start counts after fork_delay', async t => {
  const changes = { forkDelay: milliseconds(3000), terminateDelay: milliseconds(5000) }
  const { tracker, verdicts, pass, start, end } = judged(changes)
  start(1)
  tracker.start()
  pass(1)
  t.strictSame(verdicts, ['ok 1'], 'the first verdict waits for nothing')
  end(1)
  pass(4999)
  start(2)
  pass(60_000)
  t.strictSame(verdicts, ['ok 1'])
  end(2)
  pass(5000)
  t.strictSame(verdicts, ['ok 1', 'failing 0'])
  start(3)
  pass(2999)
  t.equal(verdicts.length, 2)
  start(4)
  pass(1)
  t.strictSame(verdicts, ['ok 1', 'failing 0', 'ok 2'], 'counted from the moment the quorum was there')
})

t.test('the processes of this machine', async t => {
  const child = spawn('sleep', ['60'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  t.ok(procTable.list().includes(pid))
  t.strictSame(procTable.describe(pid, true), { name: 'sleep', arguments: ['sleep', '60'] })
  t.strictSame(procTable.describe(pid, false), { name: 'sleep', arguments: [] })
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.equal(procTable.describe(pid, true), undefined)
})
