/**
 * The verdict on a server: examples as keepalived decides them, and what holds for every sequence of results.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  effectiveWeight,
  type HealthState,
  initialHealth,
  judgeHealth,
  type VerdictRules,
} from '../../lib/health/index.ts'

const RULES: VerdictRules = { retry: 2, steps: 1, alpha: false, fastRecovery: false }

/** A run as text: for each result (`+` or `-`) the verdict, up or down, and the next look. */
function run(results: string, rules: VerdictRules): string {
  let state = initialHealth(rules)
  return [...results]
    .map(result => {
      const judged = judgeHealth(state, { success: result === '+' }, rules)
      state = judged.state
      return `${state.verdict}:${judged.next}`
    })
    .join(' ')
}

t.test('without alpha: up, and the very first failure decides', async t => {
  t.equal(initialHealth(RULES).verdict, 'up')
  t.equal(run('-', RULES), 'down:loop')
})

t.test('failures are forgiven once something was proven, retry of them', async t => {
  t.equal(run('+---', RULES), 'up:loop up:retry up:retry down:loop')
  t.equal(run('+--+---', RULES), 'up:loop up:retry up:retry up:loop up:retry up:retry down:loop')
  t.equal(run('+-', { ...RULES, retry: 0 }), 'up:loop down:loop')
})

t.test('alpha: down until one succeeds', async t => {
  const rules = { ...RULES, alpha: true }
  t.equal(initialHealth(rules).verdict, 'down')
  t.equal(run('--+', rules), 'down:loop down:loop up:loop')
})

t.test('one success brings it back, at the next delay_loop', async t => {
  t.equal(run('--+', RULES), 'down:loop down:loop up:loop')
})

t.test('several things: all of them in turn, one a loop', async t => {
  const rules = { ...RULES, steps: 3, retry: 0 }
  const states: HealthState[] = [initialHealth(rules)]
  for (const success of [true, true, true, true, false, false, true, true, true, true]) {
    const state = states.at(-1)
    if (state !== undefined) states.push(judgeHealth(state, { success }, rules).state)
  }
  t.strictSame(
    states.map(({ verdict, step, proven }) => `${verdict} ${step} ${proven}`),
    [
      'up 0 false',
      'up 1 false',
      'up 2 false',
      'up 0 true',
      'up 1 true',
      // The second one fails, and is asked until it is well; then all of them from the first on.
      'down 1 true',
      'down 1 true',
      'down 0 true',
      'down 1 true',
      'down 2 true',
      'up 0 true',
    ],
  )
})

t.test('until all were seen once, each first failure decides', async t => {
  t.equal(run('++-', { ...RULES, steps: 3 }), 'up:loop up:loop down:loop')
})

t.test('fast recovery: no waiting while it comes up', async t => {
  const rules = { ...RULES, steps: 2, fastRecovery: true, retry: 0 }
  t.equal(run('++', rules), 'up:now up:loop')
  t.equal(run('++--+++', rules), 'up:now up:loop down:loop down:loop down:now down:now up:loop')
})

const anyRules = fc.record({
  retry: fc.nat(5),
  steps: fc.integer({ min: 1, max: 5 }),
  alpha: fc.boolean(),
  fastRecovery: fc.boolean(),
})

t.test('for all sequences', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyRules, fc.array(fc.boolean(), { maxLength: 60 }), (rules, results) => {
        let state = initialHealth(rules)
        let successes = 0
        let failures = 0
        for (const success of results) {
          const before = state
          const { state: after, next } = judgeHealth(before, { success }, rules)
          successes = success ? successes + 1 : 0
          failures = success ? 0 : failures + 1
          if (after.step < 0 || after.step >= rules.steps) return false
          if (after.failures > rules.retry) return false
          // Nothing but a success brings it up, nothing but a failure down.
          if (before.verdict !== after.verdict && (after.verdict === 'up') !== success) return false
          // More failures in a row than are forgiven: down; more successes than it takes: up.
          if (failures > rules.retry && after.verdict !== 'down') return false
          if (successes >= 2 * rules.steps && after.verdict !== 'up') return false
          if (next === 'retry' && (success || after.verdict === 'down')) return false
          if (next === 'now' && !rules.fastRecovery) return false
          state = after
        }
        return true
      }),
    ),
  )
})

t.test('a proven server that is up forgives exactly retry failures', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyRules, rules => {
        let state = initialHealth(rules)
        for (let i = 0; i < rules.steps; i++) state = judgeHealth(state, { success: true }, rules).state
        for (let i = 0; i < rules.retry; i++) state = judgeHealth(state, { success: false }, rules).state
        return state.verdict === 'up' && judgeHealth(state, { success: false }, rules).state.verdict === 'down'
      }),
    ),
  )
})

t.test('weights', async t => {
  t.equal(effectiveWeight(5, []), 5)
  t.equal(effectiveWeight(5, [{ type: 'set', weight: 8 }]), 8)
  t.equal(
    effectiveWeight(5, [
      { type: 'set', weight: 8 },
      { type: 'add', weight: -2 },
    ]),
    6,
  )
  t.equal(
    effectiveWeight(5, [
      { type: 'set', weight: 8 },
      { type: 'set', weight: 7 },
    ]),
    10,
  )
  t.equal(effectiveWeight(5, [{ type: 'add', weight: -9 }]), 0)
  t.equal(effectiveWeight(5, [{ type: 'add', weight: 65535 }]), 65535)
})
