/**
 * An instance on a machine that is paused: what it missed is told apart from a dead router, and with timer_expired_backup not
 * acted upon.
 */
import fc from 'fast-check'
import t from 'tap'
import { Course } from '../../lib/instance/course.ts'
import type { VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { type MachineAction, type MachineState, nextDeadline, type VirtualRouter } from '../../lib/machine/index.ts'
import { type Clock, type Milliseconds, milliseconds } from '../../lib/time/index.ts'
import { DEFAULT_ROUTER } from '../machine/router.ts'
import { Pair } from './pair.ts'

/** The clock of one machine, which can be paused while those of the others run on. */
class PausingClock implements Clock {
  readonly #clock: Clock
  #until = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  pause(ms: number): void {
    this.#until = this.now() + ms
  }

  now(): Milliseconds {
    return this.#clock.now()
  }

  wallTime(): Milliseconds {
    return this.#clock.wallTime()
  }

  wakeAt(deadline: Milliseconds, wake: () => void) {
    const paused = () => this.now() < this.#until
    let timer = this.#clock.wakeAt(deadline, () => {
      if (paused()) timer = this.#clock.wakeAt(milliseconds(this.#until), wake)
      else wake()
    })
    return { cancel: () => timer.cancel() }
  }
}

/** A is paused, deaf and dumb, for a while; then what it did and told, up to 10 s later. */
async function pauseA(ms: number, own: Partial<VrrpInstanceOptions>, other: Partial<VrrpInstanceOptions>) {
  const pair = new Pair()
  const clock = new PausingClock(pair.clock)
  const a = pair.instance(pair.a, { preempt: false, ...own, clock })
  const b = pair.instance(pair.b, { preempt: false, ...other })
  const told: string[] = []
  a.on('notice', ({ notice }) => {
    if (notice.type === 'late-timer') told.push(`${Math.round(notice.late)} ${notice.heldOff}`)
  })
  await a.start()
  await b.start()
  pair.pass(4000)
  pair.log.length = 0
  pair.network.partition([['A'], ['B']])
  clock.pause(ms)
  pair.pass(ms - 1)
  pair.network.heal()
  pair.pass(10_000)
  return { log: pair.log, told, late: a.snapshot().statistics['late-timers'], held: pair.holds(pair.a) }
}

t.test('an active router that was paused', async t => {
  const other = { priority: 95 }
  // B took over, hears the advert of A when A is back, and gives way: the addresses move twice.
  const plain = await pauseA(8000, {}, other)
  t.strictSame(plain.log, ['B active master-timeout', 'B backup higher-priority'])
  t.equal(plain.late, 1)
  t.match(plain.told, [/^7\d\d\d false$/])
  t.equal(plain.held, true)
  const careful = await pauseA(8000, { timerExpiredBackup: true }, other)
  t.strictSame(careful.log, ['B active master-timeout', 'A backup late-timer'])
  t.strictSame([careful.late, careful.held], [1, false])
  const short = await pauseA(2500, { timerExpiredBackup: true }, other)
  t.strictSame(short.log, [], 'nobody has taken over yet')
  t.strictSame([short.late, short.held], [1, true])
})

t.test('a backup that was paused', async t => {
  const other = { priority: 110 }
  const plain = await pauseA(8000, { priority: 100 }, other)
  t.strictSame(
    plain.log.slice(0, 2),
    ['A active master-timeout', 'A backup higher-priority'],
    'two routers were active',
  )
  const careful = await pauseA(8000, { priority: 100, timerExpiredBackup: true }, other)
  t.strictSame(careful.log, [])
  t.strictSame([careful.late, careful.held], [1, false])
  t.match(careful.told, [/^\d+ true$/])
})

t.test(
  'the short cut of an active router is taken where the machine would do nothing more, and nowhere else',
  async t => {
    const late = fc.oneof(
      fc.constantFrom(-1, 0, 10, 20, 1000, 3609.375),
      fc.double({ min: -50, max: 10_000, noNaN: true }),
    )
    const interval = fc.constantFrom(10, 20, 1000).map(milliseconds)
    let taken = 0
    fc.assert(
      fc.property(interval, fc.boolean(), fc.boolean(), late, (every, preempt, timerExpiredBackup, by) => {
        const router: VirtualRouter = { ...DEFAULT_ROUTER, interval: every, preempt, timerExpiredBackup }
        const state: MachineState = { state: 'active', priority: 100, advertiseAt: milliseconds(50_000) }
        const now = milliseconds(50_000 + by)
        const course = new Course(router)
        course.state = state
        const expected = course.step({ type: 'timer' }, now)
        const only = expected.actions.length === 1 && expected.actions[0]?.type === 'send-advertisement'
        t.equal(course.advertisesAgain(now), only)
        t.equal(course.deadline, nextDeadline(only ? expected.state : state))
        if (only) taken++
      }),
      { numRuns: 500 },
    )
    t.ok(taken > 50 && taken < 450, `${taken} times`)
  },
)

t.test('adverts that the socket kept are heard before the timer, and the pause is told all the same', async t => {
  const advertisement = { priority: 200, interval: milliseconds(1000), source: '192.0.2.9' }
  const event = { type: 'advertisement', ...advertisement, localAddress: '192.0.2.1' } as const
  const course = new Course(DEFAULT_ROUTER)
  course.state = course.step({ type: 'startup' }, milliseconds(0)).state
  course.state = course.step(event, milliseconds(0)).state
  t.ok(course.hearsAgain(advertisement, milliseconds(1000)), 'due at 4609.375')
  t.ok(course.hearsAgain(advertisement, milliseconds(5600)), 'late by less than an interval; due at 9209.375')
  t.notOk(course.hearsAgain(advertisement, milliseconds(10_300)))
  t.equal(course.deadline, 9209.375, 'nothing was done')
  const { actions, state } = course.step(event, milliseconds(10_300))
  t.strictSame(actions, [{ type: 'notice', notice: { type: 'late-timer', late: 1090.625, heldOff: false } }])
  course.state = state
  t.ok(course.hearsAgain(advertisement, milliseconds(10_300)), 'told once')

  course.state = { state: 'active', priority: 100, advertiseAt: milliseconds(20_000) }
  const kinds = (priority: number) => course.step({ ...event, priority }, milliseconds(22_000)).actions.map(describe)
  t.strictSame(kinds(200), ['cancel-announcements', 'set-addresses', 'late-timer', 'transition'])
  t.strictSame(kinds(50), ['send-advertisement', 'announce', 'lower-priority-advertisement', 'late-timer'])
  course.router = { ...DEFAULT_ROUTER, advertiseToLoser: false }
  t.strictSame(kinds(50), ['announce', 'lower-priority-advertisement'], 'its timer is still to come, and tells')
  course.router = { ...DEFAULT_ROUTER, preempt: false, timerExpiredBackup: true }
  t.strictSame(kinds(50)[0], 'send-advertisement', 'nobody has taken over yet')
  const successor = course.step({ ...event, priority: 50 }, milliseconds(24_000))
  t.strictSame(successor.actions.map(describe), ['cancel-announcements', 'set-addresses', 'late-timer', 'transition'])
  t.equal(successor.state.state, 'backup', 'what another one has taken is not fought over')
})

function describe(action: MachineAction): string {
  return action.type === 'notice' ? action.notice.type : action.type
}
