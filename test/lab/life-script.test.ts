/**
 * startup_script and shutdown_script around the whole life of the daemon, the warning of vrrp_rlimit_rttime, names, settings of the kernel.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { labUnavailable } from './available.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { until } from './namespace.ts'
import { MAIN } from './router.ts'

const skip = labUnavailable()

/** Notes its argument and whether the virtual address is there; then makes the interface of the instance, waits, or fails. */
const SCRIPT = `#!/bin/sh
echo "$1 $(ip -o -4 address show | grep -c 10.42.0.100)" >> "$(dirname "$0")/calls"
case $1 in
  make) ip link add made0 type veth peer name made1 && ip link set made1 up && ip link set made0 up &&
    ip address add 10.42.0.10/24 dev made0 ;;
  wait) exec sleep 30 ;;
  fail) echo went wrong; exit 3 ;;
esac
`

/** What ps(1) calls it. */
function nameOf(directory: string): string {
  return readFileSync(join(directory, 'comm'), 'utf8').trimEnd()
}

/** Starts a router that needs made0. */
function start(host: Host, globals: string, mode = 0o755) {
  const path = (name: string) => join(host.directory, name)
  writeFileSync(path('life.sh'), SCRIPT)
  chmodSync(path('life.sh'), mode)
  const text = `global_defs {
${globals.replaceAll('SCRIPT', path('life.sh'))}
}
vrrp_instance VI_1 {
    interface made0
    virtual_router_id 7
    priority 255
    promote_secondaries
    virtual_ipaddress {
        10.42.0.100
    }
}
`
  writeFileSync(path('keepalived.conf'), text, { mode: 0o644 })
  const run = [MAIN, 'run', '-n', '-l', '--no-status-socket', '-f', path('keepalived.conf')]
  const daemon = host.start('vrrp-cli', process.execPath, ...run)
  const calls = () => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8').trimEnd().split('\n') : [])
  return { daemon, calls }
}

t.test('before everything and after everything, once each', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a')
    const scripts = 'startup_script "SCRIPT make" root\nshutdown_script "SCRIPT fail" root'
    const { daemon, calls } = start(
      host,
      `${scripts}\nvrrp_rt_priority 1\nvrrp_rlimit_rttime 5000000\nprocess_name ka\nprocess_names\ndisable_local_igmp`,
    )
    await daemon.untilLog(/startup script succeeded$/)
    await daemon.untilLog(/Entering MASTER STATE/)
    while (!(await host.addresses('made0')).includes('10.42.0.100')) await host.run('true')
    t.match(readFileSync(`/proc/${daemon.pid}/limits`, 'latin1'), /^Max realtime timeout +2500000 +5000000 +us/m)
    const names = readdirSync(`/proc/${daemon.pid}/task`).map(task => nameOf(`/proc/${daemon.pid}/task/${task}`))
    t.equal(nameOf(`/proc/${daemon.pid}`), 'ka')
    t.ok(names.includes('keepalived_vrrp'), names.join())
    const setting = async (path: string) => (await host.run('cat', `/proc/sys/net/ipv4/${path}`)).trim()
    const reports = () => setting('igmp_link_local_mcast_reports')
    t.equal(await setting('conf/made0/promote_secondaries'), '1')
    t.equal(await reports(), '0')
    process.kill(daemon.pid, 'SIGXCPU')
    await daemon.untilLog(/the engine has used too much CPU time without waiting, vrrp_rlimit_rttime may/)
    process.kill(daemon.pid, 'SIGHUP')
    await daemon.untilLog(/Configuration reloaded$/)
    daemon.signal('SIGTERM')
    await daemon.untilEnd()
    t.equal(daemon.exitCode, 0)
    t.equal(await reports(), '1', 'as it was')
    t.equal(await setting('conf/made0/promote_secondaries'), '0', 'as it was')
    t.strictSame(calls(), ['make 0', 'fail 0'], 'neither at the reload; at the end the address had gone')
    t.match(daemon.text(), /shutdown script: went wrong\n.*shutdown script failed, status 3\n.*Stopped$/)
  })
})

t.test('a script that hangs, one that is not safe, a stop during the first one', { skip }, async t => {
  const hangs = withLab(async lab => {
    const { daemon } = start(lab.addHost('a'), 'startup_script "SCRIPT wait" root\nstartup_script_timeout 1')
    await daemon.untilLog(/startup script timed out$/)
    await daemon.untilLog(/\(VI_1\) entering FAULT|\(VI_1\).*FAULT STATE/)
    daemon.signal('SIGTERM')
    await daemon.untilEnd()
    t.equal(daemon.exitCode, 0)
  })
  const unsafe = withLab(async lab => {
    const { daemon, calls } = start(lab.addHost('b'), 'enable_script_security\nstartup_script SCRIPT root', 0o777)
    await daemon.untilLog(/startup script not called: others than root can change .*life\.sh, and enable_script_sec/)
    daemon.signal('SIGTERM')
    await daemon.untilEnd()
    t.strictSame(calls(), [])
  })
  const stopped = withLab(async lab => {
    const scripts = 'startup_script "SCRIPT wait" root\nshutdown_script "SCRIPT end" root'
    const { daemon, calls } = start(lab.addHost('c'), scripts)
    await until(() => calls().length === 1)
    daemon.signal('SIGTERM')
    await daemon.untilEnd()
    t.equal(daemon.exitCode, 0)
    t.strictSame(calls(), ['wait 0', 'end 0'])
    t.match(daemon.text(), /startup script ended: the router is to stop\n/)
    t.notMatch(daemon.text(), /STATE/)
  })
  await Promise.all([hangs, unsafe, stopped])
})
