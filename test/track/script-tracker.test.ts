/**
 * vrrp_script on a virtual clock: when it is executed, what each end means, what is told.
 */
import t from 'tap'
import { type PreparedCommand, type Problem, problem } from '../../lib/process/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { type ScriptSpecification, ScriptTracker, type TrackEvent } from '../../lib/track/index.ts'
import { CHECK, FakeCommands, flush } from './fake-commands.ts'

const OK = { type: 'exited', status: 0 } as const
const BAD = { type: 'exited', status: 1 } as const

function scene(changes: Partial<ScriptSpecification> = {}, offset = 0) {
  const clock = new SimClock()
  const commands = new FakeCommands()
  const events: TrackEvent[] = []
  const starts: number[] = []
  const prepared: { now: PreparedCommand | Problem } = { now: CHECK }
  const specification: ScriptSpecification = {
    name: 'chk',
    interval: milliseconds(2000),
    timeout: milliseconds(2000),
    rise: 2,
    fall: 2,
    initFail: false,
    ...changes,
  }
  const tracker = new ScriptTracker(
    specification,
    {
      clock,
      prepare: () => prepared.now,
      start: (command, options) => {
        starts.push(clock.now())
        return commands.start(command, options)
      },
    },
    event => events.push(event),
    milliseconds(offset),
  )
  return {
    tracker,
    clock,
    commands,
    events,
    starts,
    prepared,
    to: (instant: number) => clock.advance(milliseconds(instant)),
    verdicts: () => events.flatMap(event => (event.type === 'verdict' ? [event.verdict] : [])),
  }
}

t.test('it is executed by the schedule, whenever the one before ended', async t => {
  const { tracker, commands, starts, to } = scene({}, 30)
  tracker.start()
  t.strictSame(starts, [])
  to(30)
  await commands.last.end(OK)
  to(2030)
  to(3500)
  await commands.last.end(OK)
  to(9000)
  t.strictSame(starts, [30, 2030, 4030])
  t.equal(commands.started.length, 3, 'never two at once: the third still runs')
})

t.test('what was slept through is not made up for, and the phase is kept', async t => {
  const { tracker, clock, starts, commands } = scene({ timeout: milliseconds(60_000) }, 0)
  // A clock whose wake-ups come late, as after a machine was suspended.
  const wakes: (() => void)[] = []
  clock.wakeAt = (_deadline, wake) => {
    wakes.push(wake)
    return { cancel: () => {} }
  }
  tracker.start()
  wakes.shift()?.()
  await commands.last.end(OK)
  clock.advance(milliseconds(11_000))
  const wakeAt: number[] = []
  clock.wakeAt = (deadline, wake) => {
    wakeAt.push(deadline)
    wakes.push(wake)
    return { cancel: () => {} }
  }
  wakes.shift()?.()
  t.strictSame(starts, [0, 11_000])
  t.equal(wakeAt[0], 12_000)
})

t.test('first result, fall, rise: what is told', async t => {
  const { tracker, commands, events, to } = scene()
  tracker.start()
  let at = 0
  for (const outcome of [OK, BAD, BAD, BAD, OK, OK]) {
    to(at)
    if (outcome === BAD) commands.last.print('nginx: no process found')
    await commands.last.end(outcome)
    at += 2000
  }
  const name = 'chk'
  t.strictSame(events, [
    { type: 'verdict', kind: 'script', name, verdict: 'ok', result: OK, output: [] },
    { type: 'status', name, status: 1 },
    { type: 'verdict', kind: 'script', name, verdict: 'failing', result: BAD, output: ['nginx: no process found'] },
    { type: 'status', name, status: 0 },
    { type: 'verdict', kind: 'script', name, verdict: 'ok', result: OK, output: [] },
  ])
})

t.test('a timeout: judged when it is reached, SIGTERM, SIGKILL two seconds later', async t => {
  const { tracker, commands, events, to } = scene({ interval: milliseconds(10_000), timeout: milliseconds(1000) })
  tracker.start()
  to(500)
  commands.last.print('connecting')
  to(1000)
  t.strictSame(events, [
    {
      type: 'verdict',
      kind: 'script',
      name: 'chk',
      verdict: 'failing',
      result: { type: 'timed-out' },
      output: ['connecting'],
    },
  ])
  t.strictSame(commands.last.signals, ['SIGTERM'])
  to(2999)
  t.strictSame(commands.last.signals, ['SIGTERM'])
  to(3000)
  t.strictSame(commands.last.signals, ['SIGTERM', 'SIGKILL'])
  await commands.last.end({ type: 'stopped' })
  t.equal(events.length, 1, 'its death is no second result')
  to(10_000)
  t.equal(commands.started.length, 2)
})

t.test('one that dies of SIGTERM is not sent SIGKILL', async t => {
  const { tracker, commands, to } = scene({ interval: milliseconds(10_000), timeout: milliseconds(1000) })
  tracker.start()
  to(1000)
  await commands.last.end({ type: 'stopped' })
  to(9000)
  t.strictSame(commands.last.signals, ['SIGTERM'])
})

t.test('one that cannot be killed goes on failing, and is the only one', async t => {
  const { tracker, commands, verdicts, to } = scene({ timeout: milliseconds(1000), fall: 3 })
  tracker.start()
  to(0)
  await commands.last.end(OK)
  to(3000)
  t.strictSame(verdicts(), ['ok'], 'timed out once')
  to(4000)
  t.strictSame(verdicts(), ['ok'])
  to(6000)
  t.strictSame(verdicts(), ['ok', 'failing'], 'the third failure')
  t.equal(commands.started.length, 2)
})

t.test('a start that a long timeout leaves out is no failure', async t => {
  const { tracker, commands, verdicts, to } = scene({ timeout: milliseconds(9000), fall: 1 })
  tracker.start()
  to(8000)
  t.equal(commands.started.length, 1)
  await commands.last.end(OK)
  t.strictSame(verdicts(), ['ok'])
})

t.test('killed by somebody else, or not startable, is a failure with its reason', async t => {
  const killed = scene()
  killed.tracker.start()
  killed.to(0)
  await killed.commands.last.end({ type: 'killed', signal: 'SIGSEGV' })
  t.match(killed.events, [{ verdict: 'failing', result: { type: 'killed', signal: 'SIGSEGV' } }])

  const refused = scene()
  refused.tracker.start()
  refused.to(0)
  await refused.commands.last.end({ type: 'not-started', message: 'spawn EAGAIN' })
  t.match(refused.events, [{ verdict: 'failing', result: { type: 'not-started', message: 'spawn EAGAIN' } }])
})

t.test('a missing program is a failure, and works as soon as it is there', async t => {
  const { tracker, commands, events, prepared, verdicts, to } = scene({ rise: 1 })
  prepared.now = problem('/bin/check does not exist')
  tracker.start()
  to(2000)
  t.match(events, [{ verdict: 'failing', result: { type: 'not-started', message: '/bin/check does not exist' } }])
  prepared.now = CHECK
  to(4000)
  await commands.last.end(OK)
  t.strictSame(verdicts(), ['failing', 'ok'])
  prepared.now = problem('must not be asked for again')
  to(6000)
  t.equal(commands.started.length, 2)
})

t.test('init_fail: failing from the start', async t => {
  const { tracker, commands, events, verdicts, to } = scene({ initFail: true })
  tracker.start()
  t.strictSame(events, [{ type: 'verdict', kind: 'script', name: 'chk', verdict: 'failing', output: [] }])
  to(0)
  await commands.last.end(OK)
  t.strictSame(verdicts(), ['failing'])
  to(2000)
  await commands.last.end(OK)
  t.strictSame(verdicts(), ['failing', 'ok'])
})

t.test('stop ends what runs, waits for it, and tells nothing more', async t => {
  const { tracker, clock, commands, events, to } = scene()
  tracker.start()
  to(100)
  let stopped = false
  const stop = tracker.stop().then(() => {
    stopped = true
  })
  t.strictSame(commands.last.signals, ['SIGTERM'])
  await flush()
  t.notOk(stopped)
  await commands.last.end({ type: 'stopped' })
  await stop
  t.strictSame(events, [])
  t.equal(clock.pending, 0, 'no wake-up is left')
  await tracker.stop()
})

t.test('stop gives up on one that cannot be killed', async t => {
  const { tracker, commands, to } = scene()
  tracker.start()
  to(0)
  const stop = tracker.stop()
  to(2000)
  t.strictSame(commands.last.signals, ['SIGTERM', 'SIGKILL'])
  to(2500)
  await stop
})

t.test('of a long output the last 4 KiB are kept', async t => {
  const { tracker, commands, events, to } = scene()
  tracker.start()
  to(0)
  for (let i = 0; i < 1000; i++) commands.last.print(`line ${i} `.padEnd(100, '.'))
  await commands.last.end(BAD)
  const [, verdict] = events
  const output = verdict?.type === 'verdict' && verdict.kind === 'script' ? verdict.output : []
  t.equal(output.length, 40)
  t.match(output.at(-1), /^line 999 /)
})
