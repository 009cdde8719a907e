/**
 * Whole clusters on the virtual clock: the modes of keepalived with their exact times. RFC 9568 §6.1, §6.4.
 */
import t from 'tap'
import type { InstanceSpecification } from '../../lib/instance/index.ts'
import {
  formatReport,
  parseAction,
  type ScenarioStep,
  Simulation,
  type SimulationNode,
  type SimulationOptions,
  type SimulationReport,
} from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { cluster, held, holdings, instance, node, transitions, VIP } from './cluster.ts'

const ms = milliseconds

function play(nodes: readonly SimulationNode[], at: Record<number, string>, options: Partial<SimulationOptions> = {}) {
  const steps: ScenarioStep[] = Object.entries(at).map(([time, text]) => ({
    at: ms(Number(time)),
    action: parseAction(text, nodes),
  }))
  return new Simulation({ nodes, steps, ...options }).run()
}

const v3 = (changes: Partial<InstanceSpecification>): Partial<InstanceSpecification> => ({
  version: 3,
  interval: ms(1000),
  ...changes,
})

function problems(report: SimulationReport): string[] {
  return report.problems.map(({ type, message }) => `${type}: ${message}`)
}

t.test('master and backup: election, death of the master, return', async t => {
  const report = new Simulation({ nodes: cluster({}, { priority: 95 }) }).run()
  // 3 x 1 s + (256 - 100) / 256 s; the last advert before +10 s left at +9.609375 s; 3 x 1 s + (256 - 95) / 256 s later
  t.strictSame(holdings(report), [
    '- 0..3609.375',
    'A 3609.375..10000',
    '- 10000..13238.281',
    'B 13238.281..23609.375',
    'A 23609.375..30000',
  ])
  t.strictSame(transitions(report), [
    '0 A initialize->backup startup',
    '0 B initialize->backup startup',
    '3609.375 A backup->active master-timeout',
    '13238.281 B backup->active master-timeout',
    '20000 A initialize->backup startup',
    '23609.375 A backup->active preempted-lower-priority',
    '23609.375 B active->backup higher-priority',
  ])
  t.strictSame(
    report.takeovers.map(({ node, origin, since, bound, elapsed, excess }) => [
      node,
      origin,
      since,
      bound,
      elapsed,
      excess,
    ]),
    [
      ['A', 'backup', 0, 3609.375, 3609.375, 0],
      ['B', 'advertisement', 9609.375, 3628.90625, 3628.90625, 0],
      ['A', 'backup', 20_000, 3609.375, 3609.375, 0],
    ],
  )
  t.strictSame(problems(report), [])
  t.equal(report.ok, true)
  t.equal(report.settled, true)
})

t.test('the same, as text', async t => {
  const report = new Simulation({ nodes: cluster({}, { priority: 95 }) }).run()
  const lines = formatReport(report)
  for (const line of [
    ' +3.609s  A VI_1  BACKUP -> MASTER: heard no master (waited 3.609s)',
    ' +4.609s  A VI_1  advertises priority 100 x6, until +9.609s',
    '+10.000s  --- kill A',
    '+13.238s  B VI_1  BACKUP -> MASTER: the master fell silent (waited 3.629s)',
    '+13.238s  B VI_1  announces 10.16.8.100 on eth0 x5',
    '+23.609s  B VI_1  MASTER -> BACKUP: A has priority 100, we 95',
    '  +10.000s  kill A: nobody for 3.238s; B took over 3.629s after the last advertisement, bound 3.629s, excess 0s',
    'verdict: ok, one owner of each address, no takeover late, no overlap too long',
  ]) {
    t.ok(lines.includes(line), line)
  }
})

t.test('a quiet hour is a few lines, and its adverts are counted', async t => {
  const nodes = cluster({}, { priority: 95 })
  const report = new Simulation({ nodes, steps: [], duration: ms(3_600_000) }).run()
  t.ok(report.timeline.length < 15, `${report.timeline.length} lines`)
  const steady = report.timeline.find(entry => entry.type === 'advertisements')
  // the first advert of A leaves at +3.609375 s and has a line of its own; then one each second
  t.match(steady, { type: 'advertisements', count: 3596 })
  t.equal(report.nodes[0]?.advertisements.sent, 3597)
  t.equal(report.nodes[1]?.advertisements.received, 3597)
  const verbose = new Simulation({ nodes, steps: [], duration: ms(60_000), everyAdvertisement: true }).run()
  t.equal(verbose.timeline.filter(entry => entry.type === 'advertisement').length, 57)
})

t.test('a clean stop: the backup takes over within its skew time', async t => {
  const report = play(cluster({}, { priority: 95 }), { 10250: 'stop A' })
  t.equal(holdings(report)[2], '- 10250..10878.906')
  t.match(report.takeovers[1], { node: 'B', origin: 'resignation', bound: 628.90625, elapsed: 628.90625, excess: 0 })
  t.ok(report.timeline.some(entry => entry.type === 'advertisement' && entry.occasion === 'resignation'))
  t.strictSame(problems(report), [])
})

t.test('a dead daemon leaves its addresses: two owners until it starts again', async t => {
  const nodes = cluster({}, { priority: 95 })
  const restarted = play(nodes, { 10000: 'crash A', 20000: 'restart A' })
  t.strictSame(holdings(restarted).slice(0, 4), [
    '- 0..3609.375',
    'A 3609.375..13238.281',
    'A+B 13238.281..20000',
    'B 20000..23609.375',
  ])
  t.match(restarted.addresses[0]?.several, [{ trouble: 'crash', after: 'crash A' }])
  t.strictSame(problems(restarted), [])
  const left = play(nodes, { 10000: 'crash A' })
  t.strictSame(problems(left), [
    'several-owners: A and B hold it together at the end (the daemon of A is dead, its kernel keeps the address)',
  ])
})

t.test('a partition makes two owners; healing it leaves one within an interval', async t => {
  const report = play(cluster({}, { priority: 95 }), { 10000: 'partition A|B', 20100: 'heal' }, { delay: ms(1) })
  const [overlap] = report.addresses[0]?.several ?? []
  t.strictSame(overlap?.holders, ['A', 'B'])
  t.equal(overlap?.trouble, 'partition')
  t.ok((overlap?.to ?? Infinity) - 20_100 <= 1000 + 1, `one owner again at ${overlap?.to}`)
  t.ok((overlap?.excess ?? Infinity) <= 0)
  t.equal(report.ok, true)
  t.strictSame(report.addresses[0]?.holders, ['A'])
})

t.test('during a partition each side has one owner, which is no problem of the cluster', async t => {
  const report = play(cluster({}, { priority: 95 }, { priority: 90 }), { 10000: 'partition A|B,C' })
  t.strictSame(report.addresses[0]?.holders, ['A', 'B'])
  t.strictSame(problems(report), [])
})

t.test('a cut cable: fault here, takeover there, and back', async t => {
  const report = play(cluster({}, { priority: 95 }), { 10000: 'cut A eth0', 20000: 'join A eth0' })
  t.strictSame(transitions(report).slice(3), [
    '10000 A active->initialize fault',
    '13238.281 B backup->active master-timeout',
    '20000 A initialize->backup startup',
    '23609.375 A backup->active preempted-lower-priority',
    '23609.375 B active->backup higher-priority',
  ])
  t.ok(report.timeline.some(entry => entry.type === 'fault' && entry.fault.type === 'interface-down'))
  const lines = formatReport(report)
  t.ok(lines.includes('+10.000s  A VI_1  MASTER -> FAULT'))
  t.ok(lines.includes('+20.000s  A VI_1  FAULT -> BACKUP: starts with priority 100'))
  t.strictSame(problems(report), [])
})

t.test('three nodes fall back in the order of their priorities', async t => {
  const nodes = cluster({}, { priority: 95 }, { priority: 90 })
  const report = play(nodes, { 10000: 'kill A', 20000: 'kill B' })
  t.strictSame(
    holdings(report).map(text => text.split(' ')[0]),
    ['-', 'A', '-', 'B', '-', 'C'],
  )
  t.strictSame(
    report.takeovers.map(({ excess }) => excess),
    [0, 0, 0],
  )
  t.strictSame(problems(report), [])
})

t.test('equal priorities: both go at once, the higher address stays', async t => {
  const report = play(cluster({}, {}), {}, { delay: ms(1), duration: ms(10_000) })
  t.strictSame(holdings(report), ['- 0..3609.375', 'A+B 3609.375..3610.375', 'B 3610.375..10000'])
  t.ok(transitions(report).includes('3610.375 A active->backup higher-address'))
  t.strictSame(problems(report), [])
})

t.test('the owner of the addresses does not wait', async t => {
  const report = play(cluster({ priority: 255 }, { priority: 95 }), { 10000: 'kill A', 20000: 'restart A' })
  t.equal(holdings(report)[0], 'A 0..10000')
  t.ok(transitions(report).includes('20000 A initialize->active owner-startup'))
  t.strictSame(report.addresses[0]?.holders, ['A'])
  t.strictSame(problems(report), [])
})

t.test('nopreempt: the one who came back waits', async t => {
  const report = play(cluster({ preempt: false }, { priority: 95 }), { 10000: 'kill A', 20000: 'restart A' })
  t.strictSame(report.addresses[0]?.holders, ['B'])
  t.strictSame(problems(report), [])
})

t.test('preempt delay: counted from the first advert of lower priority, and never at the first start', async t => {
  const nodes = cluster({ preemptDelay: ms(5000) }, { priority: 95 })
  const report = play(nodes, { 10000: 'kill A', 20000: 'restart A' })
  t.match(report.takeovers[0], { node: 'A', elapsed: 3609.375, excess: 0 })
  // B advertises at +13.238 s and each second after; A hears the one at +20.238281 s first
  t.match(report.takeovers[2], {
    node: 'A',
    reason: 'preempt-delay-expired',
    origin: 'preempt-delay',
    bound: 5000,
    elapsed: 5000,
    excess: 0,
  })
  t.equal(report.takeovers[2]?.since, 20_238.28125)
  t.strictSame(report.addresses[0]?.holders, ['A'])
})

t.test('a failing script lowers the priority and the address moves, both ways', async t => {
  const track = { kind: 'script', name: 'chk_nginx', weight: -20, reverse: false } as const
  const nodes = cluster({ trackers: [track] }, { priority: 95 })
  const report = play(nodes, { 10000: 'script A chk_nginx fail', 30000: 'script A chk_nginx ok' })
  t.strictSame(
    holdings(report).map(text => text.split(' ')[0]),
    ['-', 'A', 'B', 'A'],
  )
  t.ok(
    report.takeovers.every(({ excess }) => excess === 0),
    JSON.stringify(report.takeovers),
  )
  t.strictSame(problems(report), [])
})

t.test('a script of weight 0 is a fault', async t => {
  const track = { kind: 'script', name: 'chk_nginx', weight: 0, reverse: false } as const
  const nodes = cluster({ trackers: [track] }, { priority: 95 })
  const report = play(nodes, { 10000: 'script A chk_nginx fail' })
  t.strictSame(report.addresses[0]?.holders, ['B'])
  t.ok(report.timeline.some(entry => entry.type === 'fault' && entry.fault.type === 'tracker'))
  t.ok(!report.timeline.some(entry => entry.type === 'fault' && entry.at === 0), 'the start is no fault')
  t.strictSame(problems(report), [])
})

t.test('a verdict given while nobody runs is there at the start', async t => {
  const track = { kind: 'script', name: 'chk_nginx', weight: 0, reverse: false } as const
  const nodes = cluster({ trackers: [track] }, { priority: 95 })
  const report = play(nodes, { 5000: 'stop A', 6000: 'script A chk_nginx fail', 7000: 'start A' })
  t.strictSame(report.addresses[0]?.holders, ['B'])
})

t.test('priority changes at run time', async t => {
  const report = play(cluster({}, { priority: 95 }), { 10000: 'priority B VI_1 150' })
  t.strictSame(report.addresses[0]?.holders, ['B'])
  t.ok(
    report.takeovers.every(({ excess }) => excess === 0),
    JSON.stringify(report.takeovers),
  )
  t.strictSame(problems(report), [])
})

t.test('a tracked interface', async t => {
  const track = { kind: 'interface', name: 'eth1', weight: -20, reverse: false } as const
  const nodes = cluster({ trackers: [track] }, { priority: 95 })
  const report = play(nodes, { 10000: 'cut A eth1', 20000: 'heal' })
  t.strictSame(
    holdings(report).map(text => text.split(' ')[0]),
    ['-', 'A', 'B', 'A'],
  )
  t.strictSame(problems(report), [])
})

t.test('a sync group: both networks move together when one cable is cut', async t => {
  const pair = (priority: number) => [
    instance({ priority }),
    instance({ name: 'VI_2', interface: 'eth1', vrid: 104, priority, addresses: [held('172.16.8.100', 'eth1')] }),
  ]
  const grouped = (name: string, priority: number): SimulationNode => ({
    name,
    specification: {
      instances: pair(priority),
      syncGroups: [{ name: 'VG_1', members: ['VI_1', 'VI_2'], trackingWeight: false }],
    },
  })
  const report = play([grouped('A', 100), grouped('B', 95)], { 10000: 'cut A eth1', 30000: 'heal' })
  const moved = holdings(report).filter(text => !text.startsWith('-'))
  t.strictSame(
    moved.map(text => text.split(' ')[0]),
    ['A', 'B', 'A'],
  )
  t.strictSame(
    holdings(report, '172.16.8.100')
      .map(text => text.split(' ')[0])
      .filter(who => who !== '-'),
    ['A', 'B', 'A'],
  )
  const ungrouped = play([node('A', ...pair(100)), node('B', ...pair(95))], { 10000: 'cut A eth1' })
  t.strictSame(
    ungrouped.addresses.map(({ holders }) => holders),
    [['A'], ['B']],
  )
  t.strictSame(problems(report), [])
})

t.test('a node whose first step is start is not there before', async t => {
  const report = play(cluster({}, { priority: 95 }), { 10000: 'start A' })
  t.strictSame(
    holdings(report).map(text => text.split(' ')[0]),
    ['-', 'B', 'A'],
  )
})

t.test('IPv6, version 3: link-local adverts, neighbour advertisements reach the clients', async t => {
  const six = v3({
    family: 6,
    addresses: [held('fe80::100'), held('2001:db8::100')],
    destination: { type: 'multicast', group: 'ff02::12' },
  })
  const simulation = new Simulation({ nodes: cluster(six, { ...six, priority: 95 }), steps: [], duration: ms(10_000) })
  const report = simulation.run()
  t.strictSame(
    report.addresses.map(({ address, holders }) => [address, holders]),
    [
      ['fe80::100', ['A']],
      ['2001:db8::100', ['A']],
    ],
  )
  t.strictSame(
    simulation.network.segment('eth0').map(place => place.neighbours.get('2001:db8::100')),
    ['A', 'A'],
  )
  t.strictSame(problems(report), [])
})

t.test('unicast: addresses come from the peers lists', async t => {
  const unicast = (peer: string, changes: Partial<InstanceSpecification> = {}) => ({
    ...changes,
    destination: { type: 'unicast', peers: [peer] } as const,
  })
  const nodes = cluster(unicast('172.16.8.11'), unicast('172.16.8.10', { priority: 95 }))
  const report = play(nodes, { 10000: 'kill A' })
  t.strictSame(
    report.nodes.map(({ interfaces }) => interfaces[0]?.addresses[0]),
    ['172.16.8.10', '172.16.8.11'],
  )
  t.strictSame(report.addresses[0]?.holders, ['B'])
  t.equal(report.frames.delivered > 5, true)
  t.strictSame(problems(report), [])
})

t.test('nodes that do not understand each other both hold the address, and the verdict says so', async t => {
  const other = { priority: 95, authentication: { type: 'simple', password: 'other' } } as const
  const report = play(cluster({}, other), {}, { duration: ms(20_000) })
  t.strictSame(problems(report), ['several-owners: A and B hold it together at the end'])
  t.ok(report.timeline.some(entry => entry.type === 'refused' && entry.count > 5))
  t.ok(report.timeline.length < 25, 'refusals are counted, not listed')
})

t.test('lost announcements leave clients behind, and the verdict says so', async t => {
  const quiet = { ...instance().announcements, repeat: 1, delay: ms(0) }
  const nodes = cluster({ announcements: quiet }, { priority: 95, announcements: quiet })
  const simulation = new Simulation({ nodes, steps: [], duration: ms(60_000) })
  simulation.advance(ms(10_000))
  simulation.perform({ type: 'kill', node: 'A' })
  simulation.perform({ type: 'loss', loss: 1 })
  simulation.advance(ms(20_000))
  const report = simulation.report()
  t.match(problems(report), [/^stale-neighbours: B holds it at the end, but clients send beside A still to A; /])
  t.equal(report.ok, true, 'a weakness of the protocol, not a broken promise')
})

t.test(
  'after a partition clients of the losing side stay with the loser, unless it speaks before it yields',
  async t => {
    // the winner's advert comes first: the loser never says the word that would make the winner announce again
    const scenario = { 10000: 'partition A|B', 20400: 'heal' }
    const plain = play(cluster({}, { priority: 95 }), scenario)
    t.match(problems(plain), [/^stale-neighbours: A holds it at the end, but clients send beside B still to B; /])
    const spoken = cluster({}, { priority: 95, advertiseBeforeYield: true })
    t.strictSame(problems(play(spoken, scenario)), [])
  },
)

t.test('step by step: a program looks at the cluster while it runs', async t => {
  const simulation = new Simulation({ nodes: cluster({}, { priority: 95 }), steps: [], duration: ms(1) })
  simulation.advance(ms(3600))
  t.strictSame(simulation.holders(VIP, 'eth0'), [])
  simulation.advance(ms(3610))
  t.strictSame(simulation.holders(VIP, 'eth0'), ['A'])
  simulation.perform({ type: 'kill', node: 'A' })
  t.strictSame(simulation.holders(VIP, 'eth0'), [])
  t.match(simulation.nodes.get('B')?.engine?.snapshot().instances[0], { state: 'backup' })
  t.throws(() => simulation.perform({ type: 'kill', node: 'Z' }), { name: 'RangeError', message: /^node: / })
})

t.test('same seed, same report; another seed, another one', async t => {
  const run = (seed: number) =>
    JSON.stringify(
      new Simulation({ nodes: cluster({}, { priority: 95 }), seed, delay: ms(1), jitter: ms(5), loss: 0.2 }).run(),
    )
  t.equal(run(3), run(3))
  t.not(run(3), run(4))
})

t.test('the report is plain data: nothing changes on its way through JSON', async t => {
  const report = new Simulation({ nodes: cluster({}, { priority: 95 }) }).run()
  const strange: string[] = []
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null) {
      const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
      if (!plain) strange.push(path)
      for (const [key, each] of Object.entries(value)) look(each, `${path}.${key}`)
    } else if (typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value))) strange.push(path)
  }
  look(report, 'report')
  t.strictSame(strange, [])
})

t.test('options are checked', async t => {
  t.throws(() => new Simulation({ nodes: [] }), { name: 'RangeError', message: /^nodes: / })
  t.throws(() => new Simulation({ nodes: [...cluster({}), ...cluster({})] }), {
    name: 'RangeError',
    message: /^name: /,
  })
  t.throws(() => new Simulation({ nodes: cluster({}), duration: ms(-1) }), {
    name: 'RangeError',
    message: /^duration: /,
  })
  t.throws(() => new Simulation({ nodes: cluster({}), loss: 2 }), { name: 'RangeError', message: /^loss: / })
})
