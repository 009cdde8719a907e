/**
 * The daemon under a service manager: readiness, reload, the watchdog, the end; and an error beside the engine.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { AF_UNIX, SOCK_DGRAM } from '../../lib/linux/constants.ts'
import { mainReactor } from '../../lib/linux/index.ts'
import { openDescriptor } from '../../lib/linux/raw-descriptor.ts'
import { syscalls } from '../../lib/linux/syscalls.ts'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { configure } from './configuration.ts'
import { withLab } from './lab.ts'
import { until } from './namespace.ts'
import { MAIN } from './router.ts'

const skip = labUnavailable()
const UNIT = fileURLToPath(new URL('../../../systemd/vrrp-cli.service', import.meta.url))

/** A socket as systemd's, with everything that came. */
function listen(path: string) {
  const socket = openDescriptor('notify', [AF_UNIX, SOCK_DGRAM, 0], descriptor => {
    const address = Buffer.from(`\0\0${path}\0`)
    address.writeUInt16LE(AF_UNIX)
    descriptor.bind(address)
  })
  const messages: string[] = []
  const buffer = Buffer.allocUnsafeSlow(4096)
  const watch = mainReactor().watch(socket.fd, () => {
    for (let n = syscalls().recv(socket.fd, buffer, 4096, 0); n > 0; n = syscalls().recv(socket.fd, buffer, 4096, 0)) {
      messages.push(buffer.toString('utf8', 0, n))
    }
  })
  return {
    messages,
    close: () => {
      watch.close()
      socket.close()
    },
  }
}

const configuration = configure({ version: 2, vrid: 9, priority: 255, advertInt: 1, addresses: ['10.42.0.100'] })

t.test('readiness, reload, signs of life, the end', { skip }, async t => {
  const directory = mkdtempSync(join(tmpdir(), 'vrrp-service-'))
  const path = join(directory, 'notify')
  const manager = listen(path)
  t.teardown(() => {
    manager.close()
    rmSync(directory, { recursive: true, force: true })
  })
  await withLab(async lab => {
    const host = lab.addHost('a', '10.42.0.10/24')
    const file = join(host.directory, 'keepalived.conf')
    writeFileSync(file, configuration, { mode: 0o644 })
    const environment = [`NOTIFY_SOCKET=${path}`, 'WATCHDOG_USEC=200000']
    const run = [process.execPath, MAIN, 'run', '-n', '-l', '--no-status-socket', '-f', file]
    const daemon = host.start('vrrp-cli', 'env', ...environment, ...run)
    const heard = (text: string) => manager.messages.filter(message => message.startsWith(text)).length
    await until(() => heard('READY=1') === 1)
    t.match(manager.messages.at(0), /^WATCHDOG=1|^READY=1/)
    await host.untilAddress('10.42.0.100')
    await until(() => heard('WATCHDOG=1') > 3)

    process.kill(daemon.pid, 'SIGSTOP')
    await until(() => readState(daemon.pid) === 'T')
    const before = heard('WATCHDOG=1')
    await new Promise(resolve => setTimeout(resolve, 300))
    t.equal(heard('WATCHDOG=1'), before, 'no sign of life from a loop that does not turn')
    process.kill(daemon.pid, 'SIGCONT')
    await until(() => heard('WATCHDOG=1') > before)

    process.kill(daemon.pid, 'SIGHUP')
    await until(() => heard('RELOADING=1') === 1 && heard('READY=1') === 2)
    process.kill(daemon.pid, 'SIGTERM')
    await daemon.untilEnd()
    t.equal(daemon.exitCode, 0)
    await until(() => heard('STOPPING=1') === 1)
  })
})

function readState(pid: number): string | undefined {
  return execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).split(') ')[1]?.[0]
}

t.test('a console whose reader goes away, and a full disk under the log: the router goes on', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.42.0.10/24')
    const file = join(host.directory, 'keepalived.conf')
    writeFileSync(file, configuration, { mode: 0o644 })
    const pidFile = join(host.directory, 'pid')
    const command = `${process.execPath} ${MAIN} run -n -l -D -g /dev/full --no-status-socket -f ${file} -p ${pidFile}`
    const shell = host.start('pipe', 'sh', '-c', `${command} 2>&1 | head -n 2`)
    await host.untilAddress('10.42.0.100')
    const pid = Number(execFileSync('cat', [pidFile], { encoding: 'utf8' }))
    for (let i = 0; i < 5; i++) process.kill(pid, 'SIGHUP')
    await new Promise(resolve => setTimeout(resolve, 200))
    t.ok(existsSync(`/proc/${pid}`), 'it runs')
    t.ok((await host.addresses()).includes('10.42.0.100'))
    process.kill(pid, 'SIGTERM')
    await host.untilAddress('10.42.0.100', false)
    await shell.untilEnd()
  })
})

t.test(
  'an error beside the engine changes nothing, one inside it makes the router resign and end',
  { skip },
  async t => {
    await withLab(async lab => {
      const host = lab.addHost('a', '10.42.0.10/24')
      const wire = await Capture.start(lab.addHost('observer'))
      const file = join(host.directory, 'keepalived.conf')
      writeFileSync(file, configuration, { mode: 0o644 })
      const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
      const faults = `
      import { Equipment } from ${from('../../lib/instance/equipment.js')}
      import { isMainThread } from 'node:worker_threads'
      const { advertise } = Equipment.prototype
      let sent = 0
      Equipment.prototype.advertise = function (priority, quiet) {
        if (priority !== 0 && ++sent > 3) throw new Error('a bug')
        advertise.call(this, priority, quiet)
      }
      if (isMainThread) setTimeout(() => { throw new Error('a mail') }, 1000)`
      const fault = `data:text/javascript,${encodeURIComponent(faults)}`
      // As modules: nothing reaches into a bundle.
      const main = join(host.directory, 'main.mjs')
      writeFileSync(
        main,
        `import { runProgram } from ${from('../../cli/program.js')}\nawait runProgram(process.argv.slice(2))`,
      )
      const run = ['--import', fault, main, 'run', '-n', '-l', '--no-status-socket', '-f', file]
      const daemon = host.start('vrrp-cli', process.execPath, ...run)
      await daemon.untilLog(/Error beside the engine, the virtual routers go on \(1 of this kind\): Error: a mail/)
      await host.untilAddress('10.42.0.100')
      await daemon.untilEnd()
      t.match(daemon.text(), /Fatal error in the engine, giving up: Error: a bug/)
      t.equal(daemon.exitCode, 1)
      t.notOk((await host.addresses()).includes('10.42.0.100'))
      await wire.until(frame => frame.kind === 'advert' && frame.priority === 0, { what: 'priority 0' })
    })
  },
)

t.test(
  'the unit is one that systemd accepts',
  { skip: existsSync('/usr/bin/systemd-analyze') ? false : 'no systemd' },
  async t => {
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', UNIT], { encoding: 'utf8' })
    t.equal(stderr, '')
    t.equal(status, 0)
  },
)
