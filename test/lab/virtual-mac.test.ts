/**
 * Virtual MACs on a real wire: ours and real keepalived, both with use_vmac, in each role. RFC 9568 §7.3: adverts and
 * announcements come from the virtual MAC, each side hears the other though both have the same address, and a client that
 * knows the virtual address sees nothing change when its holder does.
 */
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 4
const skip = labUnavailable('keepalived', 'curl')

interface Cell {
  readonly version: 2 | 3
  readonly family: 4 | 6
  readonly master: StartRouter
  readonly backup: StartRouter
  /** More lines of the master's and the backup's instance. */
  readonly lines?: readonly [string, string]
  /** Whose adverts come from the real MAC. Default: nobody's. */
  readonly fromBase?: 'master' | 'both'
}

const VRID = 51
const NETWORKS = {
  4: { hosts: ['10.9.0.1/24', '10.9.0.2/24', '10.9.0.3/24'], vip: '10.9.0.100', listed: ['10.9.0.100/24'] },
  6: {
    hosts: ['fe80::a/64', 'fe80::b/64', '2001:db8::3/64'],
    vip: '2001:db8::100',
    listed: ['fe80::100', '2001:db8::100/64'],
  },
} as const

const configure = ({ version, family }: Cell, priority: number, lines: string) => `
vrrp_instance V {
    interface eth0
    version ${version}
    virtual_router_id ${VRID}
    priority ${priority}
    advert_int ${version === 2 ? 1 : 0.3}
    use_vmac
${lines}
    virtual_ipaddress {
${NETWORKS[family].listed.join('\n')}
    }
}`

/** The client's entry for an address: a MAC, or what is there instead. */
async function neighbour(client: Host, address: string): Promise<string> {
  const text = await client.run('ip', 'neigh', 'show', address, 'dev', 'eth0')
  return /lladdr (\S+)/.exec(text)?.[1] ?? text.trim()
}

/** Whether somebody answers at an address: there is no server, and the kernel of its holder refuses the connection. */
async function answers(client: Host, address: string): Promise<boolean> {
  const url = `http://${address.includes(':') ? `[${address}]` : address}:9/`
  const { code } = await client.run('curl', '-s', '--connect-timeout', '1', url).then(
    () => ({ code: 0 }),
    (error: { code: number }) => error,
  )
  return code === 7
}

async function failover(t: Test, cell: Cell): Promise<void> {
  const { family } = cell
  const { hosts, vip } = NETWORKS[family]
  const mac = `00:00:5e:00:0${family === 4 ? 1 : 2}:${VRID.toString(16)}`
  await withLab(async lab => {
    const a = lab.addHost('a', hosts[0])
    const b = lab.addHost('b', hosts[1])
    const client = lab.addHost('client', hosts[2])
    // keepalived leaves this one to the administrator; ours sets it.
    for (const [host, start] of [
      [a, cell.master],
      [b, cell.backup],
    ] as const) {
      if (start === startKeepalived) await host.run('sh', '-c', 'echo 2 > /proc/sys/net/ipv4/conf/eth0/arp_announce')
    }
    const wire = await Capture.start(client, 'ip proto 112 or ip6 proto 112 or arp or icmp6')
    const base = JSON.parse(await a.run('ip', '-json', 'link', 'show', 'dev', 'eth0'))[0].address
    const adverts = (priority: number) => (frame: Frame) => frame.kind === 'advert' && frame.priority === priority

    const master = await cell.master(a, configure(cell, 200, cell.lines?.[0] ?? ''))
    const first = await wire.until(adverts(200), { what: 'the master' })
    const backup = await cell.backup(b, configure(cell, 100, cell.lines?.[1] ?? ''))
    t.equal(first.sourceMac, cell.fromBase !== undefined ? base : mac, 'adverts come from it')
    t.equal(first.address, hosts[0].replace(/\/.*/, ''), 'and from the IP address of the real interface')
    const announced = await wire.until(({ kind, address }) => kind === 'announcement' && address === vip)
    t.equal(announced.sourceMac, mac, 'announcements come from it')
    t.ok(await answers(client, vip))
    t.equal(await neighbour(client, vip), mac, 'the client learns it')
    // As many adverts as would make a deaf backup take over.
    const count = () => wire.frames.filter(adverts(200)).length
    const heard = count() + 4
    while (count() < heard) await wire.until(adverts(200), { from: wire.position })
    t.equal(wire.last(adverts(100)), undefined, 'the backup hears them')

    const position = wire.position
    await master.crash()
    await a.run('ip', 'link', 'set', 'eth0', 'down')
    const taken = await wire.until(adverts(100), { from: position, what: 'the backup' })
    t.equal(taken.sourceMac === mac, cell.fromBase !== 'both')
    await wire.until(
      ({ kind, address, sourceMac }) => kind === 'announcement' && address === vip && sourceMac === mac,
      {
        from: position,
      },
    )
    t.equal(await neighbour(client, vip), mac, 'the client has the same entry as before')
    t.ok(await answers(client, vip), 'and reaches the new holder by it')
    const stray = wire.frames.filter(({ kind, address, sourceMac }) => {
      return kind === 'announcement' && address === vip && sourceMac !== mac
    })
    t.strictSame(stray, [], 'nobody ever answered for the address with another MAC')

    await backup.stop()
    if (cell.backup === startOurs) {
      t.notMatch(await b.run('ip', 'link'), /vrrp\./, 'gone at the stop')
      t.equal(await b.run('cat', '/proc/sys/net/ipv4/conf/eth0/arp_ignore'), '0\n', 'settings as before')
    }
  })
}

const names = new Map<StartRouter, string>([
  [startOurs, 'ours'],
  [startKeepalived, 'keepalived'],
])
const PAIRS = [
  [startOurs, startKeepalived],
  [startKeepalived, startOurs],
] as const
for (const [master, backup] of PAIRS) {
  const roles = `${names.get(master)} is master, ${names.get(backup)} is backup`
  for (const [version, family] of [
    [2, 4],
    [3, 4],
    [3, 6],
  ] as const) {
    t.test(`version ${version} over IPv${family}: ${roles}`, { skip }, async t => {
      await failover(t, { version, family, master, backup })
    })
  }
}

t.test('vmac_xmit_base: adverts from the real MAC, announcements from the virtual one', { skip }, async t => {
  const lines = ['    vmac_xmit_base', ''] as const
  await failover(t, { version: 3, family: 4, master: startOurs, backup: startKeepalived, lines, fromBase: 'master' })
})

t.test('vmac_xmit_base of keepalived is heard', { skip }, async t => {
  const lines = ['    vmac_xmit_base', ''] as const
  await failover(t, { version: 3, family: 4, master: startKeepalived, backup: startOurs, lines, fromBase: 'master' })
})

for (const [master, backup] of PAIRS) {
  const roles = `${names.get(master)} is master, ${names.get(backup)} is backup`
  t.test(`unicast: adverts from the real MAC, all else from the virtual one; ${roles}`, { skip }, async t => {
    const peer = (own: string, other: string) => `unicast_src_ip ${own}\nunicast_peer {\n${other}\n}`
    const lines = [peer('10.9.0.1', '10.9.0.2'), peer('10.9.0.2', '10.9.0.1')] as const
    await failover(t, { version: 3, family: 4, master, backup, lines, fromBase: 'both' })
  })
}

t.test('what a crash leaves is adopted, what somebody deletes is made again', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.9.0.1/24')
    const client = lab.addHost('client', '10.9.0.3/24')
    const cell: Cell = { version: 3, family: 4, master: startOurs, backup: startOurs }
    const link = async () => JSON.parse(await host.run('ip', '-json', 'link', 'show', 'dev', 'vrrp.51'))[0]
    const untilHeld = async () => {
      for (let round = 0; round < 200; round++) {
        if ((await host.addresses('vrrp.51').catch((): string[] => [])).includes('10.9.0.100')) return
        await delay(20)
      }
      t.fail('the address is not on vrrp.51')
    }
    const crashed = await startOurs(host, configure(cell, 200, ''))
    await untilHeld()
    const { ifindex } = await link()
    await crashed.crash()
    const router = await startOurs(host, configure(cell, 200, ''))
    await router.daemon.untilLog(/removed 10\.9\.0\.100 from vrrp\.51, left over by an earlier run/)
    t.equal((await link()).ifindex, ifindex, 'the same interface')
    await untilHeld()

    await host.run('ip', 'link', 'delete', 'vrrp.51')
    await router.daemon.untilLog(/Success creating VMAC interface vrrp\.51/)
    await untilHeld()
    t.not((await link()).ifindex, ifindex)
    t.ok(await answers(client, '10.9.0.100'))
    t.equal(await neighbour(client, '10.9.0.100'), '00:00:5e:00:01:33')
    t.notMatch(router.daemon.text(), /entering FAULT/, 'a moment without it is no fault')
    await router.stop()
    t.notMatch(await host.run('ip', 'link'), /vrrp\./)
  })
})
