/**
 * HUP and the dumps in a real network, with real keepalived as the peer: what did not change is not seen on the wire.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { MAIN, startKeepalived } from './router.ts'

const skip = labUnavailable('keepalived')
const VIP = '10.41.0.100'

function configuration(priority: number, addresses: readonly string[] = [VIP], name = 'VI_1'): string {
  return `
vrrp_instance ${name} {
    state BACKUP
    interface eth0
    virtual_router_id 41
    priority ${priority}
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass secret41
    }
    virtual_ipaddress {
${addresses.map(address => `        ${address}/24`).join('\n')}
    }
}
`
}

/** Starts ours with a directory of its own for dumps. */
async function start(host: Host, text: string, ...flags: string[]) {
  const file = join(host.directory, 'keepalived.conf')
  const dumps = join(host.directory, 'dumps')
  const pidFile = join(host.directory, 'vrrp-cli.pid')
  mkdirSync(dumps)
  writeFileSync(file, text, { mode: 0o644 })
  const command = [process.execPath, MAIN, 'run', '-n', '-l', '-D', '-f', file, '-p', pidFile, ...flags]
  const daemon = host.start('vrrp-cli', 'env', `TMPDIR=${dumps}`, ...command)
  await daemon.untilLog(/Entering BACKUP STATE \(init\)/)
  return { daemon, file, dumps, pidFile, signal: (signal: NodeJS.Signals | number) => process.kill(daemon.pid, signal) }
}

const fromUs = (frame: Frame) => frame.kind === 'advert' && frame.address === '10.41.0.10'

t.test('HUP against keepalived', { skip }, async t => {
  await withLab(async lab => {
    const [a, b] = [lab.addHost('a', '10.41.0.10/24'), lab.addHost('b', '10.41.0.11/24')]
    const wire = await Capture.start(lab.addHost('observer'))
    const { daemon, file, dumps, pidFile, signal } = await start(a, configuration(100))
    await a.untilAddress(VIP)
    const peer = await startKeepalived(b, configuration(90))
    const hup = async (text: string, answer: RegExp) => {
      writeFileSync(file, text)
      const from = daemon.log.length
      signal('SIGHUP')
      await daemon.untilLog(answer, { from })
      return daemon.log.slice(from).map(line => line.text.replace(/^.{24}: /, ''))
    }
    const nextAdvert = (from: number) => wire.until(fromUs, { from, what: 'an advert of ours' })

    // Twenty reloads of the same file within a second of adverts: their times stay as they were.
    await wire.until(frame => frame.kind === 'announcement', { what: 'announcements' })
    const first = await nextAdvert(wire.position)
    let position = wire.position
    for (let i = 0; i < 20; i++) await hup(configuration(100), /Configuration reloaded/)
    const renamed = await hup(configuration(100, [VIP], 'RENAMED'), /Configuration reloaded/)
    t.strictSame(renamed, ['Reloading ...', 'Configuration reloaded'], 'another name is no transition')
    const second = await nextAdvert(position)
    const third = await nextAdvert(wire.frames.indexOf(second) + 1)
    for (const gap of [second.time - first.time, third.time - second.time]) {
      t.ok(Math.abs(gap - 1000) < 100, `an advert a second: ${gap.toFixed(1)} ms`)
    }

    // Errors: the log has the place, nothing else happens.
    position = wire.position
    const refused = await hup(
      configuration(100).replace('priority 100', 'priority 1000\n    virtual_router_id 300'),
      /NOT applied/,
    )
    await nextAdvert(position)
    const said = daemon.text()
    t.match(refused[0], /^Reloading/)
    t.match(said, /keepalived\.conf has \d errors?: NOT applied, the old configuration keeps running/)
    t.match(said, /keepalived\.conf:\d+:\d+: error: /)
    t.ok((await a.addresses()).includes(VIP))
    await hup('vrrp_instance {{{', /NOT applied/)
    await hup('', /NOT applied/)

    // Another list of addresses: said at once, the difference applied and announced, and the peer stays backup.
    position = wire.position
    await hup(configuration(100, [VIP, '10.41.0.101'], 'RENAMED'), /Configuration reloaded/)
    const [before, after] = [first.time, (await nextAdvert(position)).time]
    t.ok((after - before) % 1000 > 0)
    await a.untilAddress('10.41.0.101')
    const announced = await wire.until(frame => frame.kind === 'announcement', { from: position })
    t.equal(announced.kind === 'announcement' && announced.address, '10.41.0.101')
    await hup(configuration(110, [VIP], 'RENAMED'), /Configuration reloaded/)
    await a.untilAddress('10.41.0.101', false)
    await wire.until(frame => fromUs(frame) && frame.kind === 'advert' && frame.priority === 110)

    t.equal(daemon.log.filter(({ text }) => /Entering/.test(text)).length, 2, 'backup at the start, then master')
    t.equal(peer.daemon.log.filter(({ text }) => /Entering MASTER/.test(text)).length, 0, 'the peer never moved')

    // Dumps, in keepalived's place and shape.
    const dump = async (name: string, number: NodeJS.Signals | number) => {
      const from = daemon.log.length
      signal(number)
      await daemon.untilLog(new RegExp(`Wrote .*${name}$`), { from })
      const path = join(dumps, name)
      t.equal(statSync(path).mode & 0o777, 0o600, name)
      const text = readFileSync(path, 'utf8')
      t.notMatch(text, /secret41/, `no password in ${name}`)
      return text
    }
    t.match(await dump('keepalived.data', 'SIGUSR1'), /VRRP Instance = RENAMED\n[\s\S]*State = MASTER\n/)
    t.match(
      await dump('keepalived.stats', 'SIGUSR2'),
      /^VRRP Instance: RENAMED\n {2}Advertisements:\n {4}Received: 0\n/,
    )
    const json: unknown = JSON.parse(await dump('keepalived.json', 36))
    t.match(json, [
      { data: { iname: 'RENAMED', state: 2, vrid: 41, auth_data: '********' }, stats: { become_master: 1 } },
    ])

    // One at a time, and gone at the end.
    const other = a.start('second', process.execPath, MAIN, 'run', '-n', '-l', '-f', file, '-p', pidFile)
    await other.untilEnd()
    t.equal(other.exitCode, 1)
    t.match(other.text(), /runs already, as process \d+/)
    signal('SIGTERM')
    await daemon.untilEnd()
    t.equal(daemon.exitCode, 0)
    t.equal(existsSync(pidFile), false)
    t.strictSame(await a.addresses().then(all => all.filter(address => address.startsWith('10.41'))), ['10.41.0.10'])
    await peer.stop()
  })
})

t.test('HUP with an unchanged file runs no script', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.41.0.10/24')
    const [checked, notified] = ['checked', 'notified'].map(name => join(host.directory, name)) as [string, string]
    const scripts = [`echo 1 >> ${checked}`, `echo "$@" >> ${notified}`].map((line, i) => {
      const path = join(host.directory, `script${i}.sh`)
      writeFileSync(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 })
      return path
    })
    const text = `
global_defs {
    script_user root
    enable_script_security
}
vrrp_script chk {
    script "${scripts[0]}"
    interval 600
    weight -5
}
${configuration(100).replace(/\}\s*$/, `    track_script {\n        chk\n    }\n    notify ${scripts[1]}\n}\n`)}`
    const { daemon, file, signal } = await start(host, text, '--no-status-socket')
    await host.untilAddress(VIP)
    const count = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [])
    while (count(notified).length < 2) await new Promise(resolve => setTimeout(resolve, 20))
    const hup = async (next: string) => {
      const from = daemon.log.length
      writeFileSync(file, next)
      signal('SIGHUP')
      await daemon.untilLog(/Configuration reloaded/, { from })
    }
    for (let i = 0; i < 3; i++) await hup(text)
    // What a script would have written by then is there when one that was asked for later is.
    await hup(text.replace('weight -5', 'weight -6').replace('interval 600', 'interval 500'))
    while (count(checked).length < 2) await new Promise(resolve => setTimeout(resolve, 20))
    t.strictSame(count(checked), ['1', '1'], 'once at the start, once for the other interval')
    t.strictSame(count(notified), ['INSTANCE VI_1 BACKUP 100', 'INSTANCE VI_1 MASTER 100'])
    signal('SIGTERM')
    await daemon.untilEnd()
    t.strictSame(count(notified).at(-1), 'INSTANCE VI_1 STOP 100')
  })
})

t.test('in the background: the command returns when the daemon is ready', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.41.0.10/24')
    const [file, log, pidFile] = ['keepalived.conf', 'log', 'pid'].map(name => join(host.directory, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(file, configuration(255), { mode: 0o644 })
    const flags = ['-f', file, '-p', pidFile, '-G', '-g', log, '--log-format', 'json']
    await host.run(process.execPath, MAIN, 'run', ...flags)
    const pid = Number(readFileSync(pidFile, 'utf8'))
    t.ok(existsSync(`/proc/${pid}`))
    await host.untilAddress(VIP)
    process.kill(pid, 'SIGTERM')
    await host.untilAddress(VIP, false)
    while (existsSync(pidFile)) await new Promise(resolve => setTimeout(resolve, 20))
    const records = readFileSync(log, 'utf8').trimEnd().split('\n')
    const transitions = records.map(line => JSON.parse(line)).filter(({ event }) => event === 'transition')
    t.match(transitions.at(-1), { instance: 'VI_1', to: 'active', reason: 'owner-startup', level: 'notice' })
  })
})
