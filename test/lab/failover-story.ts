/**
 * The story that every pair of daemons must live through, on the seed's single network: election, death of the master,
 * its return, its clean stop, the end. Each chapter is checked on the wire, in the kernels, and in both logs.
 */
import type { Test } from 'tap'
import { Capture } from './capture.ts'
import { downInterval, singleNetwork, skewTime } from './configuration.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import type { LabRouter, StartRouter } from './router.ts'

const VIP = '172.16.8.100'
const BACKUP = { version: 2, priority: 95, advertInt: 1 } as const

/**
 * How late a takeover may be here, in milliseconds. The machine runs other tests meanwhile; `bench/failover` measures
 * with a quiet machine and small limits. How early: the kernel stamps an advert after its sender read the clock.
 */
const LATE = 100
const EARLY = 0.2

/** The daemons that play the two parts. */
export interface Cast {
  readonly master: StartRouter
  readonly backup: StartRouter
}

/** Runs the story; `t` gets one assertion a fact. */
export async function failoverStory(t: Test, cast: Cast): Promise<void> {
  await withLab(async lab => {
    const ka67 = lab.addHost('ka67', '172.16.8.10/24')
    const ka68 = lab.addHost('ka68', '172.16.8.11/24')
    const wire = await Capture.start(lab.addHost('observer'))
    const advertOf = (address: string, priority?: number) => (frame: Frame) =>
      frame.kind === 'advert' && frame.address === address && (priority === undefined || frame.priority === priority)
    const fromMaster = advertOf('172.16.8.10', 100)
    const fromBackup = advertOf('172.16.8.11', 95)
    const owners = async () => {
      const hosts = [ka67, ka68]
      const held = await Promise.all(hosts.map(host => host.addresses()))
      return hosts.filter((_, i) => held[i]?.includes(VIP)).map(host => host.name)
    }
    /** After `before`, `taker` advertises in time and announces the address. */
    const takesOver = async (before: Frame, taker: (frame: Frame) => boolean, host: Host, wait: number) => {
      const from = wire.frames.indexOf(before) + 1
      const first = await wire.until(taker, { from, within: wait + 3000, what: `the first advert of ${host.name}` })
      const excess = first.time - before.time - wait
      t.ok(excess >= -EARLY && excess <= LATE, `${host.name} takes over ${excess.toFixed(2)} ms after its time`)
      const announcement = (frame: Frame) =>
        frame.kind === 'announcement' && frame.address === VIP && frame.sourceMac === first.sourceMac
      await wire.until(announcement, { from, within: 1000, what: `a gratuitous ARP of ${host.name}` })
      await host.untilAddress(VIP, true, 1000)
    }

    const routers: LabRouter[] = []
    const start = async (starter: StartRouter, host: Host, node: 'master' | 'backup') => {
      const router = await starter(host, singleNetwork(node))
      routers.push(router)
      return router
    }

    // Election: both start together, the higher priority wins, the other never speaks.
    const starting = start(cast.backup, ka68, 'backup')
    let master = await start(cast.master, ka67, 'master')
    const backup = await starting
    const elected = await wire.until(fromMaster, { what: 'the first advert of ka67' })
    await ka67.untilAddress(VIP)
    await wire.until(fromMaster, { from: wire.frames.indexOf(elected) + 1 })
    t.equal(wire.last(fromBackup), undefined, 'the lower priority stays silent')
    t.strictSame(await owners(), ['ka67'], 'one owner after the election')

    // Death: nothing is said, the backup's time runs out.
    await master.crash()
    const lastWord = wire.last(fromMaster) ?? elected
    await takesOver(lastWord, fromBackup, ka68, downInterval(BACKUP))
    // The dead host's kernel still holds the address: nobody was left to remove it.
    t.strictSame(await owners(), ['ka67', 'ka68'])

    // Return: what the dead one left is removed at once, and the address comes back with the higher priority.
    let position = wire.position
    master = await start(cast.master, ka67, 'master')
    await ka67.untilAddress(VIP, false, 1000)
    t.strictSame(await owners(), ['ka68'], 'the left-over address is removed at the start')
    const preempted = await wire.until(fromMaster, { from: position, what: 'the preemption' })
    await ka68.untilAddress(VIP, false, 1000)
    await ka67.untilAddress(VIP)
    t.strictSame(await owners(), ['ka67'], 'one owner after the preemption')
    await wire.until(fromMaster, { from: wire.frames.indexOf(preempted) + 1 })
    const yielded = wire.frames.slice(wire.frames.indexOf(preempted)).filter(fromBackup)
    t.strictSame(yielded, [], 'the lower priority yields at the first advert of the higher')

    // Clean stop: priority 0, the address gone, and the backup there within its skew time.
    position = wire.position
    await master.stop()
    t.equal(master.daemon.exitCode, 0, 'the stopped daemon exits with 0')
    const farewell = await wire.until(advertOf('172.16.8.10', 0), { from: position, within: 1000, what: 'priority 0' })
    await takesOver(farewell, fromBackup, ka68, skewTime(BACKUP))
    t.strictSame(await owners(), ['ka68'], 'one owner after the clean stop')

    position = wire.position
    await backup.stop()
    await wire.until(advertOf('172.16.8.11', 0), { from: position, within: 1000, what: 'priority 0' })
    t.strictSame(await owners(), [], 'nobody keeps the address')

    checkWire(t, wire)
    for (const { daemon } of routers) {
      const complaints = daemon.log.filter(({ text }) => COMPLAINT.test(text)).map(({ text }) => text)
      t.strictSame(complaints, [], `${daemon.name} does not complain of its peer`)
    }
  })
}

/** keepalived's words for a packet that it does not like, and ours. */
const COMPLAINT = /invalid|mismatch|unexpected|expected|wrong|bogus|not present|equal priority|unicast source/i

/** What tcpdump says of every advert of this network; it checks both checksums, and would add its complaint. */
const ADVERT =
  /^ +172\.16\.8\.1[01] > 224\.0\.0\.111: VRRPv2, Advertisement, vrid 103, prio (100|95|0), authtype simple, intvl 1s, length 20, addrs: 172\.16\.8\.100 auth "renwole0"$/

function checkWire(t: Test, wire: Capture): void {
  const lines = wire.text().split('\n')
  const adverts = lines.filter(line => line.includes('VRRPv'))
  t.equal(adverts.length, wire.frames.filter(frame => frame.kind === 'advert').length, 'tcpdump decodes every advert')
  t.strictSame(
    adverts.filter(line => !ADVERT.test(line)),
    [],
    'and has nothing to add',
  )
  const headers = lines.filter(line => line.includes('proto VRRP'))
  t.strictSame(
    headers.filter(line => !/tos 0xc0, ttl 255, .*proto VRRP \(112\), length 40\)$/.test(line)),
    [],
  )
}
