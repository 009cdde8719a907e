/**
 * The promise of the protocol, at any moment, for any cluster: after quiet time exactly one owner of each address, and
 * nobody took over later than the RFC says.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type ScenarioStep, Simulation, settleTime } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { cluster } from './cluster.ts'

const ms = milliseconds

/** Version and interval, from the slowest to the fastest. */
const timing = fc.constantFrom(
  { version: 2, interval: ms(1000) } as const,
  { version: 2, interval: ms(3000) } as const,
  { version: 3, interval: ms(1000) } as const,
  { version: 3, interval: ms(100) } as const,
  { version: 3, interval: ms(20) } as const,
  { version: 3, interval: ms(10) } as const,
)

const situation = fc.record({
  timing,
  priorities: fc.array(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 4 }),
  preempt: fc.boolean(),
  /** When the master dies, in settle times. */
  dies: fc.double({ min: 0, max: 3, noNaN: true }),
  /** How long it stays away, in settle times; undefined for ever. */
  away: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined }),
  how: fc.constantFrom('kill', 'stop', 'crash'),
  /** In intervals. */
  delay: fc.double({ min: 0, max: 0.3, noNaN: true }),
  jitter: fc.double({ min: 0, max: 0.3, noNaN: true }),
  loss: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.6, noNaN: true })),
  seed: fc.integer(),
})

t.test('killing the master at any moment ends with exactly one owner, never late', async () => {
  fc.assert(
    fc.property(situation, ({ timing, priorities, preempt, dies, away, how, delay, jitter, loss, seed }) => {
      const nodes = cluster(...priorities.map(priority => ({ ...timing, priority, preempt })))
      const settle = settleTime(nodes)
      const conditions = { delay: ms(delay * timing.interval), jitter: ms(jitter * timing.interval), loss, seed }
      const dead = ms(dies * settle)
      const simulation = new Simulation({ nodes, steps: [], duration: ms(0), ...conditions })
      simulation.advance(dead)
      // whoever holds the address now; the first of several, or of none
      const [victim = 'A'] = simulation.holders('10.16.8.100', 'eth0')
      const steps: ScenarioStep[] = [{ at: dead, action: { type: how as 'kill' | 'stop' | 'crash', node: victim } }]
      // an address on a machine whose daemon is dead stays there until it starts again: a crash must be mended
      const back = how === 'crash' ? (away ?? 0.5) : away
      if (back !== undefined) {
        steps.push({ at: ms(dead + back * settle), action: { type: 'start', node: victim } })
      }
      const quietFrom = ms(dead + ((back ?? 0) + 1) * settle)
      steps.push({ at: quietFrom, action: { type: 'loss', loss: 0 } })
      const report = new Simulation({ nodes, steps, duration: ms(quietFrom + 2 * settle), ...conditions }).run()

      assert.equal(report.addresses[0]?.holders.length, 1, 'one owner')
      for (const { excess } of report.takeovers) assert.ok(Math.abs(excess) < 1e-6, `excess ${excess}`)
      const errors = report.problems.filter(({ severity }) => severity === 'error')
      assert.deepEqual(errors, [])
      assert.equal(report.settled, true)
    }),
    { numRuns: 300 },
  )
})

t.test('a partition at any moment, healed at any moment, ends with exactly one owner', async () => {
  const sides = fc.constantFrom([['A'], ['B', 'C']], [['B'], ['A', 'C']], [['C'], ['A', 'B']], [['A'], ['B'], ['C']])
  const moment = fc.double({ min: 0, max: 3, noNaN: true })
  fc.assert(
    fc.property(timing, fc.boolean(), fc.boolean(), sides, moment, moment, fc.integer(), (...given) => {
      const [timing, preempt, advertiseBeforeYield, sides, from, length, seed] = given
      const nodes = cluster(...[200, 100, 95].map(priority => ({ ...timing, priority, preempt, advertiseBeforeYield })))
      const settle = settleTime(nodes)
      const steps: ScenarioStep[] = [
        { at: ms(from * settle), action: { type: 'partition', sides } },
        { at: ms((from + length) * settle), action: { type: 'heal' } },
      ]
      const delay = ms(timing.interval / 20)
      const report = new Simulation({ nodes, steps, delay, jitter: delay, seed }).run()
      assert.equal(report.addresses[0]?.holders.length, 1)
      assert.equal(report.ok, true)
      // vrrp_higher_prio_send_advert is there for the clients on the loser's side
      if (advertiseBeforeYield) assert.deepEqual(report.problems, [])
    }),
    { numRuns: 200 },
  )
})
