/**
 * The client over a kernel by hand: questions, refusals, and others who write to the table too.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  completeTable,
  type DesiredService,
  type DesiredTable,
  diff,
  formatPlan,
  IpvsClient,
  type IpvsTable,
  planCommands,
  type ServiceKey,
  Statistics,
} from '../../lib/ipvs/index.ts'
import { Pace } from '../../lib/ipvs/pace.ts'
import { watchTable } from '../../lib/ipvs/watch.ts'
import { MemoryKernel } from './memory-kernel.ts'
import { table as anyTable } from './similar-tables.ts'

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const
const SERVER = { address: '198.51.100.10', port: 80 } as const

async function open(kernel = new MemoryKernel()) {
  return { kernel, client: await IpvsClient.open({ kernel }) }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A table without its counters, in an order of its own. */
async function settingsOf(client: IpvsClient): Promise<IpvsTable> {
  const table = await client.table()
  return table.map(({ statistics, destinations, ...service }) => ({
    ...service,
    destinations: destinations.map(({ address, port, forward, weight, upperThreshold, lowerThreshold }) => ({
      address,
      port,
      forward,
      weight,
      upperThreshold,
      lowerThreshold,
    })),
  }))
}

t.test('services and destinations: added, read, edited, deleted', async t => {
  const { client } = await open()
  await client.addService({ ...WEB, scheduler: 'sh', schedulerFlags: ['sh-port'], persistence: { timeout: 50 } })
  await client.addDestination(WEB, { ...SERVER, forward: { tunnel: 'gue', port: 5555, checksum: 'csum' } })
  await client.editDestination(WEB, SERVER, { weight: 7 })
  const [destination] = await collect(client.destinations(WEB))
  t.match(destination, { weight: 7, forward: { tunnel: 'gue', port: 5555, checksum: 'csum' } }, 'the tunnel is kept')
  await client.editService(WEB, { persistence: { timeout: 60 } })
  const service = await client.service(WEB)
  t.match(service, { scheduler: 'sh', schedulerFlags: ['sh-port'], persistence: { timeout: 60 } })
  await client.editService(WEB, { scheduler: 'rr' })
  t.strictSame((await client.service(WEB))?.schedulerFlags, [], 'flags go with their scheduler')
  t.equal((await collect(client.services())).length, 1)
  await client.deleteDestination(WEB, SERVER)
  t.strictSame(await collect(client.destinations(WEB)), [])
  await client.deleteService(WEB)
  t.equal(await client.service(WEB), undefined)
})

t.test('each refusal says what it is', async t => {
  const { client, kernel } = await open()
  const server = { service: WEB, destination: SERVER }
  await t.rejects(collect(client.destinations(WEB)), { code: 'ERR_IPVS_SERVICE_NOT_FOUND', errno: 3, key: WEB })
  await t.rejects(client.deleteService(WEB), { code: 'ERR_IPVS_SERVICE_NOT_FOUND' })
  await t.rejects(client.editService(WEB, {}), { code: 'ERR_IPVS_SERVICE_NOT_FOUND' })
  await t.rejects(client.addDestination(WEB, SERVER), { code: 'ERR_IPVS_SERVICE_NOT_FOUND' })
  await client.addService(WEB)
  await t.rejects(client.addService(WEB), {
    code: 'ERR_IPVS_SERVICE_EXISTS',
    message: 'add-service tcp 192.0.2.1:80: the service is there already (EEXIST: file already exists)',
  })
  await t.rejects(client.deleteDestination(WEB, SERVER), { code: 'ERR_IPVS_DESTINATION_NOT_FOUND', command: server })
  await t.rejects(client.editDestination(WEB, SERVER, {}), { code: 'ERR_IPVS_DESTINATION_NOT_FOUND' })
  await client.addDestination(WEB, SERVER)
  await t.rejects(client.addDestination(WEB, SERVER), { code: 'ERR_IPVS_DESTINATION_EXISTS' })
  kernel.schedulers.delete('rr')
  const other = { ...WEB, protocol: 'udp', port: 5060, persistence: {}, persistenceEngine: 'sip' } as const
  await t.rejects(client.addService({ ...other, scheduler: 'rr' }), { code: 'ERR_IPVS_SCHEDULER_NOT_FOUND' })
  kernel.engines.clear()
  await t.rejects(client.addService(other), { code: 'ERR_IPVS_ENGINE_NOT_FOUND', hint: /modprobe ip_vs_pe_sip/ })
  t.equal(kernel.services.size, 1, 'asking for the scheduler adds nothing')
})

t.test('a family that gets another number, or goes', async t => {
  const { client, kernel } = await open()
  await client.addService(WEB)
  kernel.family = 29
  await client.addDestination(WEB, SERVER)
  t.equal((await client.table())[0]?.destinations.length, 1)
  kernel.family = 30
  t.equal((await collect(client.services())).length, 1, 'a dump notices it too')
  kernel.family = undefined
  await t.rejects(client.addService(WEB), { code: 'ERR_IPVS_UNAVAILABLE', hint: /modprobe ip_vs/ })
  await t.rejects(collect(client.services()), { code: 'ERR_IPVS_UNAVAILABLE' })
  await t.rejects(IpvsClient.open({ kernel }), { code: 'ERR_IPVS_UNAVAILABLE' })
  client.close()
  t.equal(kernel.sockets, 0, 'no socket is left')
})

t.test('questions inside a loop, and many at once, do not disturb each other', async t => {
  const { client } = await open()
  const services = Array.from({ length: 5 }, (_, i) => ({ ...WEB, port: 80 + i }))
  for (const service of services) {
    await client.addService(service)
    await client.addDestination(service, { address: SERVER.address })
  }
  const seen: number[] = []
  for await (const service of client.services()) {
    for await (const { port } of client.destinations(service)) seen.push(port)
  }
  t.strictSame(seen, [80, 81, 82, 83, 84])
  const tables = await Promise.all([client.table(), client.table(), collect(client.services())])
  t.strictSame(
    tables.map(({ length }) => length),
    [5, 5, 5],
  )
})

t.test('a dump that lost messages is asked for again; lost acknowledgements are an error', async t => {
  const { client, kernel } = await open()
  await client.addService(WEB)
  kernel.losses = 1
  t.equal((await collect(client.services())).length, 1)
  kernel.losses = 1
  await t.rejects(client.addDestination(WEB, SERVER), { code: 'ERR_SYSCALL', errno: 105 })
  t.equal((await client.table())[0]?.destinations.length, 1, 'it was done, and the client goes on')
})

t.test('an aborted signal ends the call, or all of them', async t => {
  const all = new AbortController()
  const client = await IpvsClient.open({ kernel: new MemoryKernel(), signal: all.signal })
  const one = AbortSignal.abort(new Error('enough'))
  await t.rejects(collect(client.services({ signal: one })), { message: 'enough' })
  t.strictSame(await collect(client.services()), [])
  all.abort(new Error('the end'))
  await t.rejects(client.addService(WEB), { message: 'the end' })
  await t.rejects(IpvsClient.open({ kernel: new MemoryKernel(), signal: all.signal }), { message: 'the end' })
})

const table = (weight: number, extra: readonly DesiredService[] = []): DesiredTable => [
  { ...WEB, scheduler: 'rr', destinations: [{ address: SERVER.address, weight }, { address: '198.51.100.11' }] },
  ...extra,
]

t.test('reconcile: the least that it takes, and nothing the second time', async t => {
  const { client, kernel } = await open()
  const first = await client.reconcile(table(1))
  t.equal(
    formatPlan(first),
    '+ service tcp 192.0.2.1:80: scheduler rr, persistence none, engine none, one-packet no\n' +
      '+ destination 198.51.100.10:80 of tcp 192.0.2.1:80: forward droute, weight 1, thresholds 0-0\n' +
      '+ destination 198.51.100.11:80 of tcp 192.0.2.1:80: forward droute, weight 1, thresholds 0-0\n',
  )
  kernel.written.length = 0
  t.equal(formatPlan(await client.reconcile(table(1), { prune: 'all' })), '')
  t.strictSame(kernel.written, [])
  const rehearsed = await client.reconcile(table(5), { dryRun: true })
  t.strictSame(kernel.written, [], 'a rehearsal writes nothing')
  t.equal(formatPlan(rehearsed), '~ destination 198.51.100.10:80 of tcp 192.0.2.1:80: weight 1 -> 5\n')
  await client.reconcile(table(5))
  t.strictSame(kernel.written, [6], 'a weight is one SET')
})

t.test('reconcile: whose services are removed', async t => {
  const { client } = await open()
  const [mine, foreign]: readonly ServiceKey[] = [
    { ...WEB, port: 81 },
    { ...WEB, port: 82 },
  ]
  if (mine === undefined || foreign === undefined) return
  const ports = async () => (await collect(client.services())).map(({ port }) => port).sort()
  await client.addService(mine)
  await client.addService(foreign)
  await client.reconcile(table(1))
  t.strictSame(await ports(), [80, 81, 82])
  await client.reconcile(table(1), { owned: [mine, WEB] })
  t.strictSame(await ports(), [80, 82])
  const without = await client.reconcile([{ ...WEB, scheduler: 'rr' }], { prune: false })
  t.equal(formatPlan(without), '')
  await client.reconcile([], { prune: 'all' })
  t.strictSame(await ports(), [])
})

t.test('reconcile: wrong wishes change nothing', async t => {
  const { client, kernel } = await open()
  const wrong = [...table(1), { ...WEB, port: 81, destinations: [{ address: '198.51.100.1', weight: -1 }] }]
  await t.rejects(client.reconcile(wrong), {
    name: 'RangeError',
    message: 'services[1].destinations[0].weight: -1 is not an integer from 0 to 2147483647',
  })
  t.equal(kernel.services.size, 0)
})

t.test('reconcile: refusals are reported once each, and the rest is done', async t => {
  const { client, kernel } = await open()
  kernel.schedulers.delete('mh')
  const broken: DesiredService = { ...WEB, port: 81, scheduler: 'mh', destinations: [{ address: SERVER.address }] }
  const report = await client.reconcile(table(1, [broken]))
  t.strictSame(
    report.errors.map(({ message }) => message),
    [
      'add-service tcp 192.0.2.1:81: there is no scheduler mh (ENOENT: no such file or directory); ' +
        'modprobe ip_vs_mh loads it, where there is one',
    ],
  )
  t.equal(report.added.length, 3)
  t.equal(kernel.services.size, 1)
})

t.test('reconcile: others who write meanwhile', async t => {
  const { client, kernel } = await open()
  const other = (await open(kernel)).client
  // A dump that missed the service: the second reading finds it.
  const dumpMisses = () => {
    const hidden = [...kernel.services]
    kernel.services.clear()
    kernel.meanwhile = command => {
      if (command === 4 || command === 8) return
      kernel.meanwhile = undefined
      for (const [key, service] of hidden) kernel.services.set(key, service)
    }
  }
  await client.reconcile(table(1))
  dumpMisses()
  const report = await client.reconcile(table(9))
  t.strictSame(report.errors, [])
  t.strictSame(
    (await client.table())[0]?.destinations.map(({ weight }) => weight),
    [9, 1],
  )
  // The service goes between reading and writing.
  kernel.meanwhile = command => {
    if (command === 4 || command === 8) return
    kernel.meanwhile = undefined
    kernel.services.clear()
  }
  t.strictSame((await client.reconcile(table(3))).errors, [])
  t.strictSame(
    (await other.table())[0]?.destinations.map(({ weight }) => weight),
    [3, 1],
  )
  // What is to be removed is gone already.
  kernel.meanwhile = command => {
    if (command === 3) kernel.services.clear()
  }
  t.strictSame((await client.reconcile([], { prune: 'all' })).errors, [])
})

t.test('reconcile: lost answers', async t => {
  const { client, kernel } = await open()
  kernel.meanwhile = command => {
    if (command !== 1) return
    kernel.meanwhile = undefined
    kernel.losses = 1
  }
  t.strictSame((await client.reconcile(table(1))).errors, [])
  t.equal((await client.table())[0]?.destinations.length, 2)
})

t.test('reconcile: connections are let end', async t => {
  const { client, kernel } = await open()
  await client.reconcile(table(4))
  kernel.connections = 2
  const wanted: DesiredTable = [{ ...WEB, scheduler: 'rr', destinations: [{ address: '198.51.100.11' }] }]
  const drained = await client.reconcile(wanted, { drain: true })
  t.equal(formatPlan(drained), '> destination 198.51.100.10:80 of tcp 192.0.2.1:80: weight 4 -> 0, 2 connections\n')
  kernel.written.length = 0
  t.equal((await client.reconcile(wanted, { drain: true })).draining.length, 1)
  t.strictSame(kernel.written, [], 'waiting needs no command')
  const gone = await client.reconcile([], { prune: 'all', drain: true })
  t.equal(gone.removed.length, 0, 'a service stays as long as its servers')
  t.equal(gone.draining.length, 2)
  kernel.connections = 0
  t.equal(formatPlan(await client.reconcile([], { prune: 'all', drain: true })), '- service tcp 192.0.2.1:80\n')
})

t.test('reconcile: a time-out of draining', async t => {
  const { client, kernel } = await open()
  await client.reconcile(table(4))
  kernel.connections = 1
  const report = await client.reconcile([], { prune: 'all', drain: { timeout: 20 } })
  t.strictSame(report.draining, [])
  t.equal(kernel.services.size, 0)
})

t.test('any table becomes any other, in batches of 64, and then is equal', async t => {
  await fc.assert(
    fc.asyncProperty(anyTable, anyTable, async (from, to) => {
      const { client, kernel } = await open()
      t.strictSame((await client.reconcile(from)).errors, [])
      t.equal(formatPlan(diff(await client.table(), from, { prune: 'all' })), '')
      kernel.datagrams.length = 0
      t.strictSame((await client.reconcile(to, { prune: 'all' })).errors, [])
      const settings = await settingsOf(client)
      t.equal(planCommands(diff(settings, to, { prune: 'all' })).length, 0)
      t.equal(planCommands(diff(to, settings, { prune: 'all' })).length, 0)
      t.ok(kernel.datagrams.every(count => count <= 64))
    }),
    { numRuns: 60 },
  )
})

t.test('watch: what changed', async t => {
  const { client, kernel } = await open()
  const changes: string[] = []
  for await (const { changes: steps } of client.watch({ interval: 100 })) {
    changes.push(formatPlan({ ...steps, draining: [] }))
    if (changes.length === 1) await client.addService({ ...WEB, scheduler: 'rr' })
    if (changes.length === 3) kernel.services.clear()
    if (changes.length === 4) break
  }
  t.strictSame(changes, [
    '',
    '+ service tcp 192.0.2.1:80: scheduler rr, persistence none, engine none, one-packet no\n',
    '',
    '- service tcp 192.0.2.1:80\n',
  ])
  await t.rejects(client.watch({ interval: 1 }).next(), RangeError)
})

t.test('watch: rates, also over a reset of the counters', async t => {
  const [service] = completeTable([{ ...WEB, destinations: [] }])
  if (service === undefined) return
  let connections = 0n
  const read = async () => [{ ...service, destinations: [], statistics: new Statistics([connections]) }]
  const observations = watchTable(read, { interval: 100 }, new Pace())
  const name = 'tcp 192.0.2.1:80'
  const first = (await observations.next()).value
  t.equal(first?.rates.get(name), undefined, 'there is nothing to compare with')
  connections = 50n
  const second = (await observations.next()).value
  const elapsed = ((second?.at ?? 0) - (first?.at ?? 0)) / 1000
  t.equal(second?.rates.get(name)?.connections, 50 / elapsed)
  await observations.return()
  connections = 90n
  const again = watchTable(read, { interval: 100 }, new Pace())
  const before = (await again.next()).value
  connections = 10n
  const after = (await again.next()).value
  t.equal(after?.rates.get(name)?.connections, 10 / (((after?.at ?? 0) - (before?.at ?? 0)) / 1000))
  await again.return()
})

t.test('connections: as the kernel writes them', async t => {
  const { client, kernel } = await open()
  kernel.connectionText =
    'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n' +
    'TCP 0A010064 9C40 C0000201 0050 C633640A 0050 ESTABLISHED     899\n' +
    'UDP 0A010064 13C4 C0000201 13C4 C633640A 13C4 UDP             299 sip a84b4c76e66710\n' +
    'TCP 2001:0db8:0000:0000:0000:0000:0000:0064 9C40 2001:0db8:0000:0000:0000:0000:0000:0001 01BB 2001:0db8:0001:0000:0000:0000:0000:0010 01BB FIN_WAIT         12\n'
  const [first, second, third, ...rest] = await collect(client.connections())
  t.strictSame(first, {
    protocol: 'tcp',
    family: 4,
    clientAddress: '10.1.0.100',
    clientPort: 40000,
    virtualAddress: '192.0.2.1',
    virtualPort: 80,
    destinationAddress: '198.51.100.10',
    destinationPort: 80,
    state: 'ESTABLISHED',
    expires: 899,
  })
  t.strictSame(second?.engine, { name: 'sip', data: 'a84b4c76e66710' })
  t.match(third, { family: 6, clientAddress: '2001:db8::64', virtualPort: 443, destinationAddress: '2001:db8:1::10' })
  t.strictSame(rest, [])
})
