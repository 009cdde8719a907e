/** What holds for every router, every state and every order of events. */
import fc from 'fast-check'
import t from 'tap'
import {
  initialState,
  isOwner,
  type MachineEvent,
  type MachineState,
  nextDeadline,
  type Step,
  step,
  type VirtualRouter,
} from '../../lib/machine/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'
import { DEFAULT_ROUTER, deepFreeze } from './router.ts'
import { run, type Station, station } from './wire.ts'

const interval = fc.integer({ min: 10, max: 500 }).map(n => milliseconds(n * 10))
const router: fc.Arbitrary<VirtualRouter> = fc.record({
  version: fc.constantFrom<2 | 3>(2, 3),
  family: fc.constant<4>(4),
  vrid: fc.constant(1),
  priority: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constant(255)),
  interval,
  preempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 0, 1, 700, 5000).map(milliseconds),
  acceptMode: fc.boolean(),
  downTimerAdverts: fc.constantFrom(3, 3, 1, 10),
  advertiseToLoser: fc.boolean(),
  advertiseBeforeYield: fc.boolean(),
  grouped: fc.boolean(),
  timerExpiredBackup: fc.boolean(),
})
const LOCAL = '192.0.2.5'
const event: fc.Arbitrary<MachineEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<MachineEvent>({ type: 'startup' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('advertisement' as const),
      priority: fc.integer({ min: 0, max: 255 }),
      interval,
      source: fc.constantFrom('192.0.2.4', LOCAL, '192.0.2.6'),
      localAddress: fc.constant(LOCAL),
    }),
  },
  { weight: 8, arbitrary: fc.constant<MachineEvent>({ type: 'timer' }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('priority' as const), priority: fc.integer({ min: -10, max: 300 }) }),
  },
  fc.record({ type: fc.constant('shutdown' as const), cause: fc.constantFrom('stop' as const, 'fault' as const) }),
  fc.constant<MachineEvent>({ type: 'takeover' }),
  fc.constant<MachineEvent>({ type: 'yield' }),
)
/** How far on the next event is: a little, or exactly to the deadline, or well past it. */
const pause = fc.oneof(fc.constant('deadline' as const), fc.double({ min: 0, max: 20_000, noNaN: true }))
const history = fc.array(fc.tuple(pause, event), { maxLength: 60 })

/** Lives a history and shows every step to `check`. */
function live(
  router: VirtualRouter,
  events: readonly (readonly [pause: 'deadline' | number, event: MachineEvent])[],
  check: (before: MachineState, event: MachineEvent, after: Step, now: Milliseconds) => void,
): void {
  let state: MachineState = initialState(router)
  let now = 1e6
  for (const [pause, event] of events) {
    now = pause === 'deadline' ? Math.max(now, nextDeadline(state) ?? now) : now + pause
    const after = step(router, state, event, milliseconds(now))
    check(state, event, after, milliseconds(now))
    state = after.state
  }
}

t.test('nothing is mutated, and the same arguments give the same result', async t => {
  fc.assert(
    fc.property(router, history, (router, events) => {
      live(deepFreeze(router), events, (before, event, after, now) => {
        const again = step(router, deepFreeze(before), deepFreeze(event), now)
        if (JSON.stringify(again) !== JSON.stringify(deepFreeze(after))) throw new Error('another result')
      })
    }),
  )
  t.pass()
})

t.test('an event that changes nothing returns the same state and the one empty list', async t => {
  const idle = step(DEFAULT_ROUTER, initialState(DEFAULT_ROUTER), { type: 'timer' }, milliseconds(0)).actions
  fc.assert(
    fc.property(router, history, (router, events) => {
      live(router, events, (before, event, after, now) => {
        if (after.actions.length === 0 && after.actions !== idle) throw new Error('a second empty list')
        const deadline = nextDeadline(before)
        const early = event.type === 'timer' && (deadline === undefined || now < deadline)
        if (early && (after.state !== before || after.actions !== idle)) throw new Error('an early timer did something')
      })
    }),
  )
  t.pass()
})

t.test(
  'a deadline outside initialize, never one in the past after a timer, never late for an active router',
  async t => {
    fc.assert(
      fc.property(router, history, (router, events) => {
        live(router, events, (before, event, after, now) => {
          const deadline = nextDeadline(after.state)
          if ((deadline === undefined) !== (after.state.state === 'initialize')) throw new Error('deadline')
          if (deadline === undefined) return
          if (event.type === 'timer' && deadline <= now) throw new Error(`due again at once: ${before.state}`)
          // One part in 1e9 for sums of fractions.
          if (after.state.state === 'active' && deadline > now + router.interval + 1e-3)
            throw new Error('an advert too late')
        })
      }),
    )
    t.pass()
  },
)

t.test('actions and state agree, and their order is kept', async t => {
  const order = ['send-advertisement', 'cancel-announcements', 'set-addresses', 'announce', 'notice', 'transition']
  fc.assert(
    fc.property(router, history, (router, events) => {
      live(router, events, (before, _event, { state, actions }) => {
        const transition = actions.at(-1)?.type === 'transition' ? actions.at(-1) : undefined
        if (state.state !== before.state) {
          if (transition?.type !== 'transition') throw new Error('a silent transition')
          if (transition.from !== before.state || transition.to !== state.state) throw new Error('a wrong transition')
        } else if (transition !== undefined) throw new Error('a transition to the same state')
        for (const action of actions) {
          if (action.type === 'set-addresses' && action.present !== (state.state === 'active'))
            throw new Error('addresses')
          if (action.type !== 'send-advertisement') continue
          const resigns = before.state === 'active' && state.state === 'initialize'
          if (action.priority !== (resigns ? 0 : before.priority)) throw new Error('a wrong priority was sent')
        }
        const leaves = (before.state === 'active') !== (state.state === 'active')
        if (leaves && !actions.some(({ type }) => type === 'set-addresses')) throw new Error('addresses forgotten')
        const ranks = actions.map(({ type }) => order.indexOf(type)).filter(rank => rank >= 0)
        if (ranks.some((rank, i) => rank < (ranks[i - 1] ?? 0))) throw new Error('order')
      })
    }),
  )
  t.pass()
})

t.test('a priority is 1-254, and 255 exactly for an owner', async t => {
  fc.assert(
    fc.property(router, history, (router, events) => {
      live(router, events, (_before, _event, { state }) => {
        const fits = isOwner(router) ? state.priority === 255 : state.priority >= 1 && state.priority <= 254
        if (!fits) throw new Error(`priority ${state.priority}`)
      })
    }),
  )
  t.pass()
})

t.test('a grouped router never becomes active unless told to', async t => {
  fc.assert(
    fc.property(router, history, (router, events) => {
      live({ ...router, grouped: true }, events, (before, event, { state }) => {
        if (state.state === 'active' && before.state !== 'active' && event.type !== 'takeover') throw new Error('alone')
      })
    }),
  )
  t.pass()
})

const pair = fc.record({
  routers: fc.tuple(router, router).map(([a, b]): readonly [VirtualRouter, VirtualRouter] => [
    { ...a, grouped: false },
    // Routers of one virtual router share a version; in version 2 the interval too, or they discard each other.
    { ...b, grouped: false, version: a.version, interval: a.version === 2 ? a.interval : b.interval },
  ]),
  starts: fc.tuple(fc.double({ min: 0, max: 30_000, noNaN: true }), fc.double({ min: 0, max: 30_000, noNaN: true })),
  latency: fc.double({ min: 0, max: 5, noNaN: true }),
  priority: fc.option(fc.integer({ min: 1, max: 254 })),
})

/** Two routers started at their times, one perhaps with another priority from 60 s on; at 200 s all is quiet. */
function settle({ routers: [a, b], starts, latency, priority }: typeof pair extends fc.Arbitrary<infer T> ? T : never) {
  const stations: readonly [Station, Station] = [station(a, '192.0.2.1'), station(b, '192.0.2.2')]
  const script = starts.map((at, i) => ({ at, station: i, event: { type: 'startup' } as const }))
  const change = priority === null ? [] : [{ at: 60_000, station: 1, event: { type: 'priority', priority } as const }]
  run(stations, [...script, ...change], latency, 200_000)
  return stations
}

t.test('two routers on a lossless wire end with exactly one active', async t => {
  fc.assert(
    fc.property(pair, pair => {
      const [a, b] = settle(pair)
      if ((a.state.state === 'active') === (b.state.state === 'active')) throw new Error(`${a.state.state} both`)
    }),
    { numRuns: 150 },
  )
  t.pass()
})

t.test('if both preempt, the one of higher priority is active', async t => {
  fc.assert(
    fc.property(pair, pair => {
      const [a, b] = pair.routers
      const preempting = {
        ...pair,
        routers: [
          { ...a, preempt: true },
          { ...b, preempt: true },
        ] as const,
      }
      const ends = settle(preempting)
      const [active] = ends.filter(({ state }) => state.state === 'active')
      const best = Math.max(...ends.map(({ state }) => state.priority))
      if (active?.state.priority !== best) throw new Error('the lower one')
    }),
    { numRuns: 150 },
  )
  t.pass()
})

t.test('when the active router stops or dies, the other takes over within its bound', async t => {
  fc.assert(
    fc.property(pair, fc.boolean(), (pair, dies) => {
      const stations = settle({ ...pair, priority: null })
      const loser = stations.findIndex(({ state }) => state.state === 'active')
      const [left, heir] = [stations[loser], stations[1 - loser]]
      if (left === undefined || heir === undefined) throw new Error('nobody')
      const before = heir.state
      if (before.state !== 'backup') throw new Error('no backup')
      const at = 200_000
      if (dies) left.state = initialState(left.router)
      const stop = { at, station: loser, event: { type: 'shutdown', cause: 'stop' } as const }
      const multiple = dies ? heir.router.downTimerAdverts : 0
      const skew = ((256 - before.priority) * (pair.routers[0].version === 2 ? 1000 : before.activeInterval)) / 256
      // What was on the wire is lost with it; a preemption that is under way may end sooner.
      run(
        stations,
        dies ? [] : [stop],
        pair.latency,
        at + multiple * before.activeInterval + skew + pair.latency + 0.001,
      )
      if (heir.state.state !== 'active') throw new Error(`still ${heir.state.state}`)
    }),
    { numRuns: 150 },
  )
  t.pass()
})
