/**
 * UDP_CHECK, DNS_CHECK and PING_CHECK, and the sockets that node cannot make.
 */

import { execFileSync } from 'node:child_process'
import { createSocket, type RemoteInfo } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { decodeResponseCode, encodeName, encodeQuestion } from '../../lib/health/dns-message.ts'
import type { DnsCheck, PingCheck, Target, UdpCheck } from '../../lib/health/index.ts'
import { look } from './look.ts'
import { serve } from './servers.ts'
import { local, TIMING } from './timing.ts'

const root = process.getuid?.() === 0 ? false : 'needs root'

/** Answers datagrams. Undefined: silence. */
async function answer(
  t: Test,
  reply: (bytes: Buffer, from: RemoteInfo) => Uint8Array | undefined,
  address = '127.0.0.1',
): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  t.teardown(() => socket.close())
  socket.on('message', (bytes, from) => {
    const said = reply(bytes, from)
    if (said !== undefined) socket.send(said, from.port, from.address)
  })
  await new Promise<void>(resolve => socket.bind(0, address, resolve))
  return (socket.address() as AddressInfo).port
}

/** A port where nobody listens. */
async function closed(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(resolve))
  return port
}

function udp(port: number, change: Partial<UdpCheck> = {}): UdpCheck {
  return { ...TIMING, id: 'u', type: 'udp', target: local(port, 200), ...change }
}

t.test('UDP without a reply: silence is success, a closed port is not', async t => {
  const seen: Buffer[] = []
  const silent = await answer(t, bytes => void seen.push(bytes))
  t.equal(await look(udp(silent)), 'well')
  t.equal(await look(udp(silent, { payload: Buffer.from('cafe', 'hex') })), 'well')
  t.equal(seen[0]?.length, 16)
  t.equal(seen[1]?.toString('hex'), 'cafe')
  const port = await closed()
  t.equal(await look(udp(port)), `refused: datagram to [127.0.0.1]:${port} refused`)
})

t.test('UDP with a reply', async t => {
  const port = await answer(t, bytes => Buffer.concat([bytes, Buffer.of(0xff)]))
  const payload = Buffer.of(1, 2, 3)
  const name = `[127.0.0.1]:${port}`
  const reply = (wanted: NonNullable<UdpCheck['reply']>) => look(udp(port, { payload, reply: wanted }))
  t.equal(await reply({}), 'well')
  t.equal(await reply({ data: Buffer.of(1, 2, 3, 0xff) }), 'well')
  t.equal(await reply({ data: Buffer.of(1, 2, 3, 0xff, 9, 9) }), 'well', 'as far as both go')
  t.equal(await reply({ data: Buffer.of(1, 2, 4) }), `reply: reply of ${name} differs at byte 2`)
  t.equal(await reply({ data: Buffer.of(1, 0x12, 3), mask: Buffer.of(0xff, 0x0f, 0xff) }), 'well')
  t.equal(await reply({ minimumLength: 5 }), `reply: reply of 4 bytes from ${name}, not 5 to 255`)
  t.equal(await reply({ maximumLength: 3 }), `reply: reply of 4 bytes from ${name}, not 0 to 3`)
  const silent = await answer(t, () => undefined)
  t.equal(await look(udp(silent, { reply: {} })), `timeout: no answer of [127.0.0.1]:${silent} in 0.2 s`)
})

t.test('UDP from an address and a port of our own', async t => {
  const from: RemoteInfo[] = []
  const port = await answer(t, (bytes, sender) => {
    from.push(sender)
    return bytes
  })
  const sourcePort = await closed()
  const target: Target = { ...local(port, 200), sourceAddress: '127.0.0.9', sourcePort }
  t.equal(await look(udp(port, { target, reply: {} })), 'well')
  t.match(from[0], { address: '127.0.0.9', port: sourcePort })
  const target6 = local(await answer(t, bytes => bytes, '::1'), 200, '::1')
  t.equal(await look(udp(0, { target: target6, reply: {} })), 'well')
})

function dns(port: number, change: Partial<DnsCheck> = {}): DnsCheck {
  return { ...TIMING, id: 'd', type: 'dns', target: local(port, 200), ...change }
}

/** An answer to a question: flags changed, counts none. */
function respond(question: Buffer, code: number): Buffer {
  const bytes = Buffer.from(question)
  bytes.writeUInt16BE(0x8180 | code, 2)
  return bytes
}

t.test('DNS', async t => {
  const questions: Buffer[] = []
  const port = await answer(t, question => {
    questions.push(question)
    return respond(question, question.includes('missing') ? 3 : 0)
  })
  t.equal(await look(dns(port)), 'well')
  t.equal(await look(dns(port, { recordType: 'A', name: 'www.example.' })), 'well')
  t.equal(
    await look(dns(port, { recordType: 'AAAA', name: 'missing.example' })),
    `status: DNS NXDOMAIN for missing.example AAAA from [127.0.0.1]:${port}`,
  )
  t.equal(questions[0]?.subarray(2).toString('hex'), '010000010000000000000000060001')
  t.equal(
    questions[1]?.subarray(2).toString('hex'),
    `010000010000000000000377777707${Buffer.from('example').toString('hex')}0000010001`,
  )
})

t.test('DNS: what is no answer to the question is not taken for one', async t => {
  const wrong: ((question: Buffer) => Buffer)[] = [
    question => question,
    question => respond(question, 0).subarray(0, 11),
    question => Buffer.concat([Buffer.of((question[0] ?? 0) ^ 1), respond(question, 0).subarray(1)]),
    question => Buffer.from(respond(question, 0).map((byte, i) => (i === 13 ? byte ^ 1 : byte))),
    () => Buffer.alloc(0),
  ]
  for (const make of wrong) {
    const port = await answer(t, make)
    t.match(await look(dns(port, { name: 'www.example' })), /^timeout: no answer of/)
  }
})

t.test('DNS: bytes of any kind do no harm', async t => {
  const question = encodeQuestion(1, 'www.example', 'A')
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        const code = decodeResponseCode(bytes, question)
        return code === undefined || typeof code === 'string'
      }),
    ),
  )
  t.throws(() => encodeName('a'.repeat(64)), RangeError)
  t.throws(() => encodeName(`${'a'.repeat(60)}.`.repeat(5)), RangeError)
})

function ping(address: string, change: Partial<Target> = {}): PingCheck {
  return { ...TIMING, id: 'p', type: 'ping', target: { ...local(0, 200, address), ...change } }
}

t.test('PING', { skip: root }, async t => {
  t.equal(await look(ping('127.0.0.1')), 'well')
  t.equal(await look(ping('127.0.0.5', { sourceAddress: '127.0.0.9' })), 'well')
  t.equal(await look(ping('::1')), 'well')
})

t.test('a namespace of its own: silence, no way there, marks, interfaces', { skip: root }, async t => {
  // Everything in it is lost with it: addresses, the prohibited route, the rule for the mark.
  const script = new URL('./namespace-looks.js', import.meta.url).pathname
  const name = `vrrp-health-${process.pid}`
  execFileSync('ip', ['netns', 'add', name])
  t.teardown(() => execFileSync('ip', ['netns', 'delete', name]))
  for (const line of [
    'link set lo up',
    'link add d0 type veth peer name d1',
    'link set d0 up',
    'link set d1 up',
    'address add 10.91.0.1/24 dev d0',
    'route add unreachable 10.92.0.0/24',
    // What has the mark 7 goes nowhere.
    'route add unreachable default table 77',
    'rule add fwmark 7 table 77 priority 10',
    'rule add to 127.0.0.1 priority 20 table local',
  ])
    execFileSync('ip', ['-n', name, ...line.split(' ')])
  const output = execFileSync('ip', ['netns', 'exec', name, process.execPath, script], { encoding: 'utf8' })
  t.strictSame(output.trim().split('\n'), [
    'ping 10.91.0.1: well',
    'ping 10.91.0.2: unreachable',
    'ping 10.92.0.1: unreachable',
    'udp 10.91.0.2: unreachable',
    'tcp 10.91.0.1: refused',
    'tcp 10.91.0.1 mark 5: refused',
    'tcp 10.93.0.1 mark 7: unreachable',
    // Bound to lo it comes from 127.0.0.1, and no answer of 10.91.0.1 goes there.
    'tcp 10.91.0.1 on lo: timeout',
    'tcp 10.91.0.1 on none: local',
  ])
})

t.test('a TCP connection with a mark and from an address', { skip: root }, async t => {
  const from: (string | undefined)[] = []
  const port = await serve(t, socket => from.push(socket.remoteAddress))
  const target = { ...local(port), mark: 42, sourceAddress: '127.0.0.77' }
  t.equal(await look({ ...TIMING, id: 'x', type: 'tcp', target }), 'well')
  t.strictSame(from, ['127.0.0.77'])
})
