/**
 * The loop of a thread of its own. It blocks whoever runs it; here that is the test.
 */
import t from 'tap'
import { closeBell, MonotonicClock, openBell, PpollReactor, ringBell, silenceBell } from '../../lib/linux/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'

t.test(
  'a descriptor that is ready is served before the alarm that is due, deferred work after both',
  { skip },
  async t => {
    const errors: unknown[] = []
    const reactor = new PpollReactor(error => errors.push(error))
    const clock = new MonotonicClock(reactor.alarm)
    const bell = openBell()
    t.teardown(() => closeBell(bell))
    const log: string[] = []
    reactor.watch(bell, () => {
      silenceBell(bell)
      log.push('bell')
    })
    clock.wakeAt(milliseconds(clock.now()), () => {
      log.push('alarm')
      reactor.defer(() => log.push('deferred'))
    })
    clock.wakeAt(milliseconds(clock.now() + 5), () => reactor.end())
    ringBell(bell)
    await reactor.run()
    t.strictSame(log, ['bell', 'alarm', 'deferred'])
    t.strictSame(errors, [])
  },
)

t.test('a deadline is kept, and never early; promises are served between turns', { skip }, async t => {
  const reactor = new PpollReactor(error => t.fail(String(error)))
  const clock = new MonotonicClock(reactor.alarm)
  let early = 0
  let count = 0
  let promises = 0
  const next = () => {
    const deadline = milliseconds(clock.now() + 2)
    clock.wakeAt(deadline, () => {
      if (clock.now() < deadline) early++
      void Promise.resolve().then(() => promises++)
      if (++count === 50) clock.wakeAt(clock.now(), () => reactor.end())
      else next()
    })
  }
  next()
  await reactor.run()
  t.strictSame([early, count, promises], [0, 50, 50])
})

t.test('what throws is told, and the loop goes on; a closed watch is not served', { skip }, async t => {
  const errors: unknown[] = []
  const reactor = new PpollReactor(error => errors.push(error))
  const clock = new MonotonicClock(reactor.alarm)
  const [a, b] = [openBell(), openBell()]
  t.teardown(() => {
    closeBell(a)
    closeBell(b)
  })
  const watch = reactor.watch(a, () => t.fail('closed'))
  reactor.watch(b, () => {
    silenceBell(b)
    throw new Error('listener')
  })
  watch.close()
  watch.close()
  ringBell(a)
  ringBell(b)
  reactor.defer(() => {
    throw new Error('deferred')
  })
  clock.wakeAt(milliseconds(clock.now() + 3), () => {
    clock.wakeAt(clock.now(), () => reactor.end())
    throw new Error('alarm')
  })
  await reactor.run()
  t.strictSame(
    errors.map(error => (error instanceof Error ? error.message : error)),
    ['listener', 'deferred', 'alarm'],
  )
})

t.test('what is always ready is left to gather; urgent descriptors and the alarm are not', { skip }, async t => {
  const reactor = new PpollReactor(error => t.fail(String(error)))
  const clock = new MonotonicClock(reactor.alarm)
  const [busy, urgent] = [openBell(), openBell()]
  t.teardown(() => {
    closeBell(busy)
    closeBell(urgent)
  })
  const served = { busy: 0, urgent: 0 }
  // Never made silent: as a socket in a flood.
  ringBell(busy)
  reactor.watch(busy, () => {
    served.busy++
    if (served.busy === 20) ringBell(urgent)
  })
  let alarms = 0
  reactor.watch(
    urgent,
    () => {
      silenceBell(urgent)
      served.urgent = served.busy
      for (const wait of [0.1, 0.2]) clock.wakeAt(milliseconds(clock.now() + wait), () => alarms++)
    },
    { urgent: true },
  )
  clock.wakeAt(milliseconds(clock.now() + 50), () => reactor.end())
  await reactor.run()
  t.ok(served.busy >= 20, `${served.busy} readings`)
  t.ok(
    served.busy <= 9 + 50 / 0.5 + 4,
    `${served.busy} readings in 50 ms: one each half of a millisecond, and a few for alarms`,
  )
  t.equal(served.urgent, 20, 'heard before the next reading')
  t.equal(alarms, 2)
})
