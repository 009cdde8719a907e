/**
 * A flood of bad adverts on a real wire: nothing changes, nothing is late, everything is counted, little is said.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Engine, type EngineEvent } from '../../lib/engine/index.ts'
import { specify, type VrrpInstanceOptions } from '../../lib/instance/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { makeIpv4Header, writeIpv4Packet } from '../../lib/linux/ipv4-header.ts'
import { encode, passwordBytes } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { labUnavailable } from './available.ts'
import type { FloodPlan } from './flood-sender.ts'
import type { Host } from './host.ts'
import { Lab } from './lab.ts'
import { insideNamespace, until } from './namespace.ts'

const SENDER = fileURLToPath(new URL('./flood-sender.js', import.meta.url))
const [PEER, GROUP] = ['10.9.0.9', '224.0.0.18']
const RATE = Number(process.env.FLOOD_RATE ?? 20_000)
const DURATION = Number(process.env.FLOOD_DURATION ?? 3000)

function advert(vrid: number, priority: number, password: string): Uint8Array {
  const authentication = { type: 'simple', data: passwordBytes(password) } as const
  const common = { vrid, priority, interval: milliseconds(1000), addresses: ['10.9.0.100'] }
  return encode({ version: 2, family: 4, authentication, ...common }, { source: PEER, destination: GROUP })
}

function packet(message: Uint8Array, ttl = 255): string {
  const bytes = Buffer.alloc(100)
  return bytes.toString('hex', 0, writeIpv4Packet(bytes, makeIpv4Header(PEER, GROUP, ttl), message))
}

function broken(message: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(message)
  copy[6] = (copy[6] ?? 0) ^ 0xff
  return copy
}

/** What is wrong, how it is counted, and the packet. */
const KINDS = {
  'checksum-errors': packet(broken(advert(51, 255, 'secret'))),
  'ip-ttl-errors': packet(advert(51, 255, 'secret'), 64),
  'auth-failures': packet(advert(51, 255, 'guess')),
  'vrid-errors': packet(advert(99, 255, 'secret')),
  'packet-length-errors': packet(advert(51, 255, 'secret').subarray(0, 7)),
  'version-errors': packet(advert(52, 255, 'secret')),
} as const

/** IPv4 packets that a host received since it was made, without those that found the buffer of a raw socket full. */
async function arrivals(host: Host): Promise<number> {
  const [names = [], values = []] = (await host.run('cat', '/proc/net/snmp'))
    .split('\n')
    .filter(line => line.startsWith('Ip:'))
    .map(line => line.split(' '))
  const [, ...sockets] = (await host.run('cat', '/proc/net/raw')).trim().split('\n')
  const dropped = sockets.reduce((sum, line) => sum + Number(line.trim().split(/\s+/).at(-1)), 0)
  return Number(values[names.indexOf('InReceives')]) - dropped
}

t.test('a flood of bad adverts', { skip: labUnavailable() }, async t => {
  const lab = new Lab()
  const [victim, attacker] = [lab.addHost('v', '10.9.0.1/24'), lab.addHost('a', `${PEER}/24`)]
  const ports = insideNamespace(victim, linuxPorts)
  const engine = new Engine({ clock: ports.clock, ports })
  try {
    const events: EngineEvent[] = []
    let said = 0
    engine.subscribe(event => {
      if (event.type === 'advertisement-refused') said++
      else if (event.type === 'transition' || event.type === 'advertisement-sent') events.push(event)
    })
    await until(() => ports.links.get('eth0')?.running === true)
    const authentication = { type: 'simple', password: 'secret' } as const
    const router = (options: Omit<VrrpInstanceOptions, 'interface'>) => specify({ interface: 'eth0', ...options })
    const backup = router({ name: 'backup', vrid: 51, addresses: ['10.9.0.100'], authentication })
    const active = router({
      name: 'active',
      vrid: 52,
      version: 3,
      interval: 10,
      addresses: ['10.9.0.101'],
      priority: 255,
    })
    insideNamespace(victim, () => {
      engine.dispatch({ type: 'configure', specification: { instances: [backup, active], syncGroups: [] } })
    })
    const plan: FloodPlan = {
      interface: 'eth0',
      rate: RATE,
      duration: DURATION,
      bad: Object.values(KINDS),
      good: { packet: packet(advert(51, 200, 'secret')), interval: 100 },
    }
    const arrivedBefore = await arrivals(victim)
    const before = process.memoryUsage().rss
    const cpu = process.cpuUsage()
    const sent = JSON.parse(await attacker.run(process.execPath, SENDER, JSON.stringify(plan))) as {
      readonly bad: readonly number[]
      readonly good: number
      readonly refused: number
    }
    const { user, system } = process.cpuUsage(cpu)
    const statistics = () => {
      const { instances, statistics: node } = engine.snapshot()
      return { ...instances[0]?.statistics, ...node }
    }
    const total = sent.bad.reduce((sum, count) => sum + count, 0)
    t.ok(total >= (RATE * DURATION * 0.8) / 1000, `${total} bad packets left`)
    // The kernel may lose some before they are ours, where CPUs are short. What arrived must all be counted.
    const arrived = (await arrivals(victim)) - arrivedBefore
    const lost = total + sent.good - arrived
    t.ok(lost >= 0 && lost <= total / 10, `${lost} lost by the kernel`)
    const leaves = Object.keys(KINDS) as (keyof typeof KINDS)[]
    const counts = () => leaves.map(leaf => statistics()[leaf] ?? 0)
    const all = () => counts().reduce((sum, count) => sum + count, statistics()['advertisement-rcvd'] ?? 0)
    await until(() => all() >= arrived)
    t.equal(all(), arrived, 'every one is counted')
    for (const [i, leaf] of leaves.entries()) {
      const missing = (sent.bad[i] ?? 0) - (counts()[i] ?? 0)
      t.ok(missing >= 0 && missing <= lost, `${leaf}: ${counts()[i]} of ${sent.bad[i]}`)
    }
    t.ok((statistics()['advertisement-rcvd'] ?? 0) >= sent.good - lost)
    const states = engine.snapshot().instances.map(({ state }) => state)
    t.strictSame(states, ['backup', 'active'])
    t.equal(events.filter(({ type }) => type === 'transition').length, 2, 'the two of the start, and no other')
    const adverts = events.filter(({ type }) => type === 'advertisement-sent').map(({ at }) => at)
    const late = adverts.slice(1).map((at, i) => at - (adverts[i] ?? 0) - 10)
    late.sort((a, b) => a - b)
    const p = (part: number) => late[Math.floor(part * (late.length - 1))]?.toFixed(2)
    t.comment(
      `${total} bad packets, ${said} told, ${late.length} adverts: late p50 ${p(0.5)} p99 ${p(0.99)} max ${p(1)} ms`,
    )
    t.ok(Number(p(0.5)) < 1, 'the rhythm is kept')
    t.ok(late.length >= (0.9 * DURATION) / 10, `${late.length} adverts left meanwhile`)
    t.ok(said <= 2 * (100 + DURATION / 5), `${said} of them were told, of two instances`)
    const seconds = (user + system) / 1e6
    t.comment(
      `CPU ${((1e6 * seconds) / total).toFixed(1)} us/packet (user ${user / total}), RSS ${(process.memoryUsage().rss - before) >> 20} MB more`,
    )
  } finally {
    engine.close()
    ports.close()
    lab.close()
  }
})
