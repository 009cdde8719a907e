/**
 * Signs of life hang on the clock of the engine.
 */
import t from 'tap'
import { startWatchdog } from '../../lib/router/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

t.test('twice in each period, until it ends', async t => {
  const clock = new SimClock()
  const at: number[] = []
  const stop = startWatchdog(clock, milliseconds(10_000), () => at.push(clock.now()))
  const begin = clock.now()
  clock.advance(milliseconds(begin + 16_000))
  t.strictSame(
    at.map(instant => instant - begin),
    [0, 5000, 10_000, 15_000],
  )
  stop()
  clock.advance(milliseconds(begin + 60_000))
  t.equal(at.length, 4)
})
