/**
 * The short cuts of the steady state against the machine itself: they may only be taken where they make no difference.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  type BackupState,
  downInterval,
  isLate,
  isRepetition,
  nextAdvertisement,
  step,
  type VirtualRouter,
} from '../../lib/machine/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'

const instant = fc.double({ min: 0, max: 1e7, noNaN: true }).map(milliseconds)
// Few values, so that many cases are repetitions, and near misses of one.
const interval = fc.constantFrom(10, 1000).map(milliseconds)
const priority = fc.constantFrom(100, 200, 255)
const address = fc.constantFrom('192.0.2.1', '192.0.2.2')

const router: fc.Arbitrary<VirtualRouter> = fc.record({
  version: fc.constantFrom(2 as const, 3 as const),
  family: fc.constant(4 as const),
  vrid: fc.constant(51),
  priority,
  interval,
  preempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 5000).map(milliseconds),
  startAs: fc.constant('backup' as const),
  downTimerAdverts: fc.constantFrom(3, 5),
  advertiseToLoser: fc.boolean(),
  advertiseBeforeYield: fc.boolean(),
  grouped: fc.boolean(),
  timerExpiredBackup: fc.boolean(),
}) as unknown as fc.Arbitrary<VirtualRouter>

const backup: fc.Arbitrary<BackupState> = fc.record({
  state: fc.constant('backup' as const),
  priority,
  activeInterval: interval,
  activeDownAt: instant,
  preemptAt: fc.option(instant, { nil: undefined, freq: 1 }),
  waitingFor: fc.constantFrom('startup', 'advertisement', 'resigned', 'preemption'),
  activeRouter: fc.option(fc.record({ address, priority }), { nil: undefined }),
  wish: fc.constantFrom(undefined, 'master-timeout' as const),
})

t.test('an advert that is taken for a repetition moves the down timer, and that is all', async t => {
  let taken = 0
  const part = fc.constantFrom('router', 'wait', 'preemptAt', 'wish', 'interval', 'none')
  fc.assert(
    fc.property(
      router,
      backup,
      fc.constantFrom(0, 100, 200),
      address,
      instant,
      part,
      (r, s, p, source, now, random) => {
        // A state that makes the advert a repetition, but for one part that is left to chance.
        const state: BackupState = {
          ...s,
          ...(random !== 'router' && { activeRouter: { address: source, priority: p } }),
          ...(random !== 'wait' && { waitingFor: 'advertisement' }),
          ...(random !== 'preemptAt' && { preemptAt: undefined }),
          ...(random !== 'wish' && { wish: undefined }),
          ...(random !== 'interval' && { activeInterval: r.interval }),
        }
        const event = {
          type: 'advertisement',
          priority: p,
          interval: r.interval,
          source,
          localAddress: '192.0.2.9',
        } as const
        if (!isRepetition(r, state, event)) return
        taken++
        const activeDownAt = (now + downInterval(r, state.priority, state.activeInterval)) as Milliseconds
        const late = now - state.activeDownAt
        const notice = { type: 'late-timer', late, heldOff: false }
        const actions = isLate(state.activeDownAt, state.activeInterval, now) ? [{ type: 'notice', notice }] : []
        t.strictSame(step(r, state, event, now), { state: { ...state, activeDownAt }, actions })
      },
    ),
    { numRuns: 3000 },
  )
  t.ok(taken > 200, `${taken} repetitions among the cases`)
})

t.test('an obeyed advert that says the same twice is a repetition the second time', async t => {
  fc.assert(
    fc.property(router, backup, priority, interval, address, instant, (r, s, p, i, source, now) => {
      const event = { type: 'advertisement', priority: p, interval: i, source, localAddress: '192.0.2.9' } as const
      const first = step(r, s, event, now)
      const second = step(r, first.state, event, now)
      if (second.actions.length > 0 || first.state.state !== 'backup' || first.state.preemptAt !== undefined) return
      t.ok(isRepetition(r, first.state, event))
    }),
  )
})

t.test('the next advert is one interval on, or as many as were missed', async t => {
  fc.assert(
    fc.property(instant, interval, fc.double({ min: 0, max: 1e6, noNaN: true }), (due, every, late) => {
      const now = milliseconds(due + late)
      const next = nextAdvertisement(due, every, now)
      t.ok(next > now && next <= now + every * (1 + 1e-9))
      const beats = (next - due) / every
      t.ok(Math.abs(beats - Math.round(beats)) < 1e-6)
    }),
  )
})
