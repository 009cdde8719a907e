/**
 * The cable of a master is pulled and put back: no carrier is a fault, in keepalived's words and with its effects.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { singleNetwork } from './configuration.ts'
import type { Frame } from './frame.ts'
import { withLab } from './lab.ts'
import { startKeepalived, startOurs } from './router.ts'

const VIP = '172.16.8.100'

t.test('the cable of our master is pulled, and put back', { skip: labUnavailable('keepalived') }, async t => {
  await withLab(async lab => {
    const ka67 = lab.addHost('ka67', '172.16.8.10/24')
    const ka68 = lab.addHost('ka68', '172.16.8.11/24')
    const wire = await Capture.start(lab.addHost('observer'))
    const from = (address: string) => (frame: Frame) => frame.kind === 'advert' && frame.address === address
    const [ours] = await Promise.all([
      startOurs(ka67, singleNetwork('master')),
      startKeepalived(ka68, singleNetwork('backup')),
    ])
    await wire.until(from('172.16.8.10'))
    await ka67.untilAddress(VIP)

    let position = wire.position
    lab.setCable(ka67, false)
    await ours.daemon.untilLog(/\(VG_1\) Entering FAULT STATE/, { within: 1000 })
    await ka67.untilAddress(VIP, false, 1000)
    await wire.until(from('172.16.8.11'), { from: position, what: 'the backup' })
    await ka68.untilAddress(VIP, true, 1000)
    t.notOk((await ka67.addresses()).includes(VIP), 'one owner')

    position = wire.position
    const line = ours.daemon.log.length
    lab.setCable(ka67, true)
    await ours.daemon.untilLog(/\(VG_1\) Entering BACKUP STATE/, { from: line, within: 2000 })
    await wire.until(from('172.16.8.10'), { from: position, what: 'the return' })
    await ka68.untilAddress(VIP, false, 1000)
    await ka67.untilAddress(VIP, true, 1000)
    t.ok((await ka67.addresses()).includes(VIP), 'the higher priority is master again')
    await ours.stop()
    t.equal(ours.daemon.exitCode, 0)
  })
})
