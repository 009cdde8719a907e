/**
 * What every Transport must do, whatever it moves messages over: the same suite runs over memory and over sockets.
 */
import type { Test } from 'tap'
import type { ChannelOptions, Transport } from '../lib/instance/index.ts'
import type { IpEnvelope, IpFamily } from '../lib/net/index.ts'
import { scenesOver } from './scenes.ts'

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
  /** Its primary addresses on that interface. */
  readonly addresses: Readonly<Record<IpFamily, string>>
}

const GROUPS = { 4: ['224.0.0.18', '224.0.0.111'], 6: ['ff02::12', 'ff02::112'] } as const
/** An address of neither side. */
const FIXED = { 4: '10.9.0.77', 6: 'fe80::77' } as const

interface Heard {
  readonly bytes: number[]
  readonly ip: IpEnvelope
}

/** As much of a message as a transport looks at. */
function message(vrid: number, mark: number): Uint8Array {
  return Uint8Array.of(0x21, vrid, 100, 1, 0, 1, 0, 0, 192, 0, 2, mark)
}

/** Runs the suite over one family. `makePair` is called for each test; the pair is closed after it. */
export function transportCompliance(
  t: Test,
  name: string,
  family: IpFamily,
  makePair: () => Promise<TransportPair>,
): void {
  const [GROUP, OTHER_GROUP] = GROUPS[family]
  const multicast = (side: TransportSide, vrid: number, group: string = GROUP): ChannelOptions => {
    return { interface: side.interface, family, vrid, destination: { type: 'multicast', group } }
  }
  const unicast = (side: TransportSide, vrid: number, ...peers: string[]): ChannelOptions => {
    return { interface: side.interface, family, vrid, destination: { type: 'unicast', peers } }
  }
  const scene = scenesOver(t, `${name}, IPv${family}`, makePair)

  const hear = (side: TransportSide, options: ChannelOptions) => {
    const heard: Heard[] = []
    const channel = side.transport.open(options, (bytes, ip) => heard.push({ bytes: [...bytes], ip }))
    return { channel, heard }
  }

  scene('a message arrives as it was sent, with what its IP header said', async (t, { a, b, until }) => {
    const from = hear(a, multicast(a, 10))
    const to = hear(b, multicast(b, 10))
    t.equal(from.channel.source, a.addresses[family])
    from.channel.send(message(10, 1), GROUP)
    await until(() => to.heard.length > 0)
    const { ip, bytes } = to.heard[0] as Heard
    t.strictSame(bytes, [...message(10, 1)])
    const { source, destination, hopLimit, protocol } = ip
    const expected = { family, source: a.addresses[family], destination: GROUP, hopLimit: 255, protocol: 112 }
    t.strictSame({ family: ip.family, source, destination, hopLimit, protocol }, expected)
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
    t.strictSame(unclaimed, [`12 from ${a.addresses[family]} on ${b.interface}`])
  })

  scene('groups are apart: the same VRID in two of them is two virtual routers', async (t, { a, b, until }) => {
    const fromOne = hear(a, multicast(a, 10)).channel
    const fromOther = hear(a, multicast(a, 10, OTHER_GROUP)).channel
    const one = hear(b, multicast(b, 10))
    const two = hear(b, multicast(b, 10, OTHER_GROUP))
    fromOne.send(message(10, 1), GROUP)
    fromOther.send(message(10, 2), OTHER_GROUP)
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
    const from = hear(a, unicast(a, 10, b.addresses[family]))
    const to = hear(b, unicast(b, 10, a.addresses[family]))
    from.channel.send(message(10, 7), b.addresses[family])
    await until(() => to.heard.length > 0)
    t.strictSame(to.heard[0]?.bytes, [...message(10, 7)])
    t.equal(to.heard[0]?.ip.source, a.addresses[family])
    t.equal(to.heard[0]?.ip.destination, b.addresses[family])
    to.channel.send(message(10, 8), a.addresses[family])
    await until(() => from.heard.length > 0)
    t.equal(from.heard[0]?.bytes[11], 8)
  })

  scene('multicast and unicast are apart: neither hears what was sent the other way', async (t, { a, b, until }) => {
    const one = hear(a, multicast(a, 10)).channel
    const other = hear(a, unicast(a, 10, b.addresses[family])).channel
    const group = hear(b, multicast(b, 10))
    const peer = hear(b, unicast(b, 10, a.addresses[family]))
    one.send(message(10, 1), GROUP)
    other.send(message(10, 2), b.addresses[family])
    await until(() => group.heard.length > 0 && peer.heard.length > 0)
    const marks = [group, peer].map(({ heard }) => heard.map(({ bytes }) => bytes[11]))
    t.strictSame(marks, [[1], [2]])
  })

  scene('a source of its own leaves as the source, and decides nothing about what is heard', async (t, pair) => {
    const { a, b, until } = pair
    const from = hear(a, { ...multicast(a, 10), source: FIXED[family] })
    const to = hear(b, multicast(b, 10))
    t.equal(from.channel.source, FIXED[family])
    from.channel.send(message(10, 1), GROUP)
    to.channel.send(message(10, 2), GROUP)
    await until(() => to.heard.length > 0 && from.heard.length > 0)
    t.equal(to.heard[0]?.ip.source, FIXED[family])
    t.equal(from.heard[0]?.bytes[11], 2)
  })

  scene('a TTL of 254 is not told as one of 255', async (t, { a, b, until }) => {
    const far = hear(a, { ...unicast(a, 10, b.addresses[family]), ttl: 254 }).channel
    const near = hear(a, unicast(a, 11, b.addresses[family])).channel
    const to = [10, 11].map(vrid => hear(b, unicast(b, vrid, a.addresses[family])))
    far.send(message(10, 1), b.addresses[family])
    near.send(message(11, 1), b.addresses[family])
    await until(() => to.every(({ heard }) => heard.length > 0))
    const [one = -1, other] = to.map(({ heard }) => heard[0]?.ip.hopLimit)
    t.equal(other, 255)
    t.ok(one >= 0 && one < 255, `${one}`)
  })

  const ah = Uint8Array.of(112, 4, 0, 0, 10, 0, 0, 1, 0, 0, 0, 5, ...new Uint8Array(12), ...message(10, 1))
  const ahScene = async (t: Test, { a, b, until }: TransportPair) => {
    const sender = hear(a, multicast(a, 10)).channel
    const to = hear(b, { ...multicast(b, 10), authenticationHeader: true })
    sender.send(ah, GROUP)
    await until(() => to.heard.length > 0)
    t.strictSame(to.heard[0]?.bytes, [...ah])
    t.equal(to.heard[0]?.ip.protocol, 51)
  }
  // Only version 2 has it, and version 2 has no IPv6.
  if (family === 4) scene('a message behind an authentication header goes to the channel of the VRID in it', ahScene)

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
