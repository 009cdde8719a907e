/**
 * Runs in user-mode Linux (`../uml.ts`): IpvsClient against the kernel, in namespaces other than its own, with ipvsadm as
 * the second opinion.
 */
import { createServer } from 'node:net'
import t from 'tap'
import { type DesiredTable, formatPlan, IpvsClient } from '../../../lib/ipvs/index.ts'
import { inNetworkNamespace } from '../../../lib/linux/index.ts'
import type { Host } from '../host.ts'
import { withLab } from '../lab.ts'
import { Connection } from '../visitor.ts'

/** A command may take seconds in a machine that is itself a process among busy ones. */
const PATIENCE = 20_000

const WEB = { protocol: 'tcp', address: '192.0.2.100', port: 80 } as const

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function withTable(work: (client: IpvsClient, host: Host) => Promise<void>): Promise<void> {
  await withLab(async lab => {
    const host = lab.addHost('director', '192.0.2.1/24')
    await using client = await IpvsClient.open({ netns: host.namespace, timeout: PATIENCE })
    await work(client, host)
  })
}

t.test('every kind of service and destination, as ipvsadm shows it', async t => {
  await withTable(async (client, host) => {
    const desired: DesiredTable = [
      {
        ...WEB,
        scheduler: 'rr',
        destinations: [
          { address: '192.0.2.10' },
          { address: '192.0.2.11', port: 8080, forward: 'masq', weight: 5, upperThreshold: 100, lowerThreshold: 50 },
          { address: '192.0.2.12', forward: { tunnel: 'ipip' } },
          { address: '192.0.2.13', forward: { tunnel: 'gue', port: 5555, checksum: 'remcsum' } },
          { address: '2001:db8::14', forward: { tunnel: 'gre', checksum: 'csum' } },
        ],
      },
      {
        protocol: 'udp',
        address: '192.0.2.100',
        port: 5060,
        scheduler: 'sh',
        schedulerFlags: ['sh-port'],
        persistence: { timeout: 60, mask: 24 },
        persistenceEngine: 'sip',
      },
      { protocol: 'sctp', address: '2001:db8::100', port: 2905, persistence: { mask: 64 } },
      { fwmark: 7, family: 4, scheduler: 'wrr', onePacket: true, destinations: [{ address: '192.0.2.10' }] },
      { fwmark: 7, family: 6, scheduler: 'mh', schedulerFlags: ['mh-fallback', 'mh-port'] },
    ]
    t.strictSame((await client.reconcile(desired)).errors, [])
    t.equal(
      await host.run('ipvsadm', '-Sn'),
      [
        '-A -t 192.0.2.100:80 -s rr',
        '-a -t 192.0.2.100:80 -r 192.0.2.10:80 -g -w 1',
        '-a -t 192.0.2.100:80 -r 192.0.2.11:8080 -m -w 5',
        '-a -t 192.0.2.100:80 -r 192.0.2.12:80 -i -w 1 --tun-type ipip',
        '-a -t 192.0.2.100:80 -r 192.0.2.13:80 -i -w 1 --tun-type gue --tun-port 5555 --tun-remcsum',
        '-a -t 192.0.2.100:80 -r [2001:db8::14]:80 -i -w 1 --tun-type gre --tun-csum',
        '-A -u 192.0.2.100:5060 -s sh -p 60 -M 255.255.255.0 --pe sip -b sh-port',
        '-A --sctp-service [2001:db8::100]:2905 -s wlc -p 360 -M 64',
        '-A -f 7 -s wrr -o',
        '-a -f 7 -r 192.0.2.10:0 -g -w 1',
        '-A -f 7 -6 -s mh -b mh-fallback,mh-port',
        '',
      ].join('\n'),
    )
    t.equal(formatPlan(await client.reconcile(desired, { prune: 'all' })), '', 'nothing is left to do')
    await client.editDestination(WEB, { address: '192.0.2.13', port: 80 }, { weight: 0 })
    t.match(await host.run('ipvsadm', '-Sn'), /192\.0\.2\.13:80 -i -w 0 --tun-type gue --tun-port 5555 --tun-remcsum/)
    await client.editService({ ...WEB, protocol: 'udp', port: 5060 }, { persistence: { timeout: 90 } })
    t.match(await host.run('ipvsadm', '-Sn'), /-p 90 --pe sip -b sh-port/, 'the persistence engine is kept')
    await client.flush()
    t.equal(await host.run('ipvsadm', '-Sn'), '')
    await using here = await IpvsClient.open({ timeout: PATIENCE })
    await client.addService(WEB)
    t.strictSame(await collect(here.services()), [], 'another namespace, another table')
  })
})

t.test('refusals of the kernel', async t => {
  await withTable(async client => {
    await client.addService(WEB)
    const server = { address: '192.0.2.10', port: 80 }
    await t.rejects(client.addService(WEB), { code: 'ERR_IPVS_SERVICE_EXISTS', errno: 17 })
    await t.rejects(client.deleteDestination(WEB, server), { code: 'ERR_IPVS_DESTINATION_NOT_FOUND' })
    const none = { ...WEB, port: 81 }
    await t.rejects(collect(client.destinations(none)), { code: 'ERR_IPVS_SERVICE_NOT_FOUND' })
    t.equal(await client.service(none), undefined)
    await t.rejects(client.addDestination(WEB, { address: '192.0.2.255' }), { code: 'ERR_IPVS', errno: 22 })
    const phone = { ...WEB, protocol: 'udp', persistence: {} } as const
    const engine = { ...phone, persistenceEngine: 'nosuch' }
    await t.rejects(client.addService(engine), { code: 'ERR_IPVS_ENGINE_NOT_FOUND' })
    await t.rejects(client.stopDaemon('master'), { code: 'ERR_IPVS_DAEMON_NOT_FOUND' })
    await t.rejects(client.startDaemon({ state: 'master', interface: 'nosuch' }), { code: 'ERR_INTERFACE' })
    t.strictSame((await collect(client.services())).length, 1, 'nothing of that was left behind')
  })
})

t.test('daemons, time-outs, the version', async t => {
  await withTable(async client => {
    const name = 'eth0'
    await client.startDaemon({ state: 'master', interface: name, syncId: 7 })
    await client.startDaemon({ state: 'backup', interface: name, syncId: 7, port: 9000, ttl: 3, maxLength: 1400 })
    t.match(await collect(client.daemons()), [
      { state: 'master', interface: name, syncId: 7, group: '224.0.0.81', port: 8848, ttl: 1, maxLength: 1472 },
      { state: 'backup', interface: name, syncId: 7, group: '224.0.0.81', port: 9000, ttl: 3, maxLength: 1400 },
    ])
    await t.rejects(client.startDaemon({ state: 'master', interface: name }), { code: 'ERR_IPVS_DAEMON_EXISTS' })
    await client.stopDaemon('backup')
    await client.stopDaemon('master')
    t.strictSame(await collect(client.daemons()), [])
    await client.setTimeouts({ udp: 77 })
    t.match(await client.timeouts(), { tcp: 900, tcpFin: 120, udp: 77 })
    t.match(await client.info(), { version: '1.2.1' })
  })
})

t.test('a thousand destinations: in batches, and nothing the second time', async t => {
  await withTable(async (client, host) => {
    const desired: DesiredTable = Array.from({ length: 20 }, (_, i) => ({
      ...WEB,
      port: 8000 + i,
      destinations: Array.from({ length: 50 }, (_, j) => ({ address: `10.0.${i}.${j + 1}`, weight: j })),
    }))
    const { added, errors } = await client.reconcile(desired)
    t.strictSame([added.length, errors.length], [1020, 0])
    t.equal((await host.run('ipvsadm', '-Sn')).split('\n').length, 1021)
    t.equal(formatPlan(await client.reconcile(desired)), '')
    const removed = await client.reconcile(desired.slice(1), { prune: 'all' })
    t.equal(formatPlan(removed), '- service tcp 192.0.2.100:8000\n', 'its destinations go with it')
  })
})

t.test('connections of real clients, and a server that is drained', async t => {
  await withTable(async (client, host) => {
    // A service on this machine for this machine.
    const local = { protocol: 'tcp', address: '192.0.2.1', port: 7000 } as const
    await client.reconcile([{ ...local, scheduler: 'rr', destinations: [{ address: '127.0.0.1', forward: 'local' }] }])
    // What is removed later gets no FIN any more.
    const server = createServer(socket => t.teardown(() => socket.destroy()))
    inNetworkNamespace(host.namespace, () => server.listen(7000))
    t.teardown(() => server.close())
    const visitor = await Connection.open(host, '192.0.2.1', 7000)
    t.teardown(() => visitor.close())
    const [connection] = await collect(client.connections())
    t.match(connection, { protocol: 'tcp', family: 4, virtualAddress: '192.0.2.1', virtualPort: 7000 })
    const wanted: DesiredTable = [{ ...local, scheduler: 'rr' }]
    const report = await client.reconcile(wanted, { drain: true })
    t.equal(report.draining.length, 1)
    t.match((await client.table())[0]?.destinations, [{ weight: 0, address: '127.0.0.1' }])
    t.match(formatPlan(await client.reconcile(wanted, { drain: true })), /weight 0/)
    await client.reconcile(wanted)
    t.strictSame((await client.table())[0]?.destinations, [])
  })
})
