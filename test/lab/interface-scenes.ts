/**
 * What befalls an interface under a transport: down and up, deleted and made again.
 */
import type { Test } from 'tap'
import { enterNamespace, until } from './namespace.ts'
import type { LabPair } from './transport-pair.ts'

const GROUP = '224.0.0.18'
const OPTIONS = { interface: 'eth0', family: 4, vrid: 10, destination: { type: 'multicast', group: GROUP } } as const
const MESSAGE = Buffer.from('210a64010201c47eac1008640000000000000000', 'hex')

/** Runs the scenes. `makePair` is called for each; the pair is closed after it. */
export function interfaceScenes(t: Test, name: string, makePair: () => Promise<LabPair>): void {
  t.test(`${name}: a link that is down refuses, and works again when it is up`, async t => {
    const { a, b, close } = await makePair()
    try {
      let heard = 0
      const sender = a.transport.open(OPTIONS, () => {})
      b.transport.open(OPTIONS, () => heard++)
      await a.host.run('ip', 'link', 'set', 'eth0', 'down')
      t.throws(() => sender.send(MESSAGE, GROUP), { name: 'SystemError', code: 'ERR_SYSCALL' })
      await a.host.run('ip', 'link', 'set', 'eth0', 'up')
      await until(() => {
        sender.send(MESSAGE, GROUP)
        return heard > 0
      })
    } finally {
      close()
    }
  })

  t.test(`${name}: an interface that is made anew gets new sockets`, async t => {
    const { a, b, close } = await makePair()
    try {
      let heard = 0
      const sender = a.transport.open(OPTIONS, () => {})
      const receiver = b.transport.open(OPTIONS, () => heard++)
      await b.host.run('ip', 'link', 'delete', 'eth0')
      await until(() => receiver.source === undefined)
      t.throws(() => receiver.send(MESSAGE, GROUP), { code: 'ERR_INTERFACE' })
      // New sockets belong to the namespace that the thread is in when the event comes.
      const leave = enterNamespace(b.host)
      try {
        const peer = ['peer', 'name', 'back', 'netns', a.host.namespace]
        await b.host.run('ip', 'link', 'add', 'eth0', 'type', 'veth', ...peer)
        await b.host.run('ip', 'address', 'add', '10.9.0.2/24', 'dev', 'eth0')
        await b.host.run('ip', 'link', 'set', 'eth0', 'up')
        await a.host.run('ip', 'link', 'set', 'back', 'up')
        await a.host.run('ip', 'address', 'add', '10.9.0.3/24', 'dev', 'back')
        await until(() => receiver.source === '10.9.0.2' && b.ports.links.get('eth0')?.running === true)
      } finally {
        leave()
      }
      const back = a.transport.open({ ...OPTIONS, interface: 'back' }, () => {})
      t.equal(back.source, '10.9.0.3')
      await until(() => {
        back.send(MESSAGE, GROUP)
        return heard > 0
      })
      t.doesNotThrow(() => receiver.send(MESSAGE, GROUP))
      t.doesNotThrow(() => sender.send(MESSAGE, GROUP))
    } finally {
      close()
    }
  })
}
