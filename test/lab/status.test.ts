/**
 * The live view of running routers, over real sockets: status, metrics, and the monitor of a third host on the wire.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { NODE_STATUS_SCHEMA, type NodeStatus } from '../../lib/status/index.ts'
import { violations } from '../status/validate.ts'
import { labUnavailable } from './available.ts'
import { singleNetwork } from './configuration.ts'
import type { Daemon } from './daemon.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { MAIN, startOurs } from './router.ts'

const skip = labUnavailable()

/** `vrrp-cli status` of a host's router. */
function status(host: Host, ...options: readonly string[]): Promise<string> {
  return host.run(process.execPath, MAIN, 'status', '--socket', join(host.directory, 'status.sock'), ...options)
}

/** `vrrp-cli run` with a status socket and metrics. */
function start(host: Host, configuration: string): Daemon {
  const file = join(host.directory, 'keepalived.conf')
  writeFileSync(file, configuration)
  const live = ['--status-socket', join(host.directory, 'status.sock'), '--metrics', ':9650']
  return host.start('vrrp-cli', process.execPath, MAIN, 'run', '-n', '-l', '-f', file, ...live)
}

/** A page of the metrics server, from inside the namespace. */
function get(host: Host, path: string): Promise<string> {
  const script = `console.log(await (await fetch('http://127.0.0.1:9650${path}')).text())`
  return host.run(process.execPath, '--input-type=module', '-e', script)
}

t.test('status, metrics and monitor of a failover', { skip }, async t => {
  await withLab(async lab => {
    const master = lab.addHost('ka67', '172.16.8.10/24')
    const backup = lab.addHost('ka68', '172.16.8.11/24')
    const observer = lab.addHost('observer', '172.16.8.12/24')
    const monitor = observer.start('monitor', process.execPath, MAIN, 'monitor', '-i', 'eth0', '--group', '224.0.0.111')
    await monitor.untilLog(/listening on eth0/)
    const first = start(master, singleNetwork('master'))
    await first.untilLog(/Entering MASTER STATE/)
    const second = start(backup, singleNetwork('backup'))
    await second.untilLog(/Entering BACKUP STATE/)
    await monitor.untilLog(/-- VRID 103: 172\.16\.8\.10 is master with priority 100/)
    await monitor.untilLog(/ 172\.16\.8\.10 > 224\.0\.0\.111: VRRPv2, Advertisement, vrid 103, prio 100/)

    const socket = join(backup.directory, 'status.sock')
    t.equal(statSync(socket).mode & 0o777, 0o600)
    const watching = backup.start('watch', process.execPath, MAIN, 'status', '--socket', socket, '--watch', '--json')
    await watching.untilLog(/"keepalived-state":"BACKUP".*"peers":\[\{"address":"172\.16\.8\.10"/)
    first.signal('SIGKILL')
    await first.untilEnd()
    await watching.untilLog(/"keepalived-state":"MASTER"/)
    const takeover = await monitor.untilLog(
      /-- VRID 103: 172\.16\.8\.11 \(priority 95\) takes over from 172\.16\.8\.10/,
    )
    const gap = Number(/after (\d+\.\d+) s/.exec(takeover.text)?.[1])
    // Active_Down_Interval of priority 95: never earlier. How late it may be is for bench/failover to say.
    t.ok(gap > 3.62, takeover.text)

    const document: unknown = JSON.parse(await status(backup, '--json'))
    t.strictSame(violations(NODE_STATUS_SCHEMA, document), [])
    t.match(document as NodeStatus, {
      configuration: { file: join(backup.directory, 'keepalived.conf') },
      instances: [
        { state: 'master', master: { address: '172.16.8.11', self: true }, peers: [{ address: '172.16.8.10' }] },
      ],
      warnings: [],
    })
    t.match(await status(backup), /MASTER +95 .* this node +172\.16\.8\.100/)
    const labels = 'intf="eth0",vrid="103"'
    const metrics = await get(backup, '/metrics')
    t.match(
      metrics,
      new RegExp(`keepalived_vrrp_state\\{iname="\\w+",${labels},ip_address="172\\.16\\.8\\.100"\\} 2\n`),
    )
    t.match(await get(backup, '/healthz'), /"status":"ok"/)

    lab.setCable(backup, false)
    await watching.untilLog(/"keepalived-state":"FAULT"/)
    await t.rejects(status(backup), { code: 3, stdout: /cannot run: interface eth0 down/ })
    t.match(await get(backup, '/healthz'), /"status":"fault"/)
    second.signal('SIGTERM')
    await second.untilEnd()
    await watching.untilEnd()
    t.equal(existsSync(socket), false)
    await t.rejects(status(backup), { code: 1, stderr: /no router is running/ })
    await monitor.untilLog(/!! VRID 103: no master: no advert from 172\.16\.8\.11/)
    monitor.signal('SIGTERM')
    await monitor.untilLog(/VRRP packets, \d+ things wrong/)
    await monitor.untilEnd()
    t.equal(monitor.exitCode, 0)
  })
})

t.test('two masters that do not understand each other', { skip }, async t => {
  await withLab(async lab => {
    const one = lab.addHost('one', '172.16.8.10/24')
    const two = lab.addHost('two', '172.16.8.11/24')
    const first = start(one, singleNetwork('master'))
    const second = await startOurs(two, singleNetwork('backup').replace('renwole0', 'other'))
    await first.untilLog(/Entering MASTER STATE/)
    await second.daemon.untilLog(/Entering MASTER STATE/)
    const monitor = one.start('monitor', process.execPath, MAIN, 'monitor', '-i', 'eth0', '--findings')
    await monitor.untilLog(/two masters: /)
    await monitor.untilLog(/different passwords/)
    t.notMatch(monitor.text(), /renwole0|other/)
    const { warnings } = JSON.parse(await status(one, '--json')) as NodeStatus
    t.strictSame(
      warnings.map(({ type, peer }) => [type, peer]),
      [
        ['split-brain', '172.16.8.11'],
        ['authentication-mismatch', '172.16.8.11'],
      ],
    )
  })
})

t.test('monitor where there is nothing to hear', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('host', '172.16.8.10/24')
    const monitor = (...options: readonly string[]) => host.run(process.execPath, MAIN, 'monitor', ...options)
    await t.rejects(monitor('-i', 'eth7'), { code: 1, stderr: /there is no interface eth7/ })
    await t.rejects(monitor(), { code: 2, stderr: /an interface \(-i\) or a capture file/ })
    const bounding = ['setpriv', '--bounding-set', '-net_raw', '--inh-caps', '-net_raw']
    const lacking = host.run(...bounding, process.execPath, MAIN, 'monitor', '-i', 'eth0')
    await t.rejects(lacking, { code: 4, stderr: /CAP_NET_RAW/ })
  })
})
