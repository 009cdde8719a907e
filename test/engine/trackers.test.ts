/**
 * Verdicts of tracked things in an engine: the hold until a script's first result, and the numbers of tracked files.
 */
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify, type TrackerSpecification } from '../../lib/instance/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const script: TrackerSpecification = { kind: 'script', name: 'chk', weight: 0, reverse: false }
const file: TrackerSpecification = { kind: 'file', name: 'load', weight: -2, reverse: false }

/** One node: instance `inside` on eth0 with trackers, and `outside` on eth1 without. */
function node(trackers: readonly TrackerSpecification[], grouped = false) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const host = new MemoryHost(network, 'A', [
    { name: 'eth0', addresses: ['192.0.2.10'] },
    { name: 'eth1', addresses: ['198.51.100.10'] },
  ])
  const engine = new Engine({ clock, ports: new MemoryPorts(host) })
  const events: EngineEvent[] = []
  engine.subscribe(event => events.push(event))
  const instances = [
    specify({ name: 'inside', interface: 'eth0', vrid: 1, addresses: ['192.0.2.1'], trackers }),
    specify({ name: 'outside', interface: 'eth1', vrid: 2, addresses: ['198.51.100.1'] }),
  ]
  const group = { name: 'both', members: ['inside', 'outside'], trackingWeight: false }
  engine.dispatch({ type: 'configure', specification: { instances, syncGroups: grouped ? [group] : [] } })
  return {
    engine,
    host,
    events,
    pass: (ms: number) => clock.advance(milliseconds(clock.now() + ms)),
    states: () =>
      engine
        .snapshot()
        .instances.map(({ state }) => state)
        .join(),
    say: (verdict: 'ok' | 'failing') => engine.dispatch({ type: 'tracker', kind: 'script', name: 'chk', verdict }),
    number: (value: number) =>
      engine.dispatch({ type: 'tracker', kind: 'file', name: 'load', verdict: value === 0 ? 'ok' : 'failing', value }),
    priority: () => engine.snapshot().instances[0]?.effectivePriority,
    faults: () => engine.snapshot().instances[0]?.faults.map(({ type }) => type),
  }
}

t.test('a script of weight 0 holds its instance until the first result, then the full time runs', async t => {
  const { pass, states, say, events, faults } = node([script])
  pass(10_000)
  t.equal(states(), 'initialize,active')
  t.strictSame(faults(), [], 'not known is no fault')
  const before = events.length
  say('ok')
  t.equal(states(), 'backup,active')
  t.match(events[before], { type: 'transition', to: 'backup', reason: 'startup' })
  pass(3600)
  t.equal(states(), 'backup,active')
  pass(10)
  t.equal(states(), 'active,active')
  say('ok')
  t.equal(states(), 'active,active', 'later results begin nothing anew')
})

t.test('a first result that is bad is a fault, and the next good one begins', async t => {
  const { states, say, faults } = node([script])
  say('failing')
  t.equal(states(), 'initialize,backup')
  t.strictSame(faults(), ['tracker'])
  say('ok')
  t.equal(states(), 'backup,backup')
})

t.test('every script of weight 0 is waited for; those with a weight and other kinds are not', async t => {
  const others: TrackerSpecification[] = [
    { kind: 'script', name: 'weighted', weight: -5, reverse: false },
    { kind: 'process', name: 'nginx', weight: 0, reverse: false },
    { kind: 'interface', name: 'eth2', weight: 0, reverse: false },
    { kind: 'program', name: 'host', weight: 0, reverse: false },
  ]
  t.equal(node(others).states(), 'backup,backup')
  const two = node([script, { ...script, name: 'other' }])
  two.say('ok')
  t.equal(two.states(), 'initialize,backup')
  two.engine.dispatch({ type: 'tracker', kind: 'script', name: 'other', verdict: 'ok' })
  t.equal(two.states(), 'backup,backup')
})

t.test('a fault that ends does not end the hold', async t => {
  const { host, pass, states, say } = node([script])
  host.plug('eth0', false)
  pass(10)
  host.plug('eth0', true)
  pass(10)
  t.equal(states(), 'initialize,backup')
  say('ok')
  t.equal(states(), 'backup,backup')
})

t.test('a held member keeps its sync group from becoming active', async t => {
  const { pass, states, say } = node([script], true)
  pass(10_000)
  t.equal(states(), 'initialize,backup')
  say('ok')
  pass(4000)
  t.equal(states(), 'active,active')
})

t.test('nothing begins after the stop', async t => {
  const { engine, say, events } = node([script])
  await engine.stop()
  const before = events.length
  say('ok')
  t.equal(events.length, before)
})

t.test('the number of a file times the weight moves the priority; 254 or more is a fault', async t => {
  const { number, priority, faults, states, engine } = node([file])
  number(0)
  t.equal(priority(), 100)
  number(10)
  t.equal(priority(), 80)
  number(-200)
  t.equal(priority(), 254)
  number(126)
  t.equal(priority(), 1)
  t.strictSame(faults(), [])
  number(127)
  t.strictSame(faults(), ['tracker'])
  t.equal(states(), 'initialize,backup')
  number(5)
  t.equal(states(), 'backup,backup')
  t.equal(priority(), 90)
  t.strictSame(engine.snapshot().instances[0]?.trackers, [{ ...file, verdict: 'failing', value: 5, change: -10 }])
})

t.test('with weight 0 a number that is not 0 is a fault, reversed 0 is', async t => {
  const plain = node([{ ...file, weight: 0 }])
  plain.number(3)
  t.strictSame(plain.faults(), ['tracker'])
  plain.number(0)
  t.strictSame(plain.faults(), [])
  const reversed = node([{ ...file, weight: 0, reverse: true }])
  reversed.number(3)
  t.strictSame(reversed.faults(), [])
  reversed.number(0)
  t.strictSame(reversed.faults(), ['tracker'])
})
