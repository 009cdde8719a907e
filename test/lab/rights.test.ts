/**
 * `vrrp-cli run` without the rights that it needs: says which, exits with 4, has changed nothing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { labUnavailable } from './available.ts'
import { singleNetwork } from './configuration.ts'
import { withLab } from './lab.ts'
import { MAIN } from './router.ts'

const skip = labUnavailable()

for (const { missing, bounding } of [
  { missing: ['CAP_NET_RAW', 'CAP_NET_ADMIN'], bounding: '-net_raw,-net_admin' },
  { missing: ['CAP_NET_ADMIN'], bounding: '-net_admin' },
  { missing: ['CAP_NET_RAW'], bounding: '-net_raw' },
]) {
  t.test(`run without ${missing.join(' and ')}`, { skip }, async t => {
    await withLab(async lab => {
      // The virtual address is there: a daemon that starts would remove it as a left-over.
      const host = lab.addHost('ka67', '172.16.8.10/24', '172.16.8.100/32')
      const before = await host.addresses()
      const file = join(host.directory, 'keepalived.conf')
      writeFileSync(file, singleNetwork('master'))
      const run = [process.execPath, MAIN, 'run', '-n', '-l', '-f', file]
      const daemon = host.start('vrrp-cli', 'setpriv', '--bounding-set', bounding, '--inh-caps', bounding, ...run)
      await daemon.untilEnd()
      t.equal(daemon.exitCode, 4)
      for (const capability of ['CAP_NET_RAW', 'CAP_NET_ADMIN']) {
        t.equal(daemon.text().includes(capability), missing.includes(capability), capability)
      }
      t.strictSame(await host.addresses(), before)
    })
  })
}
