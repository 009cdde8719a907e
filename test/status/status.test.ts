/**
 * The status document over simulated routers: what it says of them, and that it is what its schema promises.
 */
import t from 'tap'
import { formatStatus, NODE_STATUS_SCHEMA, type NodeStatus } from '../../lib/status/index.ts'
import { ObservedPair } from './observed-pair.ts'
import { violations } from './validate.ts'

/** The first instance of a document. */
function first(status: NodeStatus) {
  const [instance] = status.instances
  if (instance === undefined) throw new Error('no instance')
  return instance
}

t.test('a master, its takeover and its addresses', async t => {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  pair.pass(10_000)
  const status = pair.reporter.status()
  t.strictSame(violations(NODE_STATUS_SCHEMA, status), [])
  const { statistics, transitions, ...instance } = first(status)
  t.match(instance, {
    name: 'VI_1',
    interface: 'eth0',
    family: 'ipv4',
    vrid: 51,
    version: 'vrrp-v2',
    state: 'master',
    'keepalived-state': 'MASTER',
    priority: 110,
    'effective-priority': 110,
    'advertise-interval-centi-sec': 100,
    'primary-address': '192.0.2.10',
    'virtual-addresses': [{ address: '192.0.2.1', 'prefix-length': 32, interface: 'eth0' }],
    master: { address: '192.0.2.10', priority: 110, self: true },
    'new-master-reason': 'no-response',
  })
  t.equal(statistics['master-transitions'], 1)
  t.strictSame(
    transitions.map(({ from, to, reason, text }) => [from, to, reason, text]),
    [
      ['initialize', 'backup', 'startup', 'started, and listens for a master'],
      ['backup', 'master', 'master-timeout', 'no master was heard for the whole down interval'],
    ],
  )
  t.equal(instance['state-since'], transitions.at(-1)?.time)
  t.strictSame(status.warnings, [])
  t.equal(status.configuration.diagnostics.length, 1)
})

t.test('a backup tells who is master, and a takeover whom it succeeds', async t => {
  const pair = new ObservedPair({ priority: 90 }, { priority: 110 })
  pair.pass(10_000)
  const backup = first(pair.reporter.status())
  t.strictSame(backup.master, { address: '192.0.2.11', priority: 110, self: false })
  t.equal(backup['keepalived-state'], 'BACKUP')
  t.match(backup.peers, [{ address: '192.0.2.11', priority: 110, 'advertise-interval-centi-sec': 100 }])
  pair.hostB.plug('eth0', false)
  pair.pass(10_000)
  const { transitions } = first(pair.reporter.status())
  t.equal(transitions.at(-1)?.text, 'no advert from 192.0.2.11 (priority 110) for the whole down interval')
  pair.hostB.plug('eth0', true)
  pair.pass(10_000)
  const after = first(pair.reporter.status())
  t.equal(after.transitions.at(-1)?.text, '192.0.2.11 has the higher priority 110, ours is 90')
  t.strictSame(violations(NODE_STATUS_SCHEMA, pair.reporter.status()), [])
})

t.test('faults, trackers and sync groups', async t => {
  const trackers = [
    { kind: 'script', name: 'chk_nginx', weight: -20, reverse: false },
    { kind: 'file', name: 'load', weight: -2, reverse: false },
  ] as const
  const group = { name: 'G', members: ['VI_1'], trackingWeight: false }
  const pair = new ObservedPair({ priority: 110, trackers }, { priority: 80 }, [group])
  pair.pass(10_000)
  pair.a.dispatch({ type: 'tracker', kind: 'script', name: 'chk_nginx', verdict: 'failing' })
  pair.a.dispatch({ type: 'tracker', kind: 'file', name: 'load', verdict: 'failing', value: 3 })
  const status = pair.reporter.status()
  t.strictSame(violations(NODE_STATUS_SCHEMA, status), [])
  t.strictSame(status['sync-groups'], [{ name: 'G', members: ['VI_1'], state: 'master' }])
  const instance = first(status)
  t.equal(instance['sync-group'], 'G')
  t.match(instance.trackers, [
    { name: 'chk_nginx', verdict: 'failing', 'priority-change': -20 },
    { name: 'load', verdict: 'failing', value: 3, 'priority-change': -6 },
  ])
  t.equal(instance['effective-priority'], 84)
  pair.plug(false)
  const faulty = pair.reporter.status()
  t.strictSame(violations(NODE_STATUS_SCHEMA, faulty), [])
  t.match(first(faulty), {
    state: 'initialize',
    'keepalived-state': 'FAULT',
    faults: [{ type: 'interface-down', text: 'interface eth0 down' }],
  })
  t.equal(first(faulty).transitions.at(-1)?.text, 'fault: interface eth0 down')
  t.notOk('master' in first(faulty))
})

t.test('the pieces are the document', async t => {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  pair.pass(10_000)
  const pieces = [...pair.reporter.pieces()]
  t.equal(pieces.length, 4)
  t.strictSame(JSON.parse(pieces.join('')), JSON.parse(JSON.stringify(pair.reporter.status())))
})

t.test('at most 32 transitions are kept, the newest, and a removed instance is forgotten', async t => {
  const pair = new ObservedPair({ priority: 110 }, { priority: 90 })
  for (let round = 0; round < 20; round++) {
    pair.hostA.plug('eth0', false)
    pair.pass(100)
    pair.hostA.plug('eth0', true)
    pair.pass(5000)
  }
  const { transitions } = first(pair.reporter.status())
  t.equal(transitions.length, 32)
  t.equal(transitions.at(-1)?.to, 'master')
  pair.a.dispatch({ type: 'configure', specification: { instances: [], syncGroups: [] } })
  pair.reporter.status()
  t.strictSame(pair.history.of('VI_1').transitions, [])
})

t.test('the text for people has it all', async t => {
  const trackers = [{ kind: 'script', name: 'chk_nginx', weight: -20, reverse: false }] as const
  const pair = new ObservedPair({ priority: 110, trackers }, { priority: 120 })
  pair.pass(10_000)
  pair.a.dispatch({ type: 'tracker', kind: 'script', name: 'chk_nginx', verdict: 'failing' })
  const lines = formatStatus(pair.reporter.status())
  const text = lines.join('\n')
  t.match(text, /^INSTANCE +INTERFACE +VRID +STATE +PRIORITY +SINCE +MASTER +ADDRESSES$/m)
  t.match(text, /^VI_1 +eth0 +51 +BACKUP +90 \(base 110\) +\d+ s +192\.0\.2\.11 \(120\) +192\.0\.2\.1$/m)
  t.match(text, /^VI_1 +script +chk_nginx +failing +-20 +-20$/m)
  t.match(text, /^VI_1 +192\.0\.2\.11 +120 +1 s +\d s ago$/m)
  t.match(text, / {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}VI_1: backup: started, and listens for a master$/m)
  t.match(text, /keepalived\.conf:3:1: warning: odd/)
  t.notOk(lines.some(line => line !== line.trimEnd()))
})

t.test('a password is in no leaf', async t => {
  const authentication = { type: 'simple', password: 'renwole0' } as const
  const pair = new ObservedPair({ authentication }, { authentication: { ...authentication, password: 'other' } })
  pair.pass(10_000)
  t.notMatch(JSON.stringify(pair.reporter.status()), /renwole0|"other"/)
})
