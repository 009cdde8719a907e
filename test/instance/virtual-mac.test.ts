/**
 * A virtual router with its own MAC address on simulated hosts: the option, the interface, its loss and its end.
 */
import t from 'tap'
import { specify, VrrpInstance } from '../../lib/instance/index.ts'
import { virtualChannel } from '../../lib/instance/virtual-interfaces.ts'
import { MemoryHost, MemoryNetwork, MemoryPorts, SimClock } from '../../lib/simulation/index.ts'
import { milliseconds } from '../../lib/time/index.ts'

const OPTIONS = { interface: 'eth0', vrid: 51, addresses: ['192.0.2.100/24'] }

t.test('the option: an interface, and the addresses on it', async t => {
  const { virtualMac, addresses } = specify({ ...OPTIONS, virtualMac: true })
  const one = { name: 'vrrp.51', parent: 'eth0', mac: '00:00:5e:00:01:33', ipv4: true, ipv6: false }
  t.strictSame(virtualMac, { interfaces: [one] })
  t.equal(addresses[0]?.interface, 'vrrp.51')
  const named = specify({ ...OPTIONS, virtualMac: { name: 'v', mac: '02-00-00-00-00-AA', transmitFromBase: true } })
  t.match(named.virtualMac, { interfaces: [{ name: 'v', mac: '02:00:00:00:00:aa' }], transmitFromBase: true })
  t.equal(specify({ ...OPTIONS, virtualMac: false }).virtualMac, undefined)
  t.equal(virtualChannel(specify({ ...OPTIONS, virtualMac: true }))?.transmit, true)
  t.equal(virtualChannel(specify({ ...OPTIONS, virtualMac: true, peers: ['192.0.2.2'] }))?.transmit, false)
  t.throws(() => specify({ ...OPTIONS, virtualMac: { name: 'sixteen_letters_' } }), RangeError)
  t.throws(() => specify({ ...OPTIONS, virtualMac: { mac: 'no' } }), { message: /^virtualMac\.mac/ })
})

t.test(
  'made at the start, made again with the addresses, gone at the end; what is not accepted is dropped',
  async t => {
    const clock = new SimClock()
    const network = new MemoryNetwork({ clock })
    const host = new MemoryHost(network, 'A', [{ name: 'eth0', addresses: ['192.0.2.1'] }])
    const ports = new MemoryPorts(host)
    const { transport, addressManager, announcer, links, virtualMacs, packetFilter } = ports
    const given = { clock, transport, addressManager, announcer, links, virtualMacs, packetFilter }
    const router = new VrrpInstance({ ...OPTIONS, ...given, virtualMac: true, acceptMode: false })
    const announced: string[] = []
    network.subscribe(event => {
      if (event.type === 'announcement') announced.push(`${event.mac} ${event.interface}`)
    })
    const held = () => [...(host.interfaces.get('vrrp.51')?.virtual.keys() ?? [])]
    await router.start()
    t.strictSame(host.interfaces.get('vrrp.51')?.mac, '00:00:5e:00:01:33', 'before it is active')
    t.strictSame(held(), [])
    t.strictSame(packetFilter.current, [])
    clock.advance(milliseconds(clock.now() + 5000))
    t.strictSame(held(), ['192.0.2.100'])
    t.strictSame(packetFilter.current, ['192.0.2.100'])
    t.equal(announced[0], '00:00:5e:00:01:33 vrrp.51')
    host.removeVirtualInterface('vrrp.51')
    clock.advance(milliseconds(clock.now() + 10))
    t.strictSame(held(), ['192.0.2.100'])
    t.equal(router.snapshot().state, 'active')
    await router.stop()
    t.equal(host.interfaces.has('vrrp.51'), false)
    t.strictSame(packetFilter.current, [])
  },
)
