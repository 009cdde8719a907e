/**
 * Replays on a real wire after a restart of the daemon that had heard the originals: refused, counted, and without effect;
 * a peer that was restarted meanwhile is believed. RFC 2402 §3.4.3, draft-cassen-vrrp-auth-hmac.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { linuxPorts } from '../../lib/linux/index.ts'
import { readStatus } from '../../lib/status/index.ts'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { configure } from './configuration.ts'
import type { Frame } from './frame.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { insideNamespace, until } from './namespace.ts'
import { MAIN, startOurs, stopRouter, writeConfiguration } from './router.ts'

t.jobs = 4
const skip = labUnavailable()
const VIP = '10.54.0.100'
const AH = 'authentication {\n auth_type AH\n auth_pass renwole0\n }'
const hmac = (antiReplay: string) =>
  `auth_hmac {\n key 1 ${'1'.repeat(32)}\n active_key 1\n anti_replay ${antiReplay}\n time_window 30\n }`

function configuration(priority: number, lines: string): string {
  return configure({ version: 2, vrid: 51, priority, advertInt: 1, addresses: [VIP], lines })
}

/** Sends frames as they are, from another host. */
async function replay(attacker: Host, frames: readonly Frame[]): Promise<void> {
  const ports = insideNamespace(attacker, linuxPorts)
  try {
    await until(() => ports.links.get('eth0')?.running === true)
    for (const { bytes } of frames) ports.announcer.send(bytes, 'eth0')
  } finally {
    ports.close()
  }
}

for (const [name, block, end] of [
  ['AH, clean stop', AH, 'stop'],
  ['HMAC by time, kill -9', hmac('time'), 'crash'],
  ['HMAC, monotonic, clean stop', hmac('monotonic'), 'stop'],
] as const) {
  t.test(`${name}: adverts of a dead master are not news to a backup that was restarted`, { skip }, async t => {
    await withLab(async lab => {
      const [a, b] = [lab.addHost('a', '10.54.0.10/24'), lab.addHost('b', '10.54.0.11/24')]
      const attacker = lab.addHost('m', '10.54.0.12/24')
      const wire = await Capture.start(attacker)
      const backup = await startOurs(b, configuration(95, block))
      const master = await startOurs(a, configuration(255, block))
      await a.untilAddress(VIP)
      const isAdvert = (frame: Frame) => frame.kind === 'advert' && frame.address === '10.54.0.10'
      const notes = join(b.directory, 'replay')
      await until(() => readFileSync(notes, 'utf8').includes('"10.54.0.10"'))
      t.equal(statSync(notes).mode & 0o777, 0o600)
      t.notMatch(readFileSync(notes, 'utf8'), /1{32}|renwole/)
      // One more, so that after a crash the notes are behind.
      await wire.until(isAdvert, { from: wire.position, what: 'one more advert' })
      await master.crash()
      await backup[end]()
      const recorded = wire.frames.filter(isAdvert)
      const again = await startOurs(b, configuration(95, block))
      const begun = performance.now()
      await replay(attacker, recorded)
      const socket = join(b.directory, 'status.sock')
      const instance = async () => (await readStatus(socket)).instances[0]
      const refused = async () => (await instance())?.statistics['replayed-pkts-rcvd']
      for (let count = await refused(); count !== recorded.length; count = await refused()) {
        if (performance.now() - begun > 3000) break
      }
      const now = await instance()
      t.equal(now?.statistics['replayed-pkts-rcvd'], recorded.length, `${recorded.length} refused and counted`)
      t.equal(now?.statistics['advertisement-rcvd'], 0)
      t.strictSame([now?.state, now?.peers.length], ['backup', 0])
      await again.daemon.untilLog(/Entering MASTER STATE \[master-timeout; no other router heard/)
      const from = again.daemon.log.length
      const reborn = await startOurs(a, configuration(255, block))
      await again.daemon.untilLog(/Entering BACKUP STATE/, { from })
      t.equal(await refused(), recorded.length, 'a master that was restarted too is believed')
      t.notMatch(again.daemon.text(), /warning/i)
      await Promise.all([again, reborn].map(router => router.stop()))
    })
  })
}

t.test('without a place for its memory the router runs, and says so once', { skip }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.54.0.10/24')
    const file = writeConfiguration(host, configuration(100, AH))
    const nowhere = join(host.directory, 'missing', 'replay')
    const flags = ['-n', '-l', '-f', file, '--no-status-socket', '--replay-file', nowhere]
    const daemon = host.start('vrrp-cli', process.execPath, MAIN, 'run', ...flags)
    await daemon.untilLog(/Entering MASTER STATE/)
    await stopRouter(daemon)
    t.equal(daemon.exitCode, 0)
    const warnings = daemon.log.filter(({ text }) => text.includes('replays are not remembered'))
    t.equal(warnings.length, 1, daemon.text())
  })
})
