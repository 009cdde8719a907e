/**
 * The articles' chk_nginx in a real network: `killall -0` of a real process, weight -10, fall 2, rise 2, with keepalived
 * as the other node. The process ends on ours, on keepalived, and comes back.
 */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import type { Daemon } from './daemon.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { type Lab, withLab } from './lab.ts'
import { type LabRouter, type StartRouter, startKeepalived, startOurs } from './router.ts'

t.jobs = 2
const VIP = '172.16.8.100'

/** chk_nginx of the articles, faster; each node looks for a process of its own, as all of them are one machine's. */
const configuration = (service: string, priority: number, weight: number) => `
global_defs {
    vrrp_mcast_group4 224.0.0.111
    script_user root
    enable_script_security
}
vrrp_script chk_nginx {
    script "killall -0 ${service}"
    interval 0.2
    weight ${weight}
    fall 2
    rise 2
}
vrrp_instance VG_1 {
    state BACKUP
    interface eth0
    virtual_router_id 103
    priority ${priority}
    advert_int 1
    virtual_ipaddress {
        ${VIP}
    }
    track_script {
        chk_nginx
    }
}
`

/** A process that `killall -0 NAME` finds: sleep, under another name. */
class Service {
  readonly name: string
  readonly #host: Host
  #daemon: Daemon

  constructor(host: Host) {
    this.#host = host
    this.name = `ng${process.pid}${host.name}`
    copyFileSync('/usr/bin/sleep', join(host.directory, this.name))
    this.#daemon = this.#spawn()
  }

  start(): void {
    this.#daemon = this.#spawn()
  }

  async end(): Promise<void> {
    this.#daemon.signal('SIGKILL')
    await this.#daemon.untilEnd()
  }

  #spawn(): Daemon {
    return this.#host.start(this.name, join(this.#host.directory, this.name), '600')
  }
}

interface Node {
  readonly host: Host
  readonly router: LabRouter
  readonly service: Service
}

/** Ours with priority 100 and keepalived with 95, each with its service. */
async function startPair(lab: Lab, weight: number): Promise<{ ours: Node; peer: Node; wire: Capture }> {
  const hosts = [lab.addHost('ka67', '172.16.8.10/24'), lab.addHost('ka68', '172.16.8.11/24')] as const
  const wire = await Capture.start(lab.addHost('observer'))
  const start = async (host: Host, router: StartRouter, priority: number): Promise<Node> => {
    const service = new Service(host)
    return { host, service, router: await router(host, configuration(service.name, priority, weight)) }
  }
  const [ours, peer] = await Promise.all([start(hosts[0], startOurs, 100), start(hosts[1], startKeepalived, 95)])
  return { ours, peer, wire }
}

const from = (address: string, priority: number) => (frame: Frame) =>
  frame.kind === 'advert' && frame.address === address && frame.priority === priority

t.test('weight -10: the address follows the service, both ways', { skip: labUnavailable('keepalived') }, async t => {
  await withLab(async lab => {
    const { ours, peer, wire } = await startPair(lab, -10)
    const owners = async () => {
      const held = await Promise.all([ours, peer].map(async ({ host }) => (await host.addresses()).includes(VIP)))
      return ['ours', 'peer'].filter((_, i) => held[i])
    }
    await ours.host.untilAddress(VIP)
    t.strictSame(await owners(), ['ours'])
    const log = ours.router.daemon.log.length

    await ours.service.end()
    await ours.router.daemon.untilLog(/VRRP_Script\(chk_nginx\) failed \(exited with status 1\) \[.*no process found\]/)
    await ours.router.daemon.untilLog(/\(VG_1\) Changing effective priority from 100 to 90/)
    await peer.host.untilAddress(VIP)
    await ours.host.untilAddress(VIP, false)
    t.strictSame(await owners(), ['peer'])
    const words = ours.router.daemon.log.slice(log).map(({ text }) => text)
    const returning = words.findIndex(text => /Script `chk_nginx` now returning 1/.test(text))
    t.ok(returning >= 0 && returning < words.findIndex(text => /VRRP_Script\(chk_nginx\) failed/.test(text)))

    let position = wire.position
    ours.service.start()
    await ours.router.daemon.untilLog(/VRRP_Script\(chk_nginx\) succeeded/, { from: log })
    await wire.until(from('172.16.8.10', 100), { from: position, what: 'the return of ours' })
    await ours.host.untilAddress(VIP)
    await peer.host.untilAddress(VIP, false)
    t.strictSame(await owners(), ['ours'])

    position = wire.position
    await peer.service.end()
    await peer.router.daemon.untilLog(/VRRP_Script\(chk_nginx\) failed \(exited with status 1\)/)
    await ours.service.end()
    await wire.until(from('172.16.8.10', 90), { from: position, what: 'ours at 90, above the 85 of the peer' })
    t.strictSame(await owners(), ['ours'])

    await ours.router.stop()
    t.equal(ours.router.daemon.exitCode, 0)
  })
})

t.test('weight 0: a fault while the service is down', { skip: labUnavailable('keepalived') }, async t => {
  await withLab(async lab => {
    const { ours, peer, wire } = await startPair(lab, 0)
    await ours.host.untilAddress(VIP)
    let position = wire.position
    await ours.service.end()
    await ours.router.daemon.untilLog(/\(VG_1\) Entering FAULT STATE/)
    await wire.until(from('172.16.8.10', 0), { from: position, within: 2000, what: 'priority 0' })
    await peer.host.untilAddress(VIP)
    await ours.host.untilAddress(VIP, false)

    position = wire.position
    const log = ours.router.daemon.log.length
    ours.service.start()
    await ours.router.daemon.untilLog(/\(VG_1\) Entering BACKUP STATE/, { from: log })
    await wire.until(from('172.16.8.10', 100), { from: position, what: 'the return of ours' })
    await peer.host.untilAddress(VIP, false)
    await ours.host.untilAddress(VIP)
    t.strictSame((await peer.host.addresses()).includes(VIP), false)
    await ours.router.stop()
    t.equal(ours.router.daemon.exitCode, 0)
  })
})
