/**
 * Scenario steps: what is understood, and what is said about the rest.
 */
import t from 'tap'
import {
  defaultScenario,
  formatAction,
  parseAction,
  parseScenario,
  parseStep,
  type ScenarioStep,
  Simulation,
  STEP_FORMS,
  settleTime,
} from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { cluster, instance } from './cluster.ts'

const script = { kind: 'script', name: 'chk_nginx', weight: -20, reverse: false } as const
const nodes = [
  {
    name: 'A',
    aliases: ['ka67.conf', 'ka67'],
    specification: { instances: [instance({ trackers: [script] })], syncGroups: [] },
  },
  ...cluster({}, { priority: 95 }, { priority: 90 }).slice(1),
]

t.test('every step is understood and written back as it was', async t => {
  const texts = [
    'kill A',
    'crash B',
    'stop C',
    'start A',
    'restart A',
    'cut A eth0',
    'join A eth0',
    'partition A|B,C',
    'heal',
    'script A chk_nginx fail',
    'script A chk_nginx ok',
    'priority B VI_1 120',
    'loss 12.5%',
    'delay 20ms',
    'jitter 0.5ms',
  ]
  for (const text of texts) t.equal(formatAction(parseAction(text, nodes)), text)
  t.strictSame([...new Set(texts.map(text => text.split(' ')[0]))], Object.keys(STEP_FORMS))
})

t.test('freedom in writing', async t => {
  t.strictSame(parseStep('1m30s', '  kill   ka67 ', nodes), { at: 90_000, action: { type: 'kill', node: 'A' } })
  t.strictSame(parseAction('kill ka67.conf', nodes), { type: 'kill', node: 'A' })
  t.strictSame(parseAction('partition A | B', nodes), { type: 'partition', sides: [['A'], ['B']] })
  t.strictSame(parseAction('loss 0.1', nodes), { type: 'loss', loss: 0.1 })
  t.strictSame(parseAction('delay 20', nodes), { type: 'delay', delay: 20 })
})

t.test('errors say what is wrong and what was meant', async t => {
  const cases: [string, RegExp][] = [
    ['kil A', /no step is called 'kil'; did you mean 'kill'\?/],
    ['', /no step is called ''/],
    ['kill', /write 'kill NODE'/],
    ['kill A B', /write 'kill NODE'/],
    ['kill D', /no node is called 'D'.*\(nodes: A, B, C\)/],
    ['kill ka76', /did you mean 'ka67'\?/],
    ['cut A eth1', /node A has no interface 'eth1'; did you mean 'eth0'\?/],
    ['script A chk_ngnix fail', /node A has no script 'chk_ngnix'; did you mean 'chk_nginx'\?/],
    ['script B chk_nginx fail', /node B has no script 'chk_nginx' \(it has none\)/],
    ['script A chk_nginx broken', /fail or ok, not 'broken'/],
    ['priority A VI_2 100', /node A has no instance 'VI_2'; did you mean 'VI_1'\?/],
    ['priority A VI_1 255', /'255' is no priority from 1 to 254/],
    ['priority A VI_1 1e2', /'1e2' is no priority/],
    ['partition A|A', /node A is on two sides/],
    ['partition A,B,C', /a partition needs two sides/],
    ['loss 110%', /'110%' is no loss/],
    ['loss half', /'half' is no loss/],
    ['delay soon', /'soon' is no duration/],
  ]
  for (const [text, message] of cases) {
    t.throws(() => parseStep('5s', text, nodes), { code: 'ERR_SCENARIO', message }, `'${text}'`)
  }
  t.throws(() => parseStep('soon', 'kill A', nodes), { code: 'ERR_SCENARIO', message: /'soon' is no time/ })
  t.throws(() => parseStep('5s', 'kil A', nodes), { message: /^at 5s 'kil A': / })
})

t.test('a scenario file: comments, blank lines, the line of an error', async t => {
  const text = '# failover\n\n5s kill A  # power\n 10s\tstart A\r\n'
  t.strictSame(parseScenario(text, nodes), [
    { at: 5000, action: { type: 'kill', node: 'A' } },
    { at: 10_000, action: { type: 'start', node: 'A' } },
  ])
  t.throws(() => parseScenario('5s kill A\n6s kill Z', nodes), { code: 'ERR_SCENARIO', message: /^line 2: at 6s/ })
})

t.test('a scenario that cannot be played is refused before it begins', async t => {
  const play = (...texts: [number, string][]) => {
    const steps: ScenarioStep[] = texts.map(([at, text]) => ({
      at: milliseconds(at),
      action: parseAction(text, nodes),
    }))
    return () => new Simulation({ nodes, steps })
  }
  t.throws(play([1000, 'kill A'], [2000, 'stop A']), {
    code: 'ERR_SCENARIO',
    message: /at 2s 'stop A': node A does not run/,
  })
  t.throws(
    play([2000, 'crash A'], [1000, 'kill A']),
    { message: /at 2s 'crash A'/ },
    'in order of time, not of writing',
  )
  t.throws(play([1000, 'kill A'], [2000, 'start A'], [3000, 'start A']), { message: /node A runs already/ })
  t.throws(play([1000, 'kill A'], [2000, 'priority A VI_1 50']), { message: /node A does not run/ })
  t.doesNotThrow(play([1000, 'start A'], [2000, 'kill A'], [3000, 'restart A'], [4000, 'restart A']))
})

t.test('the default scenario: start, kill the master, bring it back, with room to settle', async t => {
  const { steps, duration } = defaultScenario(cluster({ priority: 95 }, {}))
  t.strictSame(steps, [
    { at: 10_000, action: { type: 'kill', node: 'B' } },
    { at: 20_000, action: { type: 'restart', node: 'B' } },
  ])
  t.equal(duration, 30_000)
  t.equal(settleTime(cluster({})), 3000 + 255 / 0.256 + 1000)
})

t.test('the default scenario follows intervals, preempt delay, and the tie-break', async t => {
  const fast = cluster({ version: 3, interval: milliseconds(10) }, { version: 3, interval: milliseconds(10) })
  t.strictSame(
    defaultScenario(fast).steps.map(({ at, action }) => [at, formatAction(action)]),
    [
      [100, 'kill B'],
      [200, 'restart B'],
    ],
  )
  const delayed = defaultScenario(cluster({ preemptDelay: milliseconds(60_000) }, { priority: 95 }))
  t.ok(delayed.duration - 2 * (delayed.steps[0]?.at ?? 0) > 64_000)
})
