/**
 * Rise and fall against a plain restatement of the rule.
 */
import fc from 'fast-check'
import t from 'tap'
import { INITIALLY_FAILING, judge, NO_VERDICT, type VerdictState } from '../../lib/track/index.ts'

const after = (start: VerdictState, results: string, rise: number, fall: number) => {
  let state = start
  return [...results].map(result => {
    state = judge(state, result === '+', { rise, fall })
    return { ok: 'O', failing: 'F', unknown: '?' }[state.verdict]
  })
}

t.test('the first result decides at once, then it takes as many in a row as told', async t => {
  t.equal(after(NO_VERDICT, '+--+--', 2, 2).join(''), 'OOFFFF')
  t.equal(after(NO_VERDICT, '-+-++-+--', 2, 2).join(''), 'FFFFOOOOF')
  t.equal(after(NO_VERDICT, '+-+', 1, 1).join(''), 'OFO')
  t.equal(after(NO_VERDICT, '---++', 3, 1).join(''), 'FFFFF')
})

t.test('init_fail: rise successes are needed from the start', async t => {
  t.equal(after(INITIALLY_FAILING, '+-++', 2, 3).join(''), 'FFFO')
  t.equal(after(INITIALLY_FAILING, '+', 1, 1).join(''), 'O')
})

t.test('a verdict changes exactly when the last rise or fall results all contradict it', async t => {
  const results = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 })
  const threshold = fc.integer({ min: 1, max: 5 })
  const property = fc.property(results, threshold, threshold, (list, rise, fall) => {
    let state: VerdictState = NO_VERDICT
    let expected: boolean | undefined
    let since = 0
    list.forEach((success, i) => {
      state = judge(state, success, { rise, fall })
      const needed = success ? rise : fall
      const tail = list.slice(since, i + 1).slice(-needed)
      const contrary = success !== expected && tail.length === needed && tail.every(each => each === success)
      if (expected === undefined || contrary) {
        expected = success
        since = i + 1
      }
      if ((state.verdict === 'ok') !== expected) throw new Error(`result ${i}: ${state.verdict}`)
    })
  })
  t.doesNotThrow(() => fc.assert(property))
})
