/**
 * The raw-socket transport under the suite that all transports pass, and its own view of the interfaces.
 */
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { NodeLinkWatch, RawSocketTransport } from '../../lib/raw-socket/index.ts'
import { transportCompliance } from '../transport-compliance.ts'
import { labUnavailable } from './available.ts'
import { interfaceScenes } from './interface-scenes.ts'
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
  const pair = () => labPair(({ links }) => RawSocketTransport.load({ links }))
  for (const family of [4, 6] as const) transportCompliance(t, 'raw-socket', family, pair)
  interfaceScenes(t, 'raw-socket', pair)

  t.test('a child process inherits no socket, and closing twice is closing once', async t => {
    const { a, close } = await pair()
    try {
      const options = { interface: 'eth0', vrid: 10 } as const
      const channels = [
        a.transport.open({ ...options, family: 4, destination: { type: 'multicast', group: '224.0.0.18' } }, () => {}),
        a.transport.open({ ...options, family: 6, destination: { type: 'multicast', group: 'ff02::12' } }, () => {}),
      ]
      const find = ['/proc/self/fd', '-lname', 'socket:*', '!', '-name', '[012]']
      t.equal(execFileSync('find', find, { encoding: 'utf8' }), '')
      for (const channel of [...channels, ...channels]) channel.close()
      a.transport.close()
      a.transport.close()
      for (const [i, group] of ['224.0.0.18', 'ff02::12'].entries()) {
        t.throws(() => channels[i]?.send(new Uint8Array(20), group), { code: 'ERR_TRANSPORT_UNAVAILABLE' })
      }
    } finally {
      close()
    }
  })

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
