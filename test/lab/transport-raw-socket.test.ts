/**
 * The raw-socket transport under the suite that all transports pass, and its own view of the interfaces.
 */
import t from 'tap'
import { NodeLinkWatch, RawSocketTransport } from '../../lib/raw-socket/index.ts'
import { transportCompliance } from '../transport-compliance.ts'
import { labUnavailable } from './available.ts'
import { Lab } from './lab.ts'
import { enterNamespace, until } from './namespace.ts'
import { labPair } from './transport-pair.ts'

async function isInstalled(): Promise<boolean> {
  try {
    const transport = await RawSocketTransport.load()
    transport.close()
    return true
  } catch {
    return false
  }
}

const skip = labUnavailable() || ((await isInstalled()) ? false : 'raw-socket: not compiled here')

t.test('over raw-socket', { skip }, async t => {
  transportCompliance(t, 'raw-socket', () => labPair(({ links }) => RawSocketTransport.load({ links })))

  t.test('interfaces, by looking', async t => {
    const lab = new Lab()
    const host = lab.addHost('h', '10.9.0.1/24')
    const leave = enterNamespace(host)
    const links = new NodeLinkWatch()
    try {
      await until(() => links.get('eth0')?.running === true)
      const link = links.get('eth0')
      t.equal(String(link?.index), (await host.run('cat', '/sys/class/net/eth0/ifindex')).trim())
      t.equal(link?.mac, (await host.run('cat', '/sys/class/net/eth0/address')).trim())
      t.equal(link?.addresses[0], '10.9.0.1')
      t.equal(links.get('absent0'), undefined)
      const told: (boolean | undefined)[] = []
      links.subscribe((name, now) => {
        if (name === 'eth0') told.push(now?.running)
      })
      await host.run('ip', 'link', 'set', 'eth0', 'down')
      await until(() => told.at(-1) === false)
      t.equal(links.get('eth0')?.running, false, 'down, and there')
      await host.run('ip', 'link', 'delete', 'eth0')
      await until(() => told.length > 1)
      t.equal(links.get('eth0'), undefined)
    } finally {
      links.close()
      leave()
      lab.close()
    }
  })
})
