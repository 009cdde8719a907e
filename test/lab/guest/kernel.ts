/**
 * Runs in user-mode Linux (`../uml.ts`): the kernel there is what the other files count on.
 */
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import t from 'tap'
import { withLab } from '../lab.ts'

t.test('it has IPVS, and each namespace its own table', async t => {
  await withLab(async lab => {
    const [one, other] = [lab.addHost('one', '192.0.2.1/24'), lab.addHost('other', '192.0.2.2/24')]
    await one.run('ipvsadm', '-A', '-t', '192.0.2.9:80', '-s', 'mh')
    t.equal(await one.run('ipvsadm', '-Sn'), '-A -t 192.0.2.9:80 -s mh\n')
    t.equal(await other.run('ipvsadm', '-Sn'), '')
  })
})

t.test('temporary files have a place, and the package cannot be written', async t => {
  t.equal(tmpdir(), '/run/tmp')
  t.throws(() => execFileSync('touch', ['package.json'], { stdio: 'pipe' }), /Read-only file system/)
})
