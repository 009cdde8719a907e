/**
 * The monitor over simulated time: when it looks, what it tells, what a change leaves alone.
 */
import t from 'tap'
import {
  type CheckSpecification,
  checkProblem,
  formatHealthEvent,
  type HealthEvent,
  Monitor,
} from '../../lib/health/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { FakeLookers, ILL, WELL } from './fake-lookers.ts'
import { local, TIMING } from './timing.ts'

function scene(concurrency = 1000) {
  const clock = new SimClock()
  const fake = new FakeLookers()
  const monitor = new Monitor({ clock, lookers: fake.lookers, concurrency })
  const events: HealthEvent[] = []
  monitor.subscribe(event => events.push(event))
  const to = (ms: number) => clock.advance(milliseconds(ms))
  return { clock, fake, monitor, events, to, lines: () => events.splice(0).map(formatHealthEvent) }
}

function tcp(id: string, change: Partial<CheckSpecification> = {}): CheckSpecification {
  return { ...TIMING, id, type: 'tcp', target: local(80), ...change } as CheckSpecification
}

t.test('looks at each delay_loop, counted from the schedule', async t => {
  const { fake, monitor, to, clock } = scene()
  monitor.apply([tcp('a')])
  to(0)
  t.equal(fake.looks.length, 1)
  to(300)
  fake.last.end(WELL)
  to(999)
  t.equal(fake.looks.length, 1)
  to(1000)
  t.equal(fake.looks.length, 2)
  // A look that takes longer than the loop: what was missed is left out.
  to(3500)
  fake.last.end(WELL)
  to(3999)
  t.equal(fake.looks.length, 2)
  to(4000)
  t.equal(fake.looks.length, 3)
  monitor.stop()
  t.equal(clock.pending, 0, 'no wake-up is left')
})

t.test('tells when a verdict changes, and why', async t => {
  const { fake, monitor, to, lines } = scene()
  monitor.apply([tcp('a', { retry: 1, logAllFailures: true })])
  to(0)
  fake.last.end(WELL)
  to(1000)
  fake.last.end(ILL)
  t.strictSame(lines(), ['a: check failed: refused'])
  to(1099)
  t.equal(fake.looks.length, 2)
  to(1100)
  fake.last.end(ILL)
  t.strictSame(lines(), ['a: check failed after 1 retry, down: refused'])
  to(2100)
  fake.last.end(ILL)
  t.strictSame(lines(), [], 'a server that is down is no news')
  to(3100)
  fake.last.end(WELL)
  t.strictSame(lines(), ['a: check succeeded, up'])
  const { failures, looks } = monitor.snapshot()
  t.strictSame({ failures, looks }, { failures: { refused: 3 }, looks: 5 })
  monitor.stop()
})

t.test('what cannot be tried does not count against the server', async t => {
  const { fake, monitor, to, lines } = scene()
  fake.answer = () => ({ success: false, failure: { kind: 'local', text: 'too many open files' } })
  monitor.apply([tcp('a')])
  to(5000)
  t.equal(monitor.get('a')?.verdict, 'up')
  t.strictSame(lines(), ['a: cannot be checked: too many open files'], 'told once')
  t.strictSame(monitor.snapshot().failures, { local: 6 })
  monitor.stop()
})

t.test('weights: told when they change, before the server comes up', async t => {
  const { fake, monitor, to, lines } = scene()
  monitor.apply([tcp('a', { alpha: true })])
  to(0)
  fake.last.end({ success: true, advice: { type: 'set', weight: 7 } })
  t.strictSame(lines(), ['a: weight 7', 'a: check succeeded, up'])
  to(1000)
  fake.last.end({ success: true, advice: 'unchanged' })
  to(2000)
  fake.last.end({ success: true, advice: { type: 'set', weight: 7 } })
  t.strictSame(lines(), [])
  to(3000)
  fake.last.end(WELL)
  t.strictSame(lines(), ['a: weight as configured'])
  monitor.stop()
})

t.test('apply changes the difference only', async t => {
  const { fake, monitor, to } = scene()
  monitor.apply([tcp('same'), tcp('gone'), tcp('other')])
  to(0)
  for (const look of fake.looks) look.end(ILL)
  to(500)
  const applied = monitor.apply([
    tcp('same'),
    tcp('other', { target: local(81) } as Partial<CheckSpecification>),
    tcp('new'),
  ])
  t.strictSame(applied, { added: ['new'], removed: ['gone'], changed: ['other'], retimed: [] })
  t.strictSame(
    monitor.snapshot().checks.map(({ id, verdict, proven }) => [id, verdict, proven]),
    [
      ['same', 'down', true],
      ['other', 'down', false],
      ['new', 'up', false],
    ],
  )
  t.strictSame(
    monitor.apply([tcp('same'), tcp('other', { target: local(81) } as Partial<CheckSpecification>), tcp('new')]),
    {
      added: [],
      removed: [],
      changed: [],
      retimed: [],
    },
  )
  to(999)
  t.strictSame(
    fake.looks.slice(3).map(({ id }) => id),
    ['other', 'new'],
  )
  monitor.stop()
})

t.test('other timing keeps the verdict and what is under way', async t => {
  const { fake, monitor, to } = scene()
  monitor.apply([tcp('a', { delayLoop: milliseconds(60_000) })])
  to(0)
  fake.last.end(ILL)
  t.strictSame(monitor.apply([tcp('a', { retry: 3 })]).retimed, ['a'])
  t.equal(monitor.get('a')?.verdict, 'down')
  to(999)
  t.equal(fake.looks.length, 1)
  to(1000)
  t.equal(fake.looks.length, 2, 'the long wait is cut short')
  monitor.apply([tcp('a', { retry: 4 })])
  t.notOk(fake.last.cancelled)
  fake.last.end(WELL)
  t.equal(monitor.get('a')?.verdict, 'up')
  monitor.stop()
})

t.test('a disabled check takes no looks and keeps its verdict', async t => {
  const { fake, monitor, to, events } = scene()
  monitor.apply([tcp('a')])
  to(0)
  monitor.apply([tcp('a', { enabled: false })])
  t.ok(fake.last.cancelled)
  fake.last.end(ILL)
  to(10_000)
  t.equal(fake.looks.length, 1)
  t.equal(monitor.get('a')?.verdict, 'up')
  t.strictSame(events, [])
  monitor.apply([tcp('a')])
  to(10_000)
  t.equal(fake.looks.length, 2)
  monitor.stop()
})

t.test('hurry looks now, once', async t => {
  const { fake, monitor, to } = scene()
  monitor.apply([tcp('a'), tcp('b')])
  to(0)
  fake.looks[0]?.end(WELL)
  to(500)
  monitor.hurry(['a', 'b', 'unknown'])
  to(500)
  t.strictSame(
    fake.looks.map(({ id }) => id),
    ['a', 'b', 'a'],
  )
  monitor.stop()
})

t.test('first looks are spread over the warm-up, the same each time', async t => {
  const starts = (seed: number) => {
    const clock = new SimClock()
    const fake = new FakeLookers()
    fake.answer = () => WELL
    const monitor = new Monitor({ clock, lookers: fake.lookers, seed })
    const warmup = milliseconds(6000)
    const delayLoop = milliseconds(6000)
    monitor.apply(Array.from({ length: 600 }, (_, i) => tcp(`server ${i}`, { warmup, delayLoop })))
    const counts: number[] = []
    for (let second = 1; second <= 6; second++) {
      const before = fake.looks.length
      clock.advance(milliseconds(second * 1000))
      counts.push(fake.looks.length - before)
    }
    monitor.stop()
    return counts
  }
  t.ok(
    starts(1).every(count => count > 60 && count < 150),
    `600 in 6 s: ${starts(1)}`,
  )
  t.strictSame(starts(1), starts(1))
  t.not(String(starts(1)), String(starts(2)))
})

t.test('no more than so many at once, in the order in which they were due', async t => {
  const { fake, monitor, to } = scene(2)
  monitor.apply(['a', 'b', 'c', 'd'].map(id => tcp(id)))
  to(0)
  t.strictSame(
    fake.looks.map(({ id }) => id),
    ['a', 'b'],
  )
  t.equal(monitor.snapshot().waiting, 2)
  to(700)
  fake.looks[0]?.end(WELL)
  to(700)
  t.strictSame(
    fake.looks.map(({ id }) => id),
    ['a', 'b', 'c'],
  )
  // c and d were due before a is again: it has to stand behind them.
  to(1000)
  fake.looks[1]?.end(WELL)
  fake.looks[2]?.end(WELL)
  to(1000)
  t.strictSame(
    fake.looks.slice(3).map(({ id }) => id),
    ['d', 'a'],
  )
  t.equal(
    monitor.snapshot().lateness.find(({ upTo }) => upTo === 1000)?.looks,
    2,
    'they were late, and that is counted',
  )
  monitor.stop()
})

t.test('servers that are down do not hold up those that are up', async t => {
  const { fake, monitor, to } = scene(1)
  const ids = Array.from({ length: 12 }, (_, i) => `${i < 6 ? 'down' : 'up'} ${i}`)
  monitor.apply(ids.map(id => tcp(id, { alpha: id.startsWith('down') })))
  to(0)
  const order: string[] = []
  for (let i = 0; i < 12; i++) {
    const { id, end } = fake.last
    order.push(id.replace(/ .*/, ''))
    end(id.startsWith('down') ? ILL : WELL)
    to(0)
  }
  t.strictSame(order.slice(0, 9).filter(kind => kind === 'up').length, 6, String(order))
  t.equal(order.filter(kind => kind === 'down').length, 6, 'and all have their turn')
  monitor.stop()
})

t.test('many at once begin a few in each turn', async t => {
  const { fake, monitor, clock } = scene()
  monitor.apply(Array.from({ length: 100 }, (_, i) => tcp(`${i}`)))
  const perTurn: number[] = []
  let before = 0
  while (fake.looks.length < 100 && clock.step()) {
    perTurn.push(fake.looks.length - before)
    before = fake.looks.length
  }
  t.ok(Math.max(...perTurn) <= 16, String(perTurn))
  t.equal(clock.now(), 0)
  monitor.stop()
})

t.test('a listener may apply other checks, and end itself', async t => {
  const { fake, monitor, to } = scene()
  const seen: string[] = []
  const end = monitor.subscribe(event => {
    seen.push(event.type)
    end()
    monitor.apply([tcp('b')])
  })
  monitor.apply([tcp('a')])
  to(0)
  fake.last.end(ILL)
  to(1000)
  t.strictSame(seen, ['down'])
  t.strictSame(
    fake.looks.map(({ id }) => id),
    ['a', 'b'],
  )
  monitor.stop()
})

t.test('wrong checks are refused whole', async t => {
  const { monitor } = scene()
  monitor.apply([tcp('a')])
  const wrong: [Partial<CheckSpecification> | object, RegExp][] = [
    [{ delayLoop: 0 }, /checks\[1\] \(b\)\.delayLoop: 0 is not a time above 0/],
    [{ delayLoop: Number.NaN }, /delayLoop/],
    [{ retry: -1 }, /retry: -1 is not from 0/],
    [{ retry: 1.5 }, /retry: 1.5 is not an integer/],
    [{ id: 'a' }, /checks\[1\] \(a\)\.id: another check has it/],
    [{ target: { ...local(80), address: 'web.example' } }, /'web.example' is no IP address/],
    [{ target: { ...local(80), sourceAddress: '::1' } }, /sourceAddress/],
    [{ target: local(65536) }, /port: 65536/],
    [{ target: local(80, 0) }, /timeout/],
    [{ type: 'http', pages: [] }, /pages: empty/],
    [{ type: 'http', pages: [{ path: '/ HTTP/1.1\r\nX: y' }] }, /path: .* control characters/],
    [{ type: 'http', pages: [{ path: '/', digest: 'abc' }] }, /digest: 'abc' is not 32/],
    [{ type: 'http', pages: [{ path: '/', statusCodes: [[300, 200]] }] }, /statusCodes/],
    [{ type: 'http', pages: [{ path: '/', pattern: { source: '(' } }] }, /pattern/],
    [{ type: 'dns', name: 'a..b' }, /name: 'a..b' has a label of 0 bytes/],
    [{ type: 'udp', reply: { data: Buffer.of(1), mask: Buffer.of(1, 2) } }, /mask/],
    [{ type: 'misc', arguments: [], timeout: 1 }, /arguments: empty/],
    [{ type: 'file', path: '/x', weight: 1e6 }, /weight/],
  ]
  for (const [change, message] of wrong) {
    const check = { ...tcp('b'), ...change } as CheckSpecification
    t.throws(() => monitor.apply([tcp('a', { retry: 9 }), check]), { message })
    // Twice the same id is a matter of all of them together.
    if (check.id === 'b') t.type(checkProblem(check), 'string')
  }
  t.strictSame(
    monitor.snapshot().checks.map(({ id }) => id),
    ['a'],
  )
  t.strictSame(monitor.apply([tcp('a')]).retimed, [], 'nothing was changed')
  t.equal(checkProblem(tcp('b')), undefined)
  t.throws(() => scene(0), { message: /concurrency: 0/ })
  monitor.stop()
})
