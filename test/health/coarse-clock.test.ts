/**
 * Wake-ups on a grid.
 */
import fc from 'fast-check'
import t from 'tap'
import { CoarseClock } from '../../lib/health/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

t.test('rounded up, never before, and gone when cancelled', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.boolean()), { maxLength: 50 }), entries => {
        const sim = new SimClock()
        const clock = new CoarseClock(sim, milliseconds(10))
        const woken: number[] = []
        const timers = entries.map(([at], i) =>
          clock.wakeAt(milliseconds(at), () => {
            if (sim.now() < at || sim.now() >= at + 10) throw new Error(`${at} woken at ${sim.now()}`)
            woken.push(i)
          }),
        )
        entries.forEach(([, cancelled], i) => {
          if (cancelled) timers[i]?.cancel()
        })
        sim.advance(milliseconds(1000))
        const expected = entries.flatMap(([, cancelled], i) => (cancelled ? [] : [i]))
        return sim.pending === 0 && woken.length === expected.length && expected.every(i => woken.includes(i))
      }),
    ),
  )
})

t.test('few wake-ups for many deadlines', async t => {
  const sim = new SimClock()
  const clock = new CoarseClock(sim, milliseconds(10))
  let woken = 0
  for (let i = 0; i < 1000; i++) clock.wakeAt(milliseconds(i / 10), () => woken++)
  let steps = 0
  while (sim.step()) steps++
  t.equal(woken, 1000)
  t.ok(steps <= 11, `${steps} wake-ups`)
})

t.test('a wake-up may cancel its neighbours and set others', async t => {
  const sim = new SimClock()
  const clock = new CoarseClock(sim, milliseconds(10))
  const woken: string[] = []
  clock.wakeAt(milliseconds(5), () => {
    woken.push('a')
    second.cancel()
    clock.wakeAt(milliseconds(5), () => woken.push('c'))
  })
  const second = clock.wakeAt(milliseconds(6), () => woken.push('b'))
  sim.advance(milliseconds(100))
  t.strictSame(woken, ['a', 'c'])
  t.equal(sim.pending, 0)
  t.throws(() => clock.wakeAt(milliseconds(Number.NaN), () => {}), RangeError)
})
