/**
 * The virtual clock: order, cancellation, limits.
 */
import fc from 'fast-check'
import t from 'tap'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const ms = milliseconds

t.test('wakes in order of deadline, and of registration when deadlines are equal', async t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), deadlines => {
      const clock = new SimClock()
      const woken: { deadline: number; index: number; now: number }[] = []
      deadlines.forEach((deadline, index) => {
        clock.wakeAt(ms(deadline), () => woken.push({ deadline, index, now: clock.now() }))
      })
      clock.advance(ms(20))
      const expected = deadlines
        .map((deadline, index) => ({ deadline, index, now: deadline }))
        .sort((a, b) => a.deadline - b.deadline || a.index - b.index)
      t.strictSame(woken, expected)
    }),
    { numRuns: 50 },
  )
})

t.test('any mix of cancelled wake-ups leaves the others', async t => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { maxLength: 400 }), plan => {
      const clock = new SimClock()
      const woken: number[] = []
      const timers = plan.map(([deadline], index) => clock.wakeAt(ms(deadline), () => woken.push(index)))
      plan.forEach(([, cancel], index) => {
        if (cancel) timers[index]?.cancel()
      })
      const alive = plan.flatMap(([, cancel], index) => (cancel ? [] : [index]))
      t.equal(clock.pending, alive.length)
      clock.advance(ms(50))
      t.strictSame(
        woken.sort((a, b) => a - b),
        alive,
      )
      t.equal(clock.pending, 0)
    }),
    { numRuns: 50 },
  )
})

t.test('a past deadline wakes soon, not at once, after what was already due', async t => {
  const clock = new SimClock()
  clock.advance(ms(100))
  const woken: string[] = []
  clock.wakeAt(ms(100), () => woken.push('now'))
  clock.wakeAt(ms(5), () => woken.push('past'))
  t.strictSame(woken, [])
  clock.advance(ms(100))
  t.strictSame(woken, ['now', 'past'])
})

t.test('what is registered during a wake-up is called in the same advance when due', async t => {
  const clock = new SimClock()
  const at: number[] = []
  const again = (): void => {
    at.push(clock.now())
    if (at.length < 4) clock.wakeAt(ms(clock.now() + 2.5), again)
  }
  clock.wakeAt(ms(1), again)
  clock.advance(ms(7))
  t.strictSame(at, [1, 3.5, 6])
  t.equal(clock.now(), 7)
  t.equal(clock.next, 8.5)
})

t.test('cancelling twice, from the wake-up itself or after it, does nothing', async t => {
  const clock = new SimClock()
  let woken = 0
  const timer = clock.wakeAt(ms(1), () => {
    woken++
    timer.cancel()
  })
  clock.wakeAt(ms(2), () => woken++)
  clock.advance(ms(1))
  timer.cancel()
  t.equal(clock.pending, 1)
  clock.advance(ms(2))
  t.equal(woken, 2)
})

t.test('runUntil stops at the wake-up that makes the condition true, or at the limit', async t => {
  const clock = new SimClock()
  let count = 0
  for (let i = 1; i <= 5; i++) clock.wakeAt(ms(i), () => count++)
  t.equal(
    clock.runUntil(() => count === 3, ms(100)),
    true,
  )
  t.equal(clock.now(), 3)
  t.equal(
    clock.runUntil(() => count === 9, ms(100)),
    false,
  )
  t.equal(clock.now(), 100)
})

t.test('wall time moves with the clock from a fixed epoch', async t => {
  const clock = new SimClock(ms(1000))
  clock.advance(ms(250))
  t.equal(clock.wallTime(), 1250)
  t.equal(new SimClock().wallTime(), Date.UTC(2024, 0, 1))
})

t.test('refuses to go back, to wait for NaN, and to stand still for ever', async t => {
  const clock = new SimClock()
  clock.advance(ms(10))
  t.throws(() => clock.advance(ms(9)), { name: 'RangeError', message: /^to: / })
  t.throws(() => clock.advance(ms(Number.NaN)), { name: 'RangeError', message: /^to: / })
  t.throws(() => clock.runUntil(() => true, ms(Number.POSITIVE_INFINITY)), { name: 'RangeError', message: /^limit: / })
  t.throws(() => clock.wakeAt(ms(Number.NaN), () => {}), { name: 'RangeError', message: /^deadline: / })
  const forever = (): void => void clock.wakeAt(clock.now(), forever)
  forever()
  t.throws(() => clock.advance(ms(11)), /stands still at 10 ms/)
})

t.test('a far timer re-armed over and over does not pile up', async t => {
  const clock = new SimClock()
  let timer = clock.wakeAt(ms(1e9), () => {})
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 200_000; i++) {
    timer.cancel()
    timer = clock.wakeAt(ms(1e9 + i), () => {})
  }
  t.equal(clock.pending, 1)
  t.ok(process.memoryUsage().heapUsed - before < 50e6)
})
