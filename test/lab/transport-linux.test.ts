/**
 * The kernel's ports under the suites that the simulated ones pass too, and what only a kernel can do to them.
 */
import { execFileSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { gratuitousArp } from '../../lib/garp/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { portsCompliance } from '../ports-compliance.ts'
import { transportCompliance } from '../transport-compliance.ts'
import { labUnavailable } from './available.ts'
import { Capture } from './capture.ts'
import { interfaceScenes } from './interface-scenes.ts'
import { Lab } from './lab.ts'
import { insideNamespace, until } from './namespace.ts'
import { labPair } from './transport-pair.ts'

const skip = labUnavailable()
const GROUP = '224.0.0.18'
const OPTIONS = { interface: 'eth0', family: 4, vrid: 10, destination: { type: 'multicast', group: GROUP } } as const
const MESSAGE = Buffer.from('210a64010201c47eac1008640000000000000000', 'hex')

t.test('over the kernel', { skip }, async t => {
  for (const family of [4, 6] as const) transportCompliance(t, 'koffi', family, () => labPair())

  portsCompliance(t, 'rtnetlink', async () => {
    const lab = new Lab()
    const host = lab.addHost('h', '10.9.0.1/24')
    const { addressManager, links, announcer, close } = insideNamespace(host, linuxPorts)
    await until(() => links.get('eth0')?.running === true)
    return {
      addressManager,
      links,
      announcer,
      interface: 'eth0',
      address: '10.9.0.1',
      present: async () => (await host.addresses()).filter(address => !address.includes(':')),
      interfere: async (verb, { address, prefixLength }) => {
        await host.run('ip', 'address', verb, `${address}/${prefixLength}`, 'dev', 'eth0')
      },
      plug: plugged => lab.setCable(host, plugged),
      until,
      close: () => {
        close()
        lab.close()
      },
    }
  })

  kernelScenes(t)
})

function kernelScenes(t: Test): void {
  t.test('adverts leave with TTL 255 and TOS 0xc0, and a VIP never becomes their source', async t => {
    const { a, b, close } = await labPair()
    try {
      const heard: string[] = []
      const sender = a.transport.open(OPTIONS, () => {})
      b.transport.open(OPTIONS, (_, ip) => heard.push(`${ip.source} ${ip.hopLimit}`))
      // A lower address in the same subnet, as the primary one of its prefix length.
      await a.ports.addressManager.apply('V', [{ address: '10.9.0.0', prefixLength: 32, interface: 'eth0' }])
      const late = a.transport.open({ ...OPTIONS, vrid: 11 }, () => {})
      t.equal(late.source, '10.9.0.1')
      sender.send(MESSAGE, GROUP)
      await until(() => heard.length > 0)
      t.strictSame(heard, ['10.9.0.1 255'])
      t.equal(sender.source, '10.9.0.1')
    } finally {
      close()
    }
  })

  t.test(
    'IPv6: from the link-local address, hop limit and destination told, whatever virtual one is there',
    async t => {
      const { a, b, close } = await labPair()
      try {
        const group = 'ff02::12'
        const options = { interface: 'eth0', family: 6, vrid: 7, destination: { type: 'multicast', group } } as const
        await until(() =>
          [a, b].every(({ ports }) => ports.links.get('eth0')?.addresses.some(ip => ip.startsWith('fe80'))),
        )
        const own = a.ports.links.get('eth0')?.addresses.find(ip => ip.startsWith('fe80'))
        const heard: string[] = []
        const sender = a.transport.open(options, () => {})
        b.transport.open(options, (bytes, ip) => heard.push(`${bytes.length} ${JSON.stringify(ip)}`))
        t.equal(sender.source, own)
        await a.ports.addressManager.apply('V', [{ address: 'fe80::100', prefixLength: 128, interface: 'eth0' }])
        // A message of version 3 as long as one of a few addresses.
        const message = Uint8Array.of(0x31, 7, 100, 1, 0, 100, 0, 0, ...new Uint8Array(64))
        await until(() => {
          sender.send(message, group)
          return heard.length > 0
        })
        const ip = { family: 6, source: own, destination: group, hopLimit: 255, protocol: 112 }
        t.equal(heard[0], `72 ${JSON.stringify(ip)}`)
        t.equal(sender.source, own)
        t.equal(a.transport.open({ ...options, vrid: 8 }, () => {}).source, own)
        await a.ports.addressManager.apply('V', [])
      } finally {
        close()
      }
    },
  )

  t.test('a message that is read late tells how late', async t => {
    const { a, b, close } = await labPair()
    try {
      const group6 = 'ff02::12'
      const options6 = { ...OPTIONS, family: 6, destination: { type: 'multicast', group: group6 } } as const
      for (const [options, group] of [
        [OPTIONS, GROUP],
        [options6, group6],
      ] as const) {
        const ages: number[] = []
        const sender = a.transport.open(options, () => {})
        b.transport.open(options, (_message, _ip, age) => ages.push(age ?? 0))
        // A machine that stands still for a while in between makes an age unknown.
        await until(() => {
          sender.send(MESSAGE, group)
          const { clock } = b.ports
          const sent = clock.now()
          while (clock.now() - sent < 2) {}
          return ages.some(age => age >= 1.9 && age < 10)
        })
        t.ok(ages.every(age => age >= 0))
      }
    } finally {
      close()
    }
  })

  t.test('a rehearsal goes every way and leaves no trace', async t => {
    const { a, b, close } = await labPair()
    try {
      const wire = await Capture.start(b.host, 'ip proto 112 or arp or icmp6[icmp6type] == 136')
      const heard: string[] = []
      const addressesBefore = await a.host.addresses()
      const group6 = 'ff02::12'
      const options6 = { ...OPTIONS, family: 6, destination: { type: 'multicast', group: group6 } } as const
      b.transport.open(OPTIONS, message => heard.push(`${message.length}`))
      b.transport.open(options6, message => heard.push(`${message.length}`))
      const { announcer, addressManager } = a.ports
      const frame = gratuitousArp({ mac: '00:00:5e:00:01:0a', address: '10.9.0.9' })
      for (const [options, group] of [
        [OPTIONS, GROUP],
        [options6, group6],
      ] as const) {
        const channel = a.transport.open(options, () => {})
        t.doesNotThrow(() => channel.rehearse?.(MESSAGE, group))
        t.doesNotThrow(() => channel.rehearse?.(MESSAGE, '198.51.100.1'), 'nor does it throw for what cannot be sent')
      }
      t.doesNotThrow(() => announcer.rehearse?.(frame, 'eth0'))
      t.doesNotThrow(() => addressManager.rehearse?.([{ address: '10.9.0.9', prefixLength: 32, interface: 'eth0' }]))
      t.doesNotThrow(() => addressManager.rehearse?.([{ address: '10.9.0.9', prefixLength: 32, interface: 'none' }]))
      // What is real comes through, after all that is not.
      a.transport.open({ ...OPTIONS, vrid: 33 }, () => {}).send(MESSAGE, GROUP)
      announcer.send(frame, 'eth0')
      await wire.until(({ kind, address }) => kind === 'announcement' && address === '10.9.0.9')
      await until(() => heard.length > 0)
      t.strictSame(heard, [`${MESSAGE.length}`])
      t.equal(wire.frames.filter(({ kind }) => kind === 'announcement').length, 1)
      t.strictSame(await a.host.addresses(), addressesBefore)
      wire.stop()
    } finally {
      close()
    }
  })

  interfaceScenes(t, 'koffi', () => labPair())

  t.test('what came during a stall is heard before a deadline that passed in it', async t => {
    const { a, b, close } = await labPair()
    try {
      let heard = 0
      let sent = 0
      const sender = a.transport.open(OPTIONS, () => {})
      b.transport.open(OPTIONS, () => heard++)
      const { clock } = b.ports
      const heardAtDeadline = new Promise<number>(resolve => {
        clock.wakeAt(milliseconds(clock.now() + 5), () => resolve(heard))
      })
      // The event loop stands still: nobody reads. Many times what a turn reads without a stall.
      const stalled = clock.now()
      for (; sent < 4000; sent++) sender.send(MESSAGE, GROUP)
      while (clock.now() - stalled < 60) {}
      t.equal(await heardAtDeadline, sent)
      t.equal(heard, sent)
    } finally {
      close()
    }
  })

  t.test('overrun of events: the table is right again', async t => {
    const lab = new Lab()
    const host = lab.addHost('h', '10.9.0.1/24')
    const { links, close } = insideNamespace(host, linuxPorts)
    try {
      await until(() => links.get('eth0')?.running === true)
      // Nobody reads meanwhile: far more events than the buffer holds, up and down again, and one that stays.
      const lines = Array.from({ length: 250 }, (_, i) => `address add 10.8.0.${i + 1}/32 dev eth0`)
      const storm = [...lines, ...lines.map(line => line.replace(' add ', ' del '))].join('\n')
      const repeated = `${storm}\n`.repeat(48)
      execFileSync('ip', ['-netns', host.namespace, '-batch', '-'], {
        input: `${repeated}address add 10.7.0.1/32 dev eth0\n`,
      })
      t.strictSame(links.get('eth0')?.addresses.at(-1), '10.7.0.1')
      t.strictSame(links.get('eth0')?.addresses, ['10.9.0.1', '10.7.0.1'])
    } finally {
      close()
      lab.close()
    }
  })

  t.test('primary and secondary: what goes with the primary one comes back', async t => {
    const lab = new Lab()
    const host = lab.addHost('h', '10.9.0.1/24')
    const { addressManager, links, close } = insideNamespace(host, linuxPorts)
    try {
      await until(() => links.get('eth0')?.running === true)
      const at = (address: string) => ({ address, prefixLength: 24, interface: 'eth0' })
      await addressManager.apply('one', [at('10.6.0.1')])
      await addressManager.apply('two', [at('10.6.0.2')])
      await addressManager.apply('one', [])
      const v4 = (await host.addresses()).filter(address => !address.includes(':'))
      t.strictSame(v4, ['10.9.0.1', '10.6.0.2'])
    } finally {
      close()
      lab.close()
    }
  })
}
