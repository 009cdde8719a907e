/**
 * The seeded generator: repeatable and uniform.
 */
import t from 'tap'
import { Random } from '../../lib/simulation/index.ts'

t.test('the seed decides everything', async t => {
  const numbers = (seed: number): number[] => {
    const random = new Random(seed)
    return Array.from({ length: 5 }, () => random.next())
  }
  t.strictSame(numbers(7), numbers(7))
  t.notSame(numbers(7), numbers(8))
  t.notSame(numbers(-1), numbers(1))
})

t.test('numbers are uniform in [0, 1)', async t => {
  const random = new Random(42)
  const bins = new Array<number>(10).fill(0)
  for (let i = 0; i < 100_000; i++) {
    const value = random.next()
    if (value < 0 || value >= 1) t.fail(`${value} is out of range`)
    const bin = Math.floor(value * 10)
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  // 5 standard deviations of a binomial with n = 100000, p = 0.1
  for (const count of bins) t.ok(Math.abs(count - 10_000) < 475, `${count}`)
})

t.test('a certain chance draws nothing, so that switching a condition off does not shift the others', async t => {
  const random = new Random(3)
  const expected = new Random(3).next()
  t.equal(random.chance(0), false)
  t.equal(random.chance(1), true)
  t.equal(random.next(), expected)
})

t.test('a seed is an integer', async t => {
  t.throws(() => new Random(1.5), { name: 'RangeError', message: /^seed: / })
  t.throws(() => new Random(Number.NaN), { name: 'RangeError', message: /^seed: / })
})
