/**
 * Bursts, second bursts, refreshes and gaps: which announcement is due when.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  type AnnouncementPlan,
  type AnnouncementTiming,
  DEFAULT_ANNOUNCEMENT_TIMING,
  dueFrames,
  nextFrameAt,
  startPlan,
} from '../../lib/garp/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { deepFreeze } from '../machine/router.ts'

const ms = milliseconds
const timing = (changes: Partial<AnnouncementTiming>): AnnouncementTiming => ({
  ...DEFAULT_ANNOUNCEMENT_TIMING,
  ...changes,
})

/** Plays a plan up to `end`, called exactly when it wants to be: `instant address cause`. */
function play(plan: AnnouncementPlan, end: number): { sent: string[]; plan: AnnouncementPlan } {
  const sent: string[] = []
  let left = deepFreeze(plan)
  for (let at = nextFrameAt(left); at !== undefined && at <= end; at = nextFrameAt(left)) {
    const due = dueFrames(left, at)
    for (const { address, cause } of due.frames) sent.push(`${at} ${address} ${cause}`)
    left = deepFreeze(due.plan)
  }
  return { sent, plan: left }
}

t.test("keepalived's defaults: five at once, five more after five seconds, no refresh", async t => {
  const { sent, plan } = play(startPlan(DEFAULT_ANNOUNCEMENT_TIMING, 'takeover', ['a'], ms(100)), Infinity)
  t.strictSame(sent, [...Array(5).fill('100 a takeover'), ...Array(5).fill('5100 a delayed')])
  t.equal(nextFrameAt(plan), undefined)
})

t.test('a burst is sent per repetition over all addresses, back to back, due at the takeover itself', async t => {
  const plan = startPlan(timing({ repeat: 2, delay: ms(0) }), 'takeover', ['a', 'b', 'c'], ms(7))
  t.equal(nextFrameAt(plan), 7)
  const { frames } = dueFrames(plan, ms(7))
  t.equal(frames.map(({ address }) => address).join(''), 'abcabc')
})

t.test('refreshes go on for as long as the plan is kept', async t => {
  const plan = startPlan(
    timing({ repeat: 1, delay: ms(0), refresh: ms(100), refreshRepeat: 2 }),
    'takeover',
    ['a'],
    ms(0),
  )
  const refreshes = [
    '100 a refresh',
    '100 a refresh',
    '200 a refresh',
    '200 a refresh',
    '300 a refresh',
    '300 a refresh',
  ]
  t.strictSame(play(plan, 300).sent, ['0 a takeover', ...refreshes])
})

t.test('refreshes that were missed are not made up for', async t => {
  const plan = startPlan(timing({ repeat: 0, refresh: ms(100) }), 'takeover', ['a'], ms(0))
  const { frames, plan: left } = dueFrames(plan, ms(350))
  t.equal(frames.length, 1)
  t.equal(nextFrameAt(left), 400)
})

t.test('a gap spaces all frames, and a late call does not catch up', async t => {
  const plan = startPlan(timing({ repeat: 2, delay: ms(0), gap: ms(10) }), 'takeover', ['a', 'b'], ms(0))
  t.strictSame(play(plan, Infinity).sent, ['0 a takeover', '10 b takeover', '20 a takeover', '30 b takeover'])
  const late = dueFrames(plan, ms(500))
  t.equal(late.frames.length, 1)
  t.equal(nextFrameAt(late.plan), 510)
})

t.test('a burst that the gap stretches beyond the delay is finished first', async t => {
  const plan = startPlan(timing({ repeat: 2, delay: ms(10), gap: ms(10) }), 'takeover', ['a', 'b'], ms(0))
  const causes = play(plan, Infinity).sent.map(line => line.split(' ')[2])
  t.strictSame(causes, [...Array(4).fill('takeover'), ...Array(4).fill('delayed')])
})

t.test('an advert of lower priority adds its own burst, and the second one of the takeover stays', async t => {
  const choice = timing({
    repeat: 2,
    delay: ms(1000),
    lowerPriorityRepeat: 1,
    lowerPriorityDelay: ms(300),
    refresh: ms(900),
  })
  const first = play(startPlan(choice, 'takeover', ['a'], ms(0)), 500).plan
  const second = startPlan(choice, 'lower-priority-advertisement', ['a'], ms(500), first)
  t.strictSame(play(second, 1500).sent, [
    '500 a lower-priority-advertisement',
    '800 a delayed',
    '900 a refresh',
    '1000 a delayed',
    '1000 a delayed',
  ])
})

t.test('a peer that keeps losing does not make the plan grow', async t => {
  const choice = timing({ gap: ms(50) })
  let plan = startPlan(choice, 'takeover', ['a', 'b'], ms(0))
  for (let now = 0; now < 1000; now += 10)
    plan = startPlan(choice, 'lower-priority-advertisement', ['a', 'b'], ms(now), plan)
  t.equal(plan.bursts.length, 4)
  t.equal(play(plan, Infinity).sent.length, 40)
})

t.test('garp_lower_prio_repeat 0: nothing is announced to a loser', async t => {
  const choice = timing({ lowerPriorityRepeat: 0, delay: ms(0) })
  const plan = dueFrames(startPlan(choice, 'takeover', ['a'], ms(0)), ms(0)).plan
  t.equal(nextFrameAt(startPlan(choice, 'lower-priority-advertisement', ['a'], ms(5), plan)), undefined)
})

t.test('other addresses than before: the plan begins anew', async t => {
  const first = startPlan(DEFAULT_ANNOUNCEMENT_TIMING, 'takeover', ['a', 'b'], ms(0))
  const second = startPlan(DEFAULT_ANNOUNCEMENT_TIMING, 'lower-priority-advertisement', ['a'], ms(1), first)
  t.equal(play(second, Infinity).sent.length, 10)
  const third = startPlan(DEFAULT_ANNOUNCEMENT_TIMING, 'lower-priority-advertisement', ['a', 'c'], ms(1), first)
  t.equal(play(third, Infinity).sent.length, 20)
})

t.test('garp_master_refresh_repeat 0: no refresh', async t => {
  t.equal(
    nextFrameAt(startPlan(timing({ repeat: 0, refresh: ms(100), refreshRepeat: 0 }), 'takeover', ['a'], ms(0))),
    undefined,
  )
})

t.test('no addresses, no frames', async t => {
  t.equal(nextFrameAt(startPlan(timing({ refresh: ms(100) }), 'takeover', [], ms(0))), undefined)
})

t.test('nothing due: no frames and the same plan', async t => {
  const plan = startPlan(timing({ repeat: 0 }), 'takeover', ['a'], ms(0))
  t.equal(dueFrames(plan, ms(1e9)).plan, plan)
  const started = dueFrames(startPlan(DEFAULT_ANNOUNCEMENT_TIMING, 'takeover', ['a'], ms(0)), ms(0)).plan
  t.strictSame(dueFrames(started, ms(4999)), { frames: [], plan: started })
})

t.test(
  'every address is announced equally often, gaps are kept, and no call leaves a frame that is overdue',
  async t => {
    const choice = fc.record({
      repeat: fc.integer({ min: 0, max: 6 }),
      delay: fc.integer({ min: 0, max: 500 }).map(ms),
      refresh: fc.constant(ms(0)),
      refreshRepeat: fc.constant(1),
      lowerPriorityRepeat: fc.constant(3),
      lowerPriorityDelay: fc.constant(ms(0)),
      gap: fc.constantFrom(0, 0, 1, 40).map(ms),
    })
    fc.assert(
      fc.property(
        choice,
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (choice, count, late) => {
          const addresses = Array.from({ length: count }, (_, i) => `192.0.2.${i}`)
          const counts = new Map<string, number>()
          let plan = startPlan(choice, 'takeover', addresses, ms(0))
          let last = Number.NEGATIVE_INFINITY
          for (let at = nextFrameAt(plan); at !== undefined; at = nextFrameAt(plan)) {
            const now = ms(at + late)
            const due = dueFrames(plan, now)
            if (due.frames.length === 0) throw new Error('called for nothing')
            if (choice.gap > 0 && (due.frames.length > 1 || now - last < choice.gap)) throw new Error('gap')
            for (const { address } of due.frames) counts.set(address, (counts.get(address) ?? 0) + 1)
            last = now
            plan = due.plan
            const next = nextFrameAt(plan)
            if (next !== undefined && next <= now) throw new Error('left over')
          }
          const wanted = choice.repeat * (choice.delay > 0 ? 2 : 1)
          return addresses.every(address => (counts.get(address) ?? 0) === wanted)
        },
      ),
    )
    t.pass()
  },
)
