/**
 * The effective priority, by keepalived's rules of weights.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  clampPriority,
  effectivePriority,
  isFault,
  priorityChange,
  type TrackerContribution,
} from '../../lib/machine/index.ts'

const tracker = (weight: number, verdict: TrackerContribution['verdict'], reverse = false): TrackerContribution => ({
  weight,
  reverse,
  verdict,
})

t.test('a positive weight is added while ok, a negative one while failing', async t => {
  t.equal(effectivePriority(100, [tracker(20, 'ok')]), 120)
  t.equal(effectivePriority(100, [tracker(20, 'failing')]), 100)
  t.equal(effectivePriority(100, [tracker(-20, 'ok')]), 100)
  t.equal(effectivePriority(100, [tracker(-20, 'failing')]), 80)
})

t.test('reverse turns the sign, as keepalived multiplies by -1', async t => {
  t.equal(priorityChange(tracker(20, 'ok', true)), -20)
  t.equal(priorityChange(tracker(20, 'failing', true)), 0)
  t.equal(priorityChange(tracker(-20, 'ok', true)), 0)
  t.equal(priorityChange(tracker(-20, 'failing', true)), 20)
})

t.test('weight 0 moves nothing, and is a fault while failing (reversed: while ok)', async t => {
  for (const verdict of ['ok', 'failing', 'unknown'] as const) {
    t.equal(effectivePriority(100, [tracker(0, verdict), tracker(0, verdict, true)]), 100)
    t.equal(isFault(tracker(0, verdict)), verdict === 'failing')
    t.equal(isFault(tracker(0, verdict, true)), verdict === 'ok')
    t.equal(isFault(tracker(-5, verdict)), false)
  }
})

t.test('no result yet moves nothing', async t => {
  t.equal(effectivePriority(100, [tracker(20, 'unknown'), tracker(-20, 'unknown'), tracker(20, 'unknown', true)]), 100)
})

t.test('only the sum is clamped: large weights that cancel each other leave the base', async t => {
  t.equal(effectivePriority(100, [tracker(-200, 'failing')]), 1)
  t.equal(effectivePriority(100, [tracker(200, 'ok')]), 254)
  t.equal(effectivePriority(100, [tracker(-200, 'failing'), tracker(200, 'ok')]), 100)
  t.equal(effectivePriority(100, [tracker(200, 'ok'), tracker(-200, 'failing')]), 100)
})

t.test('an owner stays at 255', async t => {
  t.equal(effectivePriority(255, [tracker(-20, 'failing')]), 255)
})

t.test('never 0, never 255', async t => {
  t.strictSame([-3, 0, 1, 254, 255, 1000].map(clampPriority), [1, 1, 1, 254, 254, 254])
  const contribution = fc.record({
    weight: fc.integer({ min: -254, max: 254 }),
    reverse: fc.boolean(),
    verdict: fc.constantFrom<TrackerContribution['verdict']>('ok', 'failing', 'unknown'),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 254 }), fc.array(contribution), (base, contributions) => {
      const priority = effectivePriority(base, contributions)
      return priority >= 1 && priority <= 254 && priority === effectivePriority(base, contributions.toReversed())
    }),
  )
})

t.test(
  "a file's number is multiplied by the weight, 253 at most; -254 and less is a fault and moves nothing",
  async t => {
    const file = (weight: number, value: number, reverse = false): TrackerContribution => ({
      weight,
      reverse,
      verdict: 'failing',
      value,
    })
    t.equal(priorityChange(file(3, 7)), 21)
    t.equal(priorityChange(file(-3, 7)), -21)
    t.equal(priorityChange(file(3, 7, true)), -21)
    t.equal(priorityChange(file(3, -7)), -21)
    t.equal(priorityChange(file(100, 3)), 253)
    t.equal(priorityChange(file(-5, 0)), 0)
    t.equal(priorityChange(file(-253, 1)), -253)
    t.notOk(isFault(file(-253, 1)))
    t.ok(isFault(file(-127, 2)))
    t.equal(priorityChange(file(-127, 2)), 0)
    t.ok(isFault(file(0, 1)))
    t.notOk(isFault({ ...file(0, 0), verdict: 'ok' }))
  },
)
