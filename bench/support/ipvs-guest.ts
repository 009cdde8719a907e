/**
 * Runs in user-mode Linux, alone: programs, reads, reloads and takes down the IPVS table of the benchmark, ours,
 * ipvsadm and keepalived in turn, and prints the samples as JSON. One round more than asked for; the first is a warm-up.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { IpvsClient, type IpvsCommand } from '../../lib/ipvs/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { configureNode, type LvsClient, VirtualServers } from '../../lib/router/index.ts'
import { MAIN } from '../../test/lab/router.ts'
import { DESTINATIONS, SERVICES, serviceOf, tableConfiguration, tableText, wholeTable } from './ipvs-table.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? '3')
const directory = tmpdir()
const [script, configuration, changed] = ['table.ipvsadm', 'keepalived.conf', 'changed.conf'].map(name =>
  join(directory, name),
) as [string, string, string]
writeFileSync(script, tableText())
writeFileSync(configuration, tableConfiguration(), { mode: 0o644 })
writeFileSync(changed, tableConfiguration(500), { mode: 0o644 })

const [first, last] = [serviceOf(1), serviceOf(SERVICES)]
const samples: Record<string, number[]> = {}
let namespace = ''
let client = await renew()
for (let round = 0; round <= rounds; round++) {
  for (const measure of [measureIpvsadm, measureClient, measureCold, measureReload, measureOurs, measureKeepalived]) {
    await measure(round)
    client.close()
    client = await renew()
  }
}
console.log(JSON.stringify(samples))
process.exit(0)

/**
 * A namespace that has never had a table. In another the kernel keeps deleted destinations for a minute or two, and looks
 * through all of them for each new one: ten thousand cost more than everything else.
 */
async function renew(): Promise<IpvsClient> {
  if (namespace !== '') execFileSync('ip', ['netns', 'delete', namespace])
  namespace = `bench-${performance.now()}`
  execFileSync('ip', ['netns', 'add', namespace])
  // Without an address no destination counts as unicast.
  execFileSync('ip', ['-netns', namespace, 'link', 'set', 'lo', 'up'])
  return await IpvsClient.open({ netns: namespace })
}

function note(round: number, name: string, value: number): void {
  if (round === 0) return
  samples[name] ??= []
  samples[name].push(value)
}

async function timed(round: number, name: string, work: () => unknown): Promise<void> {
  const began = performance.now()
  await work()
  note(round, name, performance.now() - began)
}

async function checkWhole(who: string): Promise<void> {
  const table = await client.table()
  const destinations = table.reduce((sum, entry) => sum + entry.destinations.length, 0)
  if (table.length === SERVICES && destinations === SERVICES * DESTINATIONS) return
  throw new Error(`${who}: ${table.length} services with ${destinations} destinations`)
}

function program(command: string, args: readonly string[], input?: string): void {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r')
  const stdio = [stdin, 'pipe', 'pipe'] as const
  const { status, stderr } = spawnSync('ip', ['netns', 'exec', namespace, command, ...args], {
    stdio: [...stdio],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (typeof stdin === 'number') closeSync(stdin)
  if (status !== 0) throw new Error(`${command}: exit status ${status}: ${stderr}`)
}

async function measureIpvsadm(round: number): Promise<void> {
  await timed(round, 'start of a program: true', () => program('true', []))
  await timed(round, 'program: ipvsadm -R', () => program('ipvsadm', ['-R'], script))
  await checkWhole('ipvsadm')
  await timed(round, 'read: ipvsadm -Sn', () => program('ipvsadm', ['-Sn']))
  await timed(round, 'read: client.table', () => client.table())
  await timed(round, 'flush: ipvsadm -C', () => program('ipvsadm', ['-C']))
}

async function measureClient(round: number): Promise<void> {
  const wanted = wholeTable()
  await timed(round, 'program: reconcile', () => client.reconcile(wanted))
  await checkWhole('reconcile')
  await timed(round, 'reconcile again', async () => {
    const { added, changed, draining, removed } = await client.reconcile(wanted, { prune: 'all' })
    note(round, 'commands of reconcile again', added.length + changed.length + draining.length + removed.length)
  })
  await timed(round, 'flush: client.flush', () => client.flush())
}

async function measureCold(round: number): Promise<void> {
  await timed(round, 'node -e 0', () => program(process.execPath, ['-e', '0']))
  await timed(round, 'program: cold', () => program(process.execPath, [MAIN, 'ipvs', 'restore', script]))
  await checkWhole('vrrp-cli ipvs restore')
  await client.flush()
}

/** As the daemon reloads, with a count of what it sends. */
async function measureReload(round: number): Promise<void> {
  const { clock, close } = linuxPorts()
  let sent = 0
  const counting = Object.assign(Object.create(client) as object, {
    // The client has private fields: its methods must be called on itself.
    table: () => client.table(),
    flush: () => client.flush(),
    daemons: () => client.daemons(),
    startDaemon: client.startDaemon.bind(client),
    stopDaemon: client.stopDaemon.bind(client),
    setTimeouts: client.setTimeouts.bind(client),
    close: () => {},
    async reconcile(...args: Parameters<IpvsClient['reconcile']>) {
      const report = await client.reconcile(...args)
      sent += report.added.length + report.changed.length + report.draining.length + report.removed.length
      return report
    },
    execute(...args: [readonly IpvsCommand[]]) {
      sent += args[0].length
      return client.execute(...args)
    },
  }) as LvsClient
  const servers = new VirtualServers({ clock, log: () => {}, tell: () => {}, openIpvs: async () => counting })
  const apply = async (file: string) => {
    servers.apply(configureNode(file).configuration)
    await servers.settled()
  }
  await apply(configuration)
  await checkWhole('VirtualServers')
  sent = 0
  await timed(round, 'reload of 1 in 1,000', () => apply(changed))
  note(round, 'commands of reload', sent)
  await servers.stop()
  close()
  if ((await client.table()).length > 0) throw new Error('VirtualServers left services behind')
}

/**
 * Looks until it is so, every `interval` ms. A look is one message, but it takes the processor, and the lock of the table,
 * from who is measured.
 */
async function until(interval: number, condition: () => Promise<boolean>): Promise<number> {
  const deadline = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('waited 60 s')
    await delay(interval)
  }
  return performance.now()
}

async function hasLast(): Promise<boolean> {
  if ((await client.service(last)) === undefined) return false
  let destinations = 0
  for await (const _ of client.destinations(last)) destinations++
  return destinations === DESTINATIONS
}

async function isEmpty(): Promise<boolean> {
  if ((await client.service(last)) !== undefined || (await client.service(first)) !== undefined) return false
  for await (const _ of client.services()) return false
  return true
}

async function measureDaemon(round: number, who: 'ours' | 'keepalived'): Promise<void> {
  const pidFile = (kind: string) => join(directory, `${kind}.pid`)
  // -G: without a syslog socket keepalived would write each line to the console. Neither writes a log.
  const common = ['-n', '-G', '-C', '-f', configuration, '-p', pidFile(who)]
  const command =
    who === 'ours'
      ? [process.execPath, MAIN, 'run', ...common, '--no-status-socket']
      : ['keepalived', ...common, '-c', pidFile('checkers')]
  const began = performance.now()
  // Ours warns of each server without a check: to read that would take the processor from who is measured.
  const daemon = spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: 'ignore' })
  const end = once(daemon, 'exit')
  const begun = await until(5, async () => (await client.service(first)) !== undefined)
  const done = await until(5, hasLast)
  note(round, `daemon, exec to first: ${who}`, begun - began)
  note(round, `daemon, first to last: ${who}`, done - begun)
  note(round, `daemon, exec to last: ${who}`, done - began)
  await checkWhole(who)
  // Until it rests: what it does after the last service is not the teardown's.
  await delay(1000)
  const stopped = performance.now()
  daemon.kill('SIGTERM')
  note(round, `teardown: ${who}`, (await until(5, isEmpty)) - stopped)
  await end
  note(round, `teardown and end: ${who}`, performance.now() - stopped)
}

function measureOurs(round: number): Promise<void> {
  return measureDaemon(round, 'ours')
}

function measureKeepalived(round: number): Promise<void> {
  return measureDaemon(round, 'keepalived')
}
