/**
 * Runs in user-mode Linux (`../uml.ts`): use_ipvlan of ours beside keepalived's, which look the same to the network.
 */
import t from 'tap'
import { Capture } from '../capture.ts'
import type { Host } from '../host.ts'
import { withLab } from '../lab.ts'
import { startKeepalived, startOurs } from '../router.ts'

const VIP = '10.42.0.100'

const configuration = (priority: number, own: string) => `vrrp_instance V {
    interface eth0
    version 3
    virtual_router_id 7
    priority ${priority}
    advert_int 0.5
    use_ipvlan ipv7 ${own}/24 private
    virtual_ipaddress {
        ${VIP}
    }
}
`

async function ipvlanOf(host: Host) {
  const links: unknown = JSON.parse(await host.run('ip', '-json', '-d', 'link', 'show'))
  const found = (links as { ifname: string; linkinfo?: { info_kind: string; info_data: unknown } }[]).find(
    ({ linkinfo }) => linkinfo?.info_kind === 'ipvlan',
  )
  return found && { name: found.ifname, data: found.linkinfo?.info_data, addresses: await host.addresses(found.ifname) }
}

t.test('an interface of its own for the adverts; the virtual address stays on the real one', async t => {
  await withLab(async lab => {
    const [a, b] = [lab.addHost('a', '10.42.0.10/24'), lab.addHost('b', '10.42.0.11/24')]
    const wire = await Capture.start(lab.addHost('observer'))
    const theirs = await startKeepalived(b, configuration(100, '10.42.0.21'))
    await b.untilAddress(VIP)
    const ours = await startOurs(a, configuration(200, '10.42.0.20'))
    await a.untilAddress(VIP)
    await b.untilAddress(VIP, false)
    await wire.until(frame => frame.kind === 'advert' && frame.address === '10.42.0.20' && frame.priority === 200)
    const [mine, their] = [await ipvlanOf(a), await ipvlanOf(b)]
    t.strictSame(mine?.addresses, ['10.42.0.20'])
    t.strictSame([mine?.name, mine?.data], [their?.name, their?.data])
    await ours.stop()
    await b.untilAddress(VIP)
    t.equal(await ipvlanOf(a), undefined, 'gone with us')
    const refused = await a.run('curl', '-s', '--connect-timeout', '2', `http://${VIP}:9/`).catch(error => error.code)
    t.equal(refused, 7, 'the holder answers')

    const again = await startOurs(a, configuration(200, '10.42.0.20'))
    await a.untilAddress(VIP)
    await again.crash()
    await b.untilAddress(VIP)
    const third = await startOurs(a, configuration(200, '10.42.0.22'))
    await a.untilAddress(VIP)
    t.strictSame((await ipvlanOf(a))?.addresses, ['10.42.0.22'], 'what a crash left is made anew')
    await third.stop()
    await theirs.stop()
  })
})
