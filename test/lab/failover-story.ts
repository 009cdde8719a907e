/**
 * The story that every pair of daemons must live through: election, death of the master, its return, its clean stop,
 * the end. Each chapter is checked on the wire, in the kernels, and in both logs.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { Capture } from './capture.ts'
import { downInterval, skewTime } from './configuration.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { type LabRouter, MAIN } from './router.ts'

/** A daemon in one of the two parts. */
export interface Part {
  readonly priority: number
  start(host: Host): Promise<LabRouter>
  /** Whether this host answers for the address now. Default: it is on eth0. */
  holds?(host: Host, address: string): Promise<boolean>
  /** Takes over this many milliseconds before its time, at most (FRR cuts the skew to centiseconds). */
  readonly early?: number
}

/** Who plays, and in which network. */
export interface Story {
  readonly version: 2 | 3
  /** Seconds. */
  readonly advertInt: number
  /** What the master and the backup advertise from. */
  readonly hosts: readonly [master: string, backup: string]
  /** The first one is watched. */
  readonly addresses: readonly [string, ...string[]]
  readonly master: Part
  readonly backup: Part
  /** What `tcpdump -nnv` prints for each advert, in full: it checks checksums and would add its complaint. */
  readonly advertText: RegExp
}

/** What it prints of the IP header of each: TTL 255 (RFC 9568 §5.1.1.3), and internetwork control as the traffic class. */
const HEADER_TEXT =
  /tos 0xc0, ttl 255, .*proto (?:VRRP \(112\)|AH \(51\))|class 0xc0, .*hlim 255, next-header VRRP \(112\)/

/**
 * How late a takeover may be here, in milliseconds. The machine runs other tests meanwhile; `bench/failover` measures
 * on a quiet machine against small limits. How early: the kernel stamps an advert after its sender read the clock.
 */
const LATE = 100
const EARLY = 0.2

/** The words of all daemons for a packet that they do not like. */
export const COMPLAINT =
  /invalid|mismatch|unexpected|expected|wrong|bogus|not present|already processed|equal priority|unicast source|bad vrrp|drop(?! rule)|malformed/i

/** Tells the story; `t` gets one assertion a fact. */
export async function failoverStory(t: Test, story: Story): Promise<void> {
  const { version, advertInt } = story
  const [vip] = story.addresses
  const [masterAddress, backupAddress] = story.hosts
  const prefixLength = vip.includes(':') ? 64 : 24
  await withLab(async lab => {
    const ka67 = lab.addHost('ka67', `${masterAddress}/${prefixLength}`)
    const ka68 = lab.addHost('ka68', `${backupAddress}/${prefixLength}`)
    const wire = await Capture.start(lab.addHost('observer'))
    const routers: LabRouter[] = []

    const advertFrom = (address: string, priority: number) => (frame: Frame) =>
      frame.kind === 'advert' && frame.address === address && frame.priority === priority
    const fromMaster = advertFrom(masterAddress, story.master.priority)
    const fromBackup = advertFrom(backupAddress, story.backup.priority)
    const after = (frame: Frame) => ({ from: wire.frames.indexOf(frame) + 1 })

    const holds = async (host: Host) => {
      const part = host === ka67 ? story.master : story.backup
      return part.holds?.(host, vip) ?? (await host.addresses()).includes(vip)
    }
    const owners = async () => {
      const held = await Promise.all([ka67, ka68].map(holds))
      return [ka67, ka68].filter((_, i) => held[i]).map(host => host.name)
    }
    const untilHolds = async (host: Host, expected: boolean) => {
      const deadline = performance.now() + 2000
      while ((await holds(host)) !== expected && performance.now() < deadline) await delay(10)
      t.equal(await holds(host), expected, `${host.name} ${expected ? 'holds' : 'has given up'} ${vip}`)
    }
    const start = async (host: Host) => {
      const router = await (host === ka67 ? story.master : story.backup).start(host)
      routers.push(router)
      return router
    }
    /** After `before`, ka68 advertises in time and announces the address. */
    const takesOver = async (before: Frame, wait: number) => {
      const options = { ...after(before), within: wait + 3000, what: 'the first advert of ka68' }
      const first = await wire.until(fromBackup, options)
      const excess = first.time - before.time - wait
      const early = EARLY + (story.backup.early ?? 0)
      t.ok(excess >= -early && excess <= LATE, `ka68 takes over ${excess.toFixed(2)} ms after its time`)
      const announces = (frame: Frame) =>
        frame.kind === 'announcement' && frame.address === vip && frame.sourceMac === first.sourceMac
      await wire.until(announces, { ...after(before), within: 1000, what: 'a gratuitous ARP of ka68' })
      await untilHolds(ka68, true)
    }
    const timing = { version, advertInt, priority: story.backup.priority }

    // Election: the higher priority wins, the other never speaks. It starts first: the two down intervals differ by
    // 20 ms only, and a daemon that starts slowly would find the other one in charge.
    let master = await start(ka67)
    const backup = await start(ka68)
    const elected = await wire.until(fromMaster, { what: 'the first advert of ka67' })
    await untilHolds(ka67, true)
    await wire.until(fromMaster, after(elected))
    t.equal(wire.last(fromBackup), undefined, 'the lower priority stays silent')
    t.strictSame(await owners(), ['ka67'], 'one owner after the election')

    // Death: nothing is said, the backup's time runs out. The dead host's kernel still holds the address.
    await master.crash()
    await takesOver(wire.last(fromMaster) ?? elected, downInterval(timing))
    t.strictSame(await owners(), ['ka67', 'ka68'], 'nobody was left to remove the address from the dead host')

    // Return: what the dead one left is removed at once, and the address comes back with the higher priority.
    let position = wire.position
    master = await start(ka67)
    await untilHolds(ka67, false)
    t.strictSame(await owners(), ['ka68'], 'the left-over address is removed at the start')
    const preempted = await wire.until(fromMaster, { from: position, what: 'the preemption' })
    await untilHolds(ka68, false)
    await untilHolds(ka67, true)
    t.strictSame(await owners(), ['ka67'], 'one owner after the preemption')
    await wire.until(fromMaster, after(preempted))
    const yielded = wire.frames.slice(wire.frames.indexOf(preempted)).filter(fromBackup)
    t.strictSame(yielded, [], 'the lower priority yields at the first advert of the higher')

    // Clean stop: priority 0, the address gone, and the backup there within its skew time.
    position = wire.position
    await master.stop()
    t.equal(master.daemon.exitCode, 0, 'the stopped daemon exits with 0')
    const farewell = await wire.until(advertFrom(masterAddress, 0), {
      from: position,
      within: 1000,
      what: 'priority 0',
    })
    await takesOver(farewell, skewTime(timing))
    t.strictSame(await owners(), ['ka68'], 'one owner after the clean stop')

    position = wire.position
    await backup.stop()
    await wire.until(advertFrom(backupAddress, 0), { from: position, within: 1000, what: 'priority 0' })
    t.strictSame(await owners(), [], 'nobody keeps the address')

    const lines = wire.text().split('\n')
    const adverts = lines.filter(line => line.includes('VRRPv'))
    t.equal(adverts.length, wire.frames.filter(({ kind }) => kind === 'advert').length, 'tcpdump decodes every advert')
    t.strictSame(
      adverts.filter(line => !story.advertText.test(line)),
      [],
      'tcpdump has nothing to add',
    )
    const read = (program: string, ...args: string[]) =>
      execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', input: wire.bytes() })
    const decode = (...args: string[]) => read(process.execPath, MAIN, 'decode', ...args, '-')
    const VRRP = 'ip proto 112 or ip proto 51 or ip6 proto 112'
    t.equal(decode(), read('tcpdump', '-nn', '-r', '-', VRRP), 'decode prints what tcpdump -nn prints')
    t.equal(decode('-v'), read('tcpdump', '-nnv', '-r', '-', VRRP), 'decode -v prints what tcpdump -nnv prints')
    const headers = lines.filter(line => /(proto|next-header) (VRRP|AH)/.test(line))
    t.equal(headers.length, adverts.length)
    t.strictSame(
      headers.filter(line => !HEADER_TEXT.test(line)),
      [],
      'IP headers are right',
    )
    for (const { daemon } of routers) {
      const complaints = daemon.log.filter(({ text }) => COMPLAINT.test(text)).map(({ text }) => text)
      t.strictSame(complaints, [], `${daemon.name} does not complain of its peer`)
    }
  })
}
