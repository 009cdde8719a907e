/**
 * What every Transport must do, whatever it moves messages over: the same suite runs over memory and over sockets.
 */
import type { Test } from 'tap'
import type { ChannelOptions, Transport } from '../lib/instance/index.ts'
import type { IpEnvelope } from '../lib/net/index.ts'

/** Two hosts on one segment. */
export interface TransportPair {
  readonly a: TransportSide
  readonly b: TransportSide
  /** Lets messages arrive until the condition holds. @throws Error when it never does. */
  until(condition: () => boolean): Promise<void>
  close(): void
}

/** One host of a pair. */
export interface TransportSide {
  readonly transport: Transport
  readonly interface: string
  /** Its IPv4 address on that interface. */
  readonly address: string
}

const GROUP = '224.0.0.18'

interface Heard {
  readonly bytes: number[]
  readonly ip: IpEnvelope
}

function multicast(side: TransportSide, vrid: number, group = GROUP): ChannelOptions {
  return { interface: side.interface, family: 4, vrid, destination: { type: 'multicast', group } }
}

function unicast(side: TransportSide, vrid: number, ...peers: string[]): ChannelOptions {
  return { interface: side.interface, family: 4, vrid, destination: { type: 'unicast', peers } }
}

/** As much of a version 2 message as a transport looks at. */
function message(vrid: number, mark: number): Uint8Array {
  return Uint8Array.of(0x21, vrid, 100, 1, 0, 1, 0, 0, 192, 0, 2, mark)
}

/** Runs the suite. `makePair` is called for each test; the pair is closed after it. */
export function transportCompliance(t: Test, name: string, makePair: () => Promise<TransportPair>): void {
  const scene = (title: string, body: (t: Test, pair: TransportPair) => Promise<void>) =>
    t.test(`${name}: ${title}`, async t => {
      const pair = await makePair()
      try {
        await body(t, pair)
      } finally {
        pair.close()
      }
    })

  const hear = (side: TransportSide, options: ChannelOptions) => {
    const heard: Heard[] = []
    const channel = side.transport.open(options, (bytes, ip) => heard.push({ bytes: [...bytes], ip }))
    return { channel, heard }
  }

  scene('a message arrives as it was sent, with what its IP header said', async (t, { a, b, until }) => {
    const from = hear(a, multicast(a, 10))
    const to = hear(b, multicast(b, 10))
    t.equal(from.channel.source, a.address)
    from.channel.send(message(10, 1), GROUP)
    await until(() => to.heard.length > 0)
    const { ip, bytes } = to.heard[0] as Heard
    t.strictSame(bytes, [...message(10, 1)])
    const { family, source, destination, hopLimit, protocol } = ip
    const expected = { family: 4, source: a.address, destination: GROUP, hopLimit: 255, protocol: 112 }
    t.strictSame({ family, source, destination, hopLimit, protocol }, expected)
    t.strictSame(from.heard, [], 'nobody hears himself')
  })

  scene('the sender may reuse its bytes, and order is kept', async (t, { a, b, until }) => {
    const from = hear(a, multicast(a, 10))
    const to = hear(b, multicast(b, 10))
    const bytes = message(10, 0)
    for (let mark = 1; mark <= 100; mark++) {
      bytes[11] = mark
      from.channel.send(bytes, GROUP)
    }
    bytes.fill(0)
    await until(() => to.heard.length >= 100)
    t.strictSame(
      to.heard.map(({ bytes }) => bytes[11]),
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
  })

  scene('each channel hears its VRID, and what nobody takes is unclaimed', async (t, { a, b, until }) => {
    const sender = hear(a, multicast(a, 10)).channel
    const ten = hear(b, multicast(b, 10))
    const eleven = hear(b, multicast(b, 11))
    const unclaimed: string[] = []
    b.transport.onUnclaimed = (bytes, ip, interfaceName) => {
      unclaimed.push(`${bytes[1]} from ${ip.source} on ${interfaceName}`)
    }
    sender.send(message(12, 1), GROUP)
    sender.send(message(11, 2), GROUP)
    sender.send(message(10, 3), GROUP)
    await until(() => ten.heard.length > 0)
    t.equal(ten.heard.length, 1)
    t.equal(eleven.heard.length, 1)
    t.equal(eleven.heard[0]?.bytes[11], 2)
    t.strictSame(unclaimed, [`12 from ${a.address} on ${b.interface}`])
  })

  scene('groups are apart: the same VRID in two of them is two virtual routers', async (t, { a, b, until }) => {
    const other = '224.0.0.111'
    const fromOne = hear(a, multicast(a, 10)).channel
    const fromOther = hear(a, multicast(a, 10, other)).channel
    const one = hear(b, multicast(b, 10))
    const two = hear(b, multicast(b, 10, other))
    fromOne.send(message(10, 1), GROUP)
    fromOther.send(message(10, 2), other)
    await until(() => one.heard.length + two.heard.length >= 2)
    t.strictSame(
      one.heard.map(({ bytes }) => bytes[11]),
      [1],
    )
    t.strictSame(
      two.heard.map(({ bytes }) => bytes[11]),
      [2],
    )
  })

  scene('closing one of two channels leaves the other alone', async (t, { a, b, until }) => {
    const sender = hear(a, multicast(a, 10)).channel
    const closed = hear(b, multicast(b, 11))
    const open = hear(b, multicast(b, 10))
    closed.channel.close()
    closed.channel.close()
    sender.send(message(11, 1), GROUP)
    sender.send(message(10, 2), GROUP)
    await until(() => open.heard.length > 0)
    t.strictSame(closed.heard, [])
  })

  scene('unicast goes to the peer, from the address of the interface', async (t, { a, b, until }) => {
    const from = hear(a, unicast(a, 10, b.address))
    const to = hear(b, unicast(b, 10, a.address))
    from.channel.send(message(10, 7), b.address)
    await until(() => to.heard.length > 0)
    t.strictSame(to.heard[0]?.bytes, [...message(10, 7)])
    t.equal(to.heard[0]?.ip.source, a.address)
    t.equal(to.heard[0]?.ip.destination, b.address)
    to.channel.send(message(10, 8), a.address)
    await until(() => from.heard.length > 0)
    t.equal(from.heard[0]?.bytes[11], 8)
  })

  scene(
    'a message behind an authentication header goes to the channel of the VRID in it',
    async (t, { a, b, until }) => {
      const ah = Uint8Array.of(112, 4, 0, 0, 10, 0, 0, 1, 0, 0, 0, 5, ...new Uint8Array(12), ...message(10, 1))
      const sender = hear(a, multicast(a, 10)).channel
      const to = hear(b, { ...multicast(b, 10), authenticationHeader: true })
      sender.send(ah, GROUP)
      await until(() => to.heard.length > 0)
      t.strictSame(to.heard[0]?.bytes, [...ah])
      t.equal(to.heard[0]?.ip.protocol, 51)
    },
  )

  scene('an interface that does not exist is an error at once', async (t, { a }) => {
    t.throws(() => a.transport.open({ ...multicast(a, 10), interface: 'absent0' }, () => {}), { code: 'ERR_INTERFACE' })
  })

  scene('a closed transport delivers nothing', async (t, { a, b, until }) => {
    const sender = hear(a, multicast(a, 10))
    const to = hear(b, multicast(b, 10))
    to.channel.send(message(10, 1), GROUP)
    sender.channel.send(message(10, 2), GROUP)
    b.transport.close()
    await until(() => sender.heard.length > 0)
    t.strictSame(to.heard, [])
  })
}
