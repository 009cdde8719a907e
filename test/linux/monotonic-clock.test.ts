/**
 * The monotonic clock: its book-keeping over an alarm made by hand, and the two real alarms against the time itself.
 */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import {
  type Alarm,
  MonotonicClock,
  mainReactor,
  monotonicNow,
  SpinAlarm,
  TimerfdAlarm,
} from '../../lib/linux/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'

class HandAlarm implements Alarm {
  onAlarm = () => {}
  onEarly = () => {}
  readonly settings: (number | undefined)[] = []
  set(instant: Milliseconds | undefined): void {
    this.settings.push(instant)
  }
  close(): void {}
}

const linux = process.platform === 'linux' ? false : 'timerfd: needs Linux'

t.test('only an earlier deadline moves the alarm', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  const far = milliseconds(clock.now() + 1e6)
  const later = clock.wakeAt(milliseconds(far + 5), () => {})
  const first = clock.wakeAt(far, () => {})
  clock.wakeAt(milliseconds(far + 9), () => {}).cancel()
  t.strictSame(alarm.settings, [far + 5, far])
  first.cancel()
  t.strictSame(alarm.settings, [far + 5, far], 'it rings once for nothing')
  alarm.onAlarm()
  t.strictSame(alarm.settings, [far + 5, far, far + 5])
  later.cancel()
  t.equal(alarm.settings.at(-1), undefined, 'none left: the process may end')
})

t.test('a wake-up is never early, and a past deadline does not wake within the call', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  const woken: string[] = []
  clock.wakeAt(milliseconds(clock.now() + 1e6), () => woken.push('far'))
  clock.wakeAt(milliseconds(clock.now() - 5), () => {
    woken.push('past')
    clock.wakeAt(milliseconds(0), () => woken.push('again'))
  })
  t.strictSame(woken, [])
  alarm.onAlarm()
  t.strictSame(woken, ['past'], 'what a wake-up adds waits for the next turn')
  alarm.onAlarm()
  t.strictSame(woken, ['past', 'again'])
})

t.test('a wake-up can cancel another that is due with it', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  const woken: string[] = []
  clock.wakeAt(milliseconds(1), () => {
    woken.push('first')
    second.cancel()
  })
  const second = clock.wakeAt(milliseconds(2), () => woken.push('second'))
  alarm.onAlarm()
  t.strictSame(woken, ['first'])
  t.equal(alarm.settings.at(-1), 1, 'and nothing is left to ring for')
})

t.test('a wake-up that throws does not take the others with it', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  let woken = 0
  clock.wakeAt(milliseconds(1), () => {
    throw new Error('mine')
  })
  clock.wakeAt(milliseconds(2), () => woken++)
  t.throws(() => alarm.onAlarm(), { message: 'mine' })
  t.equal(alarm.settings.at(-1), 2)
  alarm.onAlarm()
  t.equal(woken, 1)
  t.throws(() => clock.wakeAt(milliseconds(Number.NaN), () => {}), RangeError)
})

for (const [name, make, skip] of [
  ['setTimeout and spin', () => new SpinAlarm(monotonicNow), false],
  ['timerfd', () => new TimerfdAlarm(mainReactor(), monotonicNow), linux],
] as const) {
  t.test(`${name}: in order, never early, seldom late`, { skip }, async t => {
    const clock = new MonotonicClock(make())
    let median = Number.POSITIVE_INFINITY
    // A busy machine makes everybody late for a while, a bad clock is late in every round.
    for (let round = 0; round < 5 && median >= 1; round++) {
      const lateness: number[] = []
      for (const span of [0, 0.2, 0.9, 1, 1.5, 2.1, 3.3, 7, 7.5, 12, 20, 33.3]) {
        await new Promise<void>(resolve => {
          const deadline = milliseconds(clock.now() + span)
          clock.wakeAt(deadline, () => {
            lateness.push(clock.now() - deadline)
            resolve()
          })
        })
      }
      t.ok(lateness.every(late => late >= 0))
      median = lateness.toSorted((a, b) => a - b)[lateness.length >> 1] ?? Number.NaN
    }
    clock.close()
    t.ok(median < 1, `median ${median} ms`)
  })

  t.test(`${name}: the process ends when nothing is pending, and waits while something is`, { skip }, async t => {
    const module = new URL('../../lib/linux/index.js', import.meta.url).href
    const alarm =
      name === 'timerfd' ? 'new l.TimerfdAlarm(l.mainReactor(), l.monotonicNow)' : 'new l.SpinAlarm(l.monotonicNow)'
    const program = `
      const l = await import('${module}')
      const clock = new l.MonotonicClock(${alarm})
      clock.wakeAt(clock.now() + 1e7, () => {}).cancel()
      clock.wakeAt(clock.now() + 30, () => process.stdout.write('woken'))`
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 })
    t.equal(String(stdout), 'woken')
    t.equal(status, 0)
  })
}

t.test('the instant is that of the machine, the same in every thread', async t => {
  const before = Number(process.hrtime.bigint()) / 1e6
  const now = monotonicNow()
  const after = Number(process.hrtime.bigint()) / 1e6
  t.ok(now >= before - 0.05 && now <= after + 0.05, `${before} ${now} ${after}`)
})

t.test('with slack the alarm rings late, and all that is due by then is served together', async t => {
  const alarm = new HandAlarm()
  const log: string[] = []
  const together = (work: () => void) => {
    log.push('(')
    work()
    log.push(')')
  }
  const clock = new MonotonicClock(alarm, { together })
  const slack = milliseconds(0.5)
  clock.wakeAt(milliseconds(2), () => log.push('b'), { slack })
  clock.wakeAt(milliseconds(1), () => log.push('a'), { slack })
  clock.wakeAt(milliseconds(2.2), () => log.push('punctual'))
  const far = clock.now() + 1e6
  clock.wakeAt(milliseconds(far), () => log.push('far'), { slack })
  t.strictSame(alarm.settings, [2.5, 1.5], 'at the latest for the earliest')
  alarm.onAlarm()
  t.strictSame(log, ['punctual', '(', 'a', 'b', ')'], 'those without slack first')
  t.equal(alarm.settings.at(-1), far + 0.5)
})

t.test('a timer can be moved, before and after it rang', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  let woken = 0
  const timer = clock.wakeAt(milliseconds(1), () => woken++)
  timer.move?.(milliseconds(clock.now() + 1e6))
  alarm.onAlarm()
  t.equal(woken, 0)
  timer.move?.(milliseconds(2))
  alarm.onAlarm()
  alarm.onAlarm()
  t.equal(woken, 1)
  timer.move?.(milliseconds(3))
  timer.cancel()
  alarm.onAlarm()
  t.equal(woken, 1)
  t.equal(alarm.settings.at(-1), undefined)
})

t.test('an alarm that comes early prepares what is near, and is put off when nothing is', async t => {
  const alarm = new HandAlarm()
  const clock = new MonotonicClock(alarm)
  const log: string[] = []
  const options = { prepare: () => log.push('prepared') }
  const timer = clock.wakeAt(milliseconds(clock.now() + 1e5), () => log.push('woken'), options)
  const far = milliseconds(clock.now() + 1e6)
  timer.move?.(far)
  alarm.onEarly()
  t.equal(alarm.settings.at(-1), far, 'it was set for a deadline that was moved on')
  alarm.onEarly()
  t.strictSame(log, [], 'the deadline is far')
  timer.move?.(milliseconds(clock.now() + 1))
  alarm.onEarly()
  t.strictSame(log, [], 'there is no time left')
  // A machine that stands still in between makes it late.
  for (let i = 0; i < 20 && log.length === 0; i++) {
    timer.move?.(milliseconds(clock.now() + 4))
    alarm.onEarly() // puts it off
    alarm.onEarly()
  }
  t.strictSame(log, ['prepared'])
})
