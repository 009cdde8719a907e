/**
 * Virtual servers of a router over a table in memory: what is written, what is adopted, what a reload and the end do.
 */
import t from 'tap'
import type { CheckSpecification, Lookers, LookListener } from '../../lib/health/index.ts'
import {
  completeTable,
  type DesiredTable,
  diff,
  type IpvsCommand,
  type IpvsTable,
  planCommands,
  type SyncDaemon,
  type SyncDaemonOptions,
  type SyncDaemonState,
} from '../../lib/ipvs/index.ts'
import { memoryReader, readConfiguration } from '../../lib/keepalived/index.ts'
import type { ServerNotification } from '../../lib/notify/index.ts'
import { describeLvs } from '../../lib/router/describe-lvs.ts'
import { type LvsClient, VirtualServers } from '../../lib/router/index.ts'
import { SimClock } from '../../lib/simulation/index.ts'
import { formatLvs } from '../../lib/status/format-lvs.ts'
import { LVS_METRICS } from '../../lib/status/lvs-metrics.ts'
import { LVS_SCHEMA } from '../../lib/status/lvs-schema.ts'
import type { MetricFacts } from '../../lib/status/metric-table.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { violations } from '../status/validate.ts'

/** A kernel's table in memory, with what was sent to it. */
class MemoryIpvs implements LvsClient {
  current: IpvsTable = []
  commands: IpvsCommand[] = []
  reads = 0
  refuse: ((command: IpvsCommand) => boolean) | undefined
  running: SyncDaemon[] = []
  readonly calls: string[] = []

  async table() {
    // Counters are left out: nobody here asks for them.
    return this.current as never
  }

  async reconcile(desired: DesiredTable, { owned = [] }: { readonly owned?: Iterable<never> } = {}) {
    this.reads++
    const plan = diff(this.current, completeTable(desired), { owned })
    await this.execute(planCommands(plan))
    return { ...plan, errors: [] }
  }

  async execute(commands: readonly IpvsCommand[]) {
    return commands.map(command => {
      if (this.refuse?.(command)) return new Error('refused') as never
      this.commands.push(command)
      this.current = carryOut(this.current, command)
      return undefined
    })
  }

  async flush() {
    this.calls.push('flush')
    this.current = []
  }

  async setTimeouts(timeouts: object) {
    this.calls.push(`timeouts ${JSON.stringify(timeouts)}`)
  }

  async *daemons() {
    yield* this.running
  }

  async startDaemon(daemon: SyncDaemonOptions) {
    const complete = { syncId: 0, maxLength: 1472, group: '224.0.0.81', port: 8848, ttl: 1, ...daemon }
    this.running.push(complete)
    this.calls.push(`start ${daemon.state} ${complete.syncId}`)
  }

  async stopDaemon(state: SyncDaemonState) {
    this.running = this.running.filter(daemon => daemon.state !== state)
    this.calls.push(`stop ${state}`)
  }

  close() {
    this.calls.push('close')
  }

  /** What was sent since the last time, in short. */
  take(): readonly string[] {
    return this.commands.splice(0).map(command => {
      if ('destination' in command) {
        const { address, ...rest } = command.destination
        return `${command.type} ${address}${'weight' in rest ? `=${rest.weight}` : ''}`
      }
      return command.type
    })
  }

  destinations(): string {
    return this.current
      .flatMap(each => each.destinations.map(({ address, weight }) => `${address}=${weight}`))
      .join(' ')
  }
}

function carryOut(table: IpvsTable, command: IpvsCommand): IpvsTable {
  const key = 'service' in command && command.service !== undefined ? JSON.stringify(keyOf(command.service)) : ''
  const isIt = (entry: IpvsTable[number]) => JSON.stringify(keyOf(entry)) === key
  const change = (edit: (list: IpvsTable[number]['destinations']) => IpvsTable[number]['destinations']) =>
    table.map(entry => (isIt(entry) ? { ...entry, destinations: edit(entry.destinations) } : entry))
  switch (command.type) {
    case 'add-service':
      return [...table, { ...command.service, destinations: [] }]
    case 'edit-service':
      return table.map(entry => (isIt(entry) ? { ...command.service, destinations: entry.destinations } : entry))
    case 'delete-service':
      return table.filter(entry => !isIt(entry))
    case 'add-destination':
      return change(list => [...list, command.destination])
    case 'edit-destination':
      return change(list =>
        list.map(each => (each.address === command.destination.address ? command.destination : each)),
      )
    case 'delete-destination':
      return change(list => list.filter(each => each.address !== command.destination.address))
    default:
      return table
  }
}

function keyOf(service: {
  fwmark?: number | undefined
  protocol?: string | undefined
  address?: string
  port?: number
}) {
  return [service.fwmark, service.protocol, service.address, service.port]
}

const SERVERS = ['192.0.2.11', '192.0.2.12']

function text({ more = '', servers = SERVERS, weights = [] as number[], global = '' } = {}): string {
  const real = servers.map(
    (address, i) => `real_server ${address} 80 {\n weight ${weights[i] ?? 1}\n TCP_CHECK {\n retry 0\n }\n }`,
  )
  return `global_defs {\n${global}\n}
vrrp_instance V {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.1 }\n}
virtual_server 192.0.2.1 80 {\n protocol TCP\n lvs_sched rr\n lvs_method NAT\n delay_loop 1\n warmup 0\n${more}\n${real.join('\n')}\n}\n`
}

function configuration(source: string) {
  const { configuration, diagnostics } = readConfiguration('k', memoryReader({ k: source }))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return configuration
}

/** A node with virtual servers; `dead`: addresses whose checks fail. */
class Node {
  readonly clock = new SimClock()
  readonly ipvs: MemoryIpvs
  readonly dead = new Set<string>()
  readonly log: string[] = []
  readonly told: ServerNotification[] = []
  readonly lvs: VirtualServers
  addresses = new Set<string>()
  looks = 0

  constructor(ipvs = new MemoryIpvs(), open: () => Promise<LvsClient> = async () => ipvs) {
    this.ipvs = ipvs
    const look = (check: CheckSpecification, _: number, done: LookListener) => {
      this.looks++
      const failed = 'target' in check && this.dead.has(check.target.address)
      done(failed ? { success: false, failure: { kind: 'refused', text: 'refused' } } : { success: true })
      return { cancel: () => {} }
    }
    this.lvs = new VirtualServers({
      clock: this.clock,
      log: (_, line) => this.log.push(line),
      tell: notification => this.told.push(notification),
      openIpvs: open,
      lookers: new Proxy({}, { get: () => look }) as Lookers,
      addresses: () => this.addresses,
    })
  }

  async apply(source: string): Promise<void> {
    this.lvs.apply(configuration(source))
    await this.lvs.settled()
  }

  async pass(ms: number): Promise<void> {
    // A look begins in a turn of its own.
    for (let passed = 0; passed <= ms; passed += 250) {
      this.clock.advance(milliseconds(this.clock.now() + Math.min(250, ms)))
      await turn()
    }
    await this.lvs.settled()
  }
}

t.test('verdicts reach the table, each as one command', async t => {
  const node = new Node()
  await node.apply(text())
  t.strictSame(node.ipvs.take(), ['add-service', 'add-destination 192.0.2.11=1', 'add-destination 192.0.2.12=1'])
  await node.pass(3000)
  t.strictSame(node.ipvs.take(), [])
  node.dead.add('192.0.2.12')
  await node.pass(3000)
  t.strictSame(node.ipvs.take(), ['delete-destination 192.0.2.12'])
  t.ok(node.log.includes('Removing service [192.0.2.12]:tcp:80 from VS [192.0.2.1]:tcp:80'))
  node.dead.clear()
  await node.pass(3000)
  t.strictSame(node.ipvs.take(), ['add-destination 192.0.2.12=1'])
  t.equal(node.ipvs.reads, 1, 'the table was read once')
  t.strictSame(
    node.told.map(({ realServer = 'VS', state }) => `${realServer} ${state}`),
    ['VS UP', '[192.0.2.12]:tcp:80 DOWN', '[192.0.2.12]:tcp:80 UP'],
  )
})

t.test('a reload writes the difference, and keeps what is known', async t => {
  const node = new Node()
  node.dead.add('192.0.2.12')
  await node.apply(text())
  await node.pass(3000)
  node.ipvs.take()
  await node.apply(text())
  t.strictSame(node.ipvs.take(), [], 'nothing changed, nothing is written')
  await node.apply(text({ weights: [5, 5] }))
  t.strictSame(node.ipvs.take(), ['edit-destination 192.0.2.11=5'], 'the server that is down stays out')
  await node.apply(text({ more: ' persistence_timeout 50' }))
  t.strictSame(node.ipvs.take(), ['edit-destination 192.0.2.11=1', 'edit-service'].sort().reverse())
  await node.apply(text({ servers: ['192.0.2.11', '192.0.2.13'] }))
  t.strictSame(node.ipvs.destinations(), '192.0.2.11=1 192.0.2.13=1')
})

t.test('after a crash the table found is adopted, alpha or not', async t => {
  const before = new Node()
  await before.apply(text())
  const { ipvs } = before
  ipvs.take()
  ipvs.current = [...ipvs.current, ...completeTable([{ fwmark: 7, family: 4 }])]
  const after = new Node(ipvs)
  after.dead.add('192.0.2.12')
  await after.apply(text({ more: ' alpha' }))
  t.strictSame(ipvs.take(), [], 'nothing of it is touched')
  await after.pass(1000)
  t.strictSame(ipvs.take(), ['delete-destination 192.0.2.12'], 'the first failure counts')
  t.equal(ipvs.current.length, 2, 'what is not ours stays')
})

t.test('when somebody else wrote to the table it is put right', async t => {
  const node = new Node()
  await node.apply(text())
  node.ipvs.current = []
  node.ipvs.take()
  node.ipvs.refuse = () => {
    node.ipvs.refuse = undefined
    return true
  }
  node.dead.add('192.0.2.12')
  await node.pass(3000)
  t.equal(node.ipvs.reads, 2)
  t.equal(node.ipvs.destinations(), '192.0.2.11=1')
})

t.test('a table that cannot be read is tried again', async t => {
  const node = new Node()
  const { reconcile } = node.ipvs
  node.ipvs.reconcile = async () => {
    throw new Error('no buffer space')
  }
  await node.apply(text())
  await node.pass(12_000)
  t.strictSame(
    node.log.filter(line => line.startsWith('IPVS')),
    ['IPVS: the table is not as it should be: no buffer space'],
  )
  node.ipvs.reconcile = reconcile
  await node.pass(6000)
  t.equal(node.ipvs.destinations(), '192.0.2.11=1 192.0.2.12=1')
})

t.test('the end: our services are removed, unless they are to stay', async t => {
  const node = new Node()
  await node.apply(text({ global: ' lvs_flush' }))
  node.ipvs.current = [...node.ipvs.current, ...completeTable([{ fwmark: 7, family: 4 }])]
  node.ipvs.take()
  await node.lvs.stop()
  t.strictSame(node.ipvs.take(), ['delete-service'])
  t.equal(node.ipvs.current.length, 1)
  t.strictSame(node.ipvs.calls, ['flush', 'close'])
  t.strictSame(
    node.told.map(({ state }) => state),
    ['UP'],
    'without omega nobody is told',
  )
  const flushing = new Node()
  await flushing.apply(text({ global: ' lvs_flush_on_stop', more: ' omega' }))
  await flushing.lvs.stop()
  t.strictSame(flushing.ipvs.calls, ['flush', 'close'])
  t.equal(flushing.told.filter(({ state }) => state === 'DOWN').length, 3)
})

t.test('the synchronisation daemon follows its instance', async t => {
  const node = new Node()
  node.ipvs.running = [{ state: 'master', interface: 'eth9', syncId: 3, maxLength: 1, group: '', port: 1, ttl: 1 }]
  await node.apply(text({ global: ' lvs_sync_daemon eth0 V\n lvs_timeouts tcp 900' }))
  await node.pass(0)
  const transition = (to: 'active' | 'backup') =>
    node.lvs.hear({ type: 'transition', instance: 'V', from: 'backup', to, reason: 'startup', priority: 100 } as never)
  await turn()
  t.strictSame(node.ipvs.calls.splice(0), ['timeouts {"tcp":900}', 'stop master', 'start backup 51'])
  transition('active')
  await turn()
  t.strictSame(node.ipvs.calls.splice(0), ['stop backup', 'start master 51'])
  transition('active')
  await turn()
  t.strictSame(node.ipvs.calls.splice(0), [])
  await node.lvs.stop()
  t.strictSame(node.ipvs.calls, ['stop master', 'close'])
})

t.test('without IPVS one line says so', async t => {
  const node = new Node(new MemoryIpvs(), async () => {
    throw new Error('open IPVS: this kernel has no IPVS')
  })
  await node.apply(text())
  await node.pass(5000)
  t.strictSame(node.log, ['LVS is not set up, everything else runs: open IPVS: this kernel has no IPVS'])
  t.equal(node.looks, 0)
  const status = describeLvs(node.lvs.snapshot())
  t.strictSame(status && formatLvs(status), ['LVS is not set up: open IPVS: this kernel has no IPVS'])
  await node.lvs.stop()
})

t.test('ha_suspend: checked where the address is', async t => {
  const node = new Node()
  await node.apply(text({ more: ' ha_suspend' }))
  await node.pass(5000)
  t.equal(node.looks, 0)
  node.addresses = new Set(['192.0.2.1'])
  node.lvs.lookAtAddresses()
  await node.pass(5000)
  t.ok(node.looks > 4)
  t.equal(node.log.at(-1)?.startsWith('Activating healthchecker for service [192.0.2.12]:tcp:80'), true)
})

t.test('what is told of it', async t => {
  const node = new Node()
  node.dead.add('192.0.2.12')
  await node.apply(text({ more: ' sorry_server 192.0.2.99 80' }))
  await node.pass(3000)
  const status = describeLvs(node.lvs.snapshot())
  t.match(status, {
    'virtual-servers': [
      {
        name: '[192.0.2.1]:tcp:80',
        services: ['tcp 192.0.2.1:80'],
        quorum: 1,
        'alive-weight': 1,
        'quorum-up': true,
        'sorry-server': { active: false },
        'real-servers': [
          { state: 'up', checks: [{ type: 'tcp', verdict: 'up', proven: true }] },
          { state: 'down', checks: [{ verdict: 'down', 'last-failure': 'refused' }] },
        ],
      },
    ],
  })
  t.strictSame(violations(LVS_SCHEMA, status), [])
  t.match(status && formatLvs(status).join('\n'), /\[192\.0\.2\.12\]:tcp:80 +DOWN +1 +tcp down +refused/)
})

t.test('metrics of it', async t => {
  const node = new Node()
  node.dead.add('192.0.2.12')
  await node.apply(text())
  await node.pass(3000)
  const lvs = describeLvs(node.lvs.snapshot())
  const facts = { ...(lvs !== undefined && { lvs }) } as MetricFacts
  const values = LVS_METRICS.flatMap(({ name, samples }) =>
    [...samples(facts)].map(({ labels, value }) => `${name} ${labels.real_server ?? ''} ${value}`),
  )
  for (const line of [
    'lvs_quorum_up  1',
    'lvs_alive_weight  1',
    'lvs_sorry_server_active  0',
    'lvs_server_up [192.0.2.11]:tcp:80 1',
    'lvs_server_up [192.0.2.12]:tcp:80 0',
    'lvs_check_failures_total [192.0.2.11]:tcp:80 0',
  ]) {
    t.ok(values.includes(line), line)
  }
  for (const { labels, samples } of LVS_METRICS) {
    for (const sample of samples(facts)) t.strictSame(Object.keys(sample.labels), [...labels])
  }
})

t.test('a reload that changes the servers of one of 1,000 services sends that alone', async t => {
  const many = (weight: number) =>
    Array.from({ length: 1000 }, (_, i) => {
      const real = [11, 12].map(
        last => `real_server 192.0.2.${last} 80 {\n weight ${i === 500 ? weight : 1}\n TCP_CHECK {\n }\n }`,
      )
      const address = `10.0.${i >> 8}.${i & 255}`
      return `virtual_server ${address} 80 {\n protocol TCP\n lvs_sched rr\n lvs_method NAT\n${real.join('\n')}\n}`
    }).join('\n')
  const node = new Node()
  await node.apply(many(1))
  t.equal(node.ipvs.take().length, 3000)
  await node.apply(many(2))
  t.strictSame(node.ipvs.take(), ['edit-destination 192.0.2.11=2', 'edit-destination 192.0.2.12=2'])
})

/** A few turns of the event loop: what was scheduled is done. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
}
