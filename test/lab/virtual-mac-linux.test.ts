/**
 * The kernel's virtual MAC interfaces under the suite that the simulated ones pass too, and what only a kernel can do to them.
 */
import t from 'tap'
import { linuxPorts } from '../../lib/linux/index.ts'
import { virtualMacCompliance } from '../virtual-mac-compliance.ts'
import { labUnavailable } from './available.ts'
import { Lab } from './lab.ts'
import { enterNamespace } from './namespace.ts'

const skip = labUnavailable()

async function makeHost() {
  const lab = new Lab()
  const host = lab.addHost('h', '10.9.0.1/24')
  // Settings under /proc are those of the namespace that the thread is in.
  const leave = enterNamespace(host)
  const ports = linuxPorts()
  const close = () => {
    ports.close()
    leave()
    lab.close()
  }
  return { host, ports, close }
}

t.test('over the kernel', { skip }, async t => {
  virtualMacCompliance(t, 'macvlan', async () => {
    const { host, ports, close } = await makeHost()
    const remove = async (name: string) => {
      await host.run('ip', 'link', 'delete', name)
    }
    return { virtualMacs: ports.virtualMacs, links: ports.links, remove, close }
  })

  const wanted = { name: 'vrrp.9', parent: 'eth0', mac: '00:00:5e:00:01:09', ipv4: true, ipv6: false }

  t.test('an interface of that name that is none of ours is left alone', async t => {
    const { host, ports, close } = await makeHost()
    try {
      await host.run('ip', 'link', 'add', 'vrrp.9', 'type', 'bridge')
      const refused = await ports.virtualMacs.apply('a', [wanted]).catch((error: unknown) => error)
      t.match(refused, { code: 'ERR_INTERFACE', message: /'vrrp\.9' is there already/ })
      await ports.virtualMacs.apply('a', [])
      t.match(await host.run('ip', '-d', 'link', 'show', 'vrrp.9'), /bridge/)
    } finally {
      close()
    }
  })

  t.test('settings of the interface below, and back', async t => {
    const { host, ports, close } = await makeHost()
    const settings = async () => {
      const names = ['arp_ignore', 'arp_filter', 'arp_announce'].map(name => `/proc/sys/net/ipv4/conf/eth0/${name}`)
      return (await host.run('cat', ...names)).trim().split('\n').map(Number)
    }
    try {
      await host.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_announce')
      await ports.virtualMacs.apply('a', [wanted])
      t.strictSame(await settings(), [1, 1, 2])
      await ports.virtualMacs.apply('b', [{ ...wanted, name: 'vrrp.10', mac: '00:00:5e:00:01:0a' }])
      await ports.virtualMacs.apply('a', [])
      t.strictSame(await settings(), [1, 1, 2], 'while one is left')
      await ports.virtualMacs.apply('b', [])
      t.strictSame(await settings(), [0, 0, 1])
    } finally {
      close()
    }
  })
})
