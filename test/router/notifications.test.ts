/**
 * What is told when: events of an engine to keepalived's words, in the order that keepalived 2.2.7 was seen to keep.
 */
import t from 'tap'
import { Engine, type EngineEvent, type NodeSpecification } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { fifoLine, type Notification } from '../../lib/notify/index.ts'
import { Notifications } from '../../lib/router/index.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const GRACE = milliseconds(1000)

/** V1 on eth0, V2 and V3 on eth1; V1 and V2 may be a group. */
function specification(grouped: boolean, more: Partial<VrrpInstanceOptions> = {}): NodeSpecification {
  const instances = [
    specify({ name: 'V1', interface: 'eth0', vrid: 51, addresses: ['192.0.2.1/24'], priority: 100, ...more }),
    specify({ name: 'V2', interface: 'eth1', vrid: 52, addresses: ['198.51.100.1/24'], priority: 100 }),
    specify({ name: 'V3', interface: 'eth1', vrid: 53, addresses: ['198.51.100.2/24'], priority: 100 }),
  ]
  const group = { name: 'G1', members: ['V1', 'V2'], trackingWeight: false }
  return { instances, syncGroups: grouped ? [group] : [] }
}

/** A node on a simulated network, and what it tells. */
function startNode(node: NodeSpecification, last = 10) {
  const clock = new SimClock()
  const network = new MemoryNetwork({ clock })
  const host = new MemoryHost(network, 'A', [
    { name: 'eth0', addresses: [`192.0.2.${last}`] },
    { name: 'eth1', addresses: [`198.51.100.${last}`] },
  ])
  const engine = new Engine({ clock, ports: new MemoryPorts(host) })
  const told: Notification[] = []
  const notifications = new Notifications(
    {
      tell: notification => void told.push(notification),
      stop: async last => void told.push(...last),
    },
    node,
  )
  engine.subscribe(event => notifications.hear(event))
  /** Lets time pass and returns what was told, as lines of a FIFO. */
  const pass = async (ms: number): Promise<readonly string[]> => {
    // In steps, so that what is told at the end of a turn is told before the next.
    for (let rest = ms; rest > 0; rest -= 10) {
      clock.advance(milliseconds(clock.now() + Math.min(rest, 10)))
      await Promise.resolve()
    }
    return told.splice(0).map(each => fifoLine(each).trim())
  }
  return { engine, host, clock, notifications, told, pass }
}

t.test('a group: before its members at start, after them later, at the end after all', async t => {
  const { engine, host, notifications, told, pass } = startNode(specification(true))
  engine.dispatch({ type: 'configure', specification: specification(true) })
  t.strictSame(told, [], 'nothing is told in the middle of the work')
  t.strictSame(await pass(10), [
    'GROUP "G1" BACKUP 0',
    'INSTANCE "V1" BACKUP 100',
    'INSTANCE "V2" BACKUP 100',
    'INSTANCE "V3" BACKUP 100',
  ])
  const active = await pass(5000)
  t.strictSame(
    active.filter(line => !line.includes('V3')),
    ['INSTANCE "V1" MASTER 100', 'INSTANCE "V2" MASTER 100', 'GROUP "G1" MASTER 0'],
  )
  t.ok(active.includes('INSTANCE "V3" MASTER 100'))
  host.plug('eth1', false)
  const faulty = await pass(10)
  t.strictSame(
    faulty.filter(line => !line.includes('V3')),
    ['INSTANCE "V1" FAULT 100', 'INSTANCE "V2" FAULT 100', 'GROUP "G1" FAULT 0'],
  )
  host.plug('eth1', true)
  const back = await pass(10)
  t.equal(back.length, 4)
  t.ok(back.indexOf('GROUP "G1" BACKUP 0') > back.indexOf('INSTANCE "V1" BACKUP 100'))
  t.ok(back.indexOf('GROUP "G1" BACKUP 0') > back.indexOf('INSTANCE "V2" BACKUP 100'))
  await engine.stop()
  await notifications.stop(GRACE)
  t.strictSame(await pass(0), [
    'INSTANCE "V1" STOP 100',
    'INSTANCE "V2" STOP 100',
    'INSTANCE "V3" STOP 100',
    'GROUP "G1" STOP 0',
  ])
})

t.test('a fault at start is told as FAULT, and of a group for all', async t => {
  const { engine, host, pass } = startNode(specification(true))
  host.plug('eth1', false)
  engine.dispatch({ type: 'configure', specification: specification(true) })
  t.strictSame(
    (await pass(10)).filter(line => !line.includes('V3')).sort(),
    ['GROUP "G1" FAULT 0', 'INSTANCE "V1" FAULT 100', 'INSTANCE "V2" FAULT 100'],
    'V1 was backup for an instant: no news',
  )
})

t.test('details: why, from what, what is wrong, which addresses', async t => {
  const node = specification(false, { excludedAddresses: ['192.0.2.2/32'] })
  const { engine, host, clock, notifications, told } = startNode(node)
  host.plug('eth0', false)
  clock.advance(milliseconds(10))
  engine.dispatch({ type: 'configure', specification: node })
  await Promise.resolve()
  const about = told.splice(0).filter(({ subject }) => subject.name === 'V1')
  t.strictSame(about, [
    {
      subject: { type: 'INSTANCE', name: 'V1' },
      priority: 100,
      interface: 'eth0',
      addresses: ['192.0.2.1/24', '192.0.2.2/32'],
      state: 'FAULT',
      reason: 'fault',
      previous: 'INIT',
      faults: ['interface eth0 down'],
    },
  ])
  host.plug('eth0', true)
  clock.advance(milliseconds(20))
  await Promise.resolve()
  t.match(told.splice(0), [{ state: 'BACKUP', reason: 'startup', previous: 'FAULT' }])
  await notifications.stop(GRACE)
  t.match(
    told.map(({ state, previous, reason }) => [state, previous, reason]),
    [
      ['STOP', 'BACKUP', 'shutdown'],
      ['STOP', 'BACKUP', 'shutdown'],
      ['STOP', 'BACKUP', 'shutdown'],
    ],
  )
})

t.test('what happens in a state: losing adverts, changed priorities, the peer', async t => {
  const node = specification(false)
  const { notifications, told } = startNode(node)
  const hear = async (event: object) => {
    notifications.hear({ at: 0, instance: 'V1', ...event } as unknown as EngineEvent)
    await Promise.resolve()
  }
  await hear({ type: 'transition', from: 'initialize', to: 'backup', reason: 'startup', priority: 100 })
  await hear({ type: 'notice', notice: { type: 'priority-changed', from: 100, to: 90 } })
  await hear({ type: 'transition', from: 'backup', to: 'active', reason: 'master-timeout', priority: 90 })
  await hear({
    type: 'notice',
    notice: { type: 'lower-priority-advertisement', source: '192.0.2.9', priority: 50, ours: 90 },
  })
  await hear({ type: 'notice', notice: { type: 'priority-changed', from: 90, to: 95 } })
  const peer = { address: '192.0.2.8', priority: 200 }
  await hear({ type: 'transition', from: 'active', to: 'backup', reason: 'higher-priority', priority: 95, peer })
  t.strictSame(
    told.map(each => `${fifoLine(each).trim()} ${each.peer}`),
    [
      'INSTANCE "V1" BACKUP 100 undefined',
      'INSTANCE "V1" BACKUP_PRIORITY 90 undefined',
      'INSTANCE "V1" MASTER 90 undefined',
      'INSTANCE "V1" MASTER_RX_LOWER_PRI 90 192.0.2.9',
      'INSTANCE "V1" MASTER_PRIORITY 95 undefined',
      'INSTANCE "V1" BACKUP 95 192.0.2.8',
    ],
  )
})

t.test(
  'another configuration: what did not change is not told again, what changed is told as it turns out',
  async t => {
    const { engine, host, notifications, pass } = startNode(specification(false))
    engine.dispatch({ type: 'configure', specification: specification(false) })
    await pass(5000)
    const configure = (node: NodeSpecification) => {
      notifications.configure(node)
      engine.dispatch({ type: 'configure', specification: node })
    }
    configure(specification(false))
    t.strictSame(await pass(10), [])
    configure(specification(false, { priority: 120 }))
    t.strictSame(await pass(10), ['INSTANCE "V1" MASTER_PRIORITY 120'])
    configure(specification(false, { name: 'W1' }))
    t.strictSame(await pass(10), ['INSTANCE "W1" MASTER_PRIORITY 100'], 'another name of the same virtual router')
    const [first, second] = specification(false, { name: 'W1' }).instances
    configure({ instances: [first, second].filter(each => each !== undefined), syncGroups: [] })
    t.strictSame(await pass(10), ['INSTANCE "V3" DELETED 100'], 'what is gone')
    configure(specification(false, { name: 'W1' }))
    t.strictSame(await pass(10), ['INSTANCE "V3" BACKUP 100'], 'and is there again')
    configure(specification(false, { name: 'W1', vrid: 61 }))
    t.strictSame(await pass(10), ['INSTANCE "W1" BACKUP 100'], 'another virtual router begins anew')
    host.plug('eth0', false)
    t.strictSame(await pass(10), ['INSTANCE "W1" FAULT 100'])
    configure(specification(false, { name: 'W1', vrid: 62 }))
    t.strictSame(await pass(10), [], 'still faulty')
    host.plug('eth0', true)
    t.strictSame(await pass(10), ['INSTANCE "W1" BACKUP 100'])
  },
)

t.test('an instance that begins anew into a fault', async t => {
  const { engine, notifications, pass } = startNode(specification(false))
  engine.dispatch({ type: 'configure', specification: specification(false) })
  await pass(10)
  const node = specification(false, { interface: 'eth7' })
  notifications.configure(node)
  engine.dispatch({ type: 'configure', specification: node })
  t.strictSame(await pass(10), ['INSTANCE "V1" FAULT 100'])
})
