/**
 * 255 virtual routers with virtual MACs in one daemon: every VRID that an interface can have. RFC 9568 §7.3.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { withLab } from './lab.ts'
import { until } from './namespace.ts'
import { startOurs } from './router.ts'

const VRIDS = Array.from({ length: 255 }, (_, i) => i + 1)
const macOf = (vrid: number) => `00:00:5e:00:01:${vrid.toString(16).padStart(2, '0')}`
const addressOf = (vrid: number) => `10.56.1.${vrid}`

const CONFIGURATION = VRIDS.map(
  vrid => `vrrp_instance V${vrid} {
    interface eth0
    version 3
    virtual_router_id ${vrid}
    priority 255
    advert_int 1
    use_vmac
    garp_master_repeat 1
    garp_master_delay 0
    virtual_ipaddress {
        ${addressOf(vrid)}/16
    }
}
`,
).join('')

interface Link {
  readonly ifname: string
  readonly link?: string
  readonly address: string
  readonly linkinfo?: { readonly info_kind: string }
  readonly addr_info: readonly { readonly local: string }[]
}

t.test('all of them are made, send from their MACs, and are gone at the stop', { skip: labUnavailable() }, async t => {
  await withLab(async lab => {
    const host = lab.addHost('a', '10.56.0.1/16')
    const wire = await Capture.start(lab.addHost('observer'), 'ip proto 112 or arp', 128)
    const links = async () => {
      const all = JSON.parse(await host.run('ip', '-json', '-details', '-4', 'address')) as readonly Link[]
      return all.filter(({ ifname }) => ifname.startsWith('vrrp.'))
    }
    const begun = performance.now()
    const router = await startOurs(host, CONFIGURATION)
    const senders = () => new Map(wire.frames.flatMap(each => (each.kind === 'advert' ? [[each.vrid, each]] : [])))
    await until(() => senders().size === VRIDS.length)
    t.comment(`${Math.round(performance.now() - begun)} ms until all have sent an advert`)
    const adverts = senders()
    t.strictSame(
      VRIDS.map(vrid => [vrid, adverts.get(vrid)?.sourceMac, adverts.get(vrid)?.address]),
      VRIDS.map(vrid => [vrid, macOf(vrid), '10.56.0.1']),
      'each from its MAC, and from the address of the real interface',
    )
    const made = await links()
    const found = made.map(({ ifname, link, address, linkinfo, addr_info: list }) => {
      return [ifname, link, address, linkinfo?.info_kind, list.map(({ local }) => local).join()]
    })
    t.strictSame(
      found,
      VRIDS.map(vrid => [`vrrp.${vrid}`, 'eth0', macOf(vrid), 'macvlan', addressOf(vrid)]),
    )
    const announced = () =>
      wire.frames.filter(({ kind, address }) => kind === 'announcement' && address !== '10.56.0.1')
    await until(() => new Set(announced().map(({ address }) => address)).size === VRIDS.length)
    t.ok(announced().every(({ address, sourceMac }) => sourceMac === macOf(Number(address.split('.').at(-1)))))

    const stopping = performance.now()
    await router.stop()
    t.comment(`${Math.round(performance.now() - stopping)} ms for the stop`)
    t.equal(router.daemon.exitCode, 0)
    t.strictSame(await links(), [])
    t.equal(await host.run('cat', '/proc/sys/net/ipv4/conf/eth0/arp_ignore'), '0\n', 'settings as before')
    const resigned = () =>
      new Set(wire.frames.filter(each => each.kind === 'advert' && each.priority === 0).map(({ vrid }) => vrid))
    await until(() => resigned().size === VRIDS.length)
    t.notMatch(router.daemon.text(), /warning|refused|error/i)
  })
})
