/**
 * Netlink messages: as the kernel writes them, round trips, and bytes that are none.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  decodeAcknowledgement,
  decodeAddress,
  decodeAttributes,
  decodeLink,
  decodeMessages,
  encodeAddress,
  encodeAttributes,
  encodeMessages,
  NLMSG_ERROR,
} from '../../lib/netlink/index.ts'

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

t.test('an address request is what ip-address(8) sends', async t => {
  // ip address add 10.9.0.100/32 dev (2) label eth0:1, seen with strace.
  const expected =
    '02200000' + '02000000' + '08000200' + '0a090064' + '08000100' + '0a090064' + '0b000300' + '657468303a310000'
  const body = encodeAddress({ family: 4, index: 2, address: '10.9.0.100', prefixLength: 32, label: 'eth0:1' })
  t.equal(hex(body), expected)
})

t.test('an IPv6 host address comes without duplicate detection and is no source', async t => {
  const body = encodeAddress({ family: 6, index: 3, address: '2001:db8::1', prefixLength: 128 })
  const attributes = decodeAttributes(body.subarray(8))
  t.equal(hex(attributes.get(8)), '02000000', 'IFA_F_NODAD')
  t.equal(hex(attributes.get(6)?.subarray(0, 8)), '00000000ffffffff', 'preferred 0, valid for ever')
  const net = decodeAttributes(
    encodeAddress({ family: 6, index: 3, address: '2001:db8::1', prefixLength: 64 }).subarray(8),
  )
  t.equal(hex(net.get(6)?.subarray(0, 8)), 'ffffffffffffffff')
})

t.test('addresses: there and back', async t => {
  const address = {
    family: 4,
    index: 7,
    address: '192.0.2.1',
    prefixLength: 24,
    scope: 253,
    peer: '192.0.2.9',
    broadcast: '192.0.2.255',
    label: 'eth0:v',
  } as const
  t.strictSame(decodeAddress(encodeAddress(address)), { ...address, usable: true })
})

t.test('an address that is tentative or a duplicate is not usable', async t => {
  const bytes = encodeAddress({ family: 6, index: 3, address: 'fe80::1', prefixLength: 64 })
  const body = Buffer.from(bytes)
  const at = body.indexOf(Buffer.from('0800080002000000', 'hex'))
  for (const [flags, usable] of [
    [0x80, true],
    [0x40, false],
    [0x08, false],
    [0xc0, false],
  ] as const) {
    body.writeUInt32LE(flags, at + 4)
    t.equal(decodeAddress(body)?.usable, usable, `flags ${flags}`)
  }
})

t.test('a link: name, MAC, running only when up and with carrier', async t => {
  const attributes = encodeAttributes([
    { type: 3, value: Buffer.from('eth0\0') },
    { type: 1, value: Buffer.from('00155dae0278', 'hex') },
  ])
  const body = Buffer.concat([Buffer.from('00000100' + '02000000' + '43100100' + '00000000', 'hex'), attributes])
  t.strictSame(decodeLink(body), { index: 2, name: 'eth0', mac: '00:15:5d:ae:02:78', running: true, up: true })
  body[8] = 0x03
  t.equal(decodeLink(body)?.running, false, 'no carrier')
  body[8] = 0x42
  t.equal(decodeLink(body)?.running, false, 'administratively down')
  body[0] = 7
  t.equal(decodeLink(body), undefined, 'a bridge port is no link')
})

t.test('an acknowledgement in the kernel’s words', async t => {
  const text = encodeAttributes([{ type: 1, value: Buffer.from('ipv4: Address not found\0') }])
  const refused = Buffer.concat([Buffer.from('9dffffff' + '20000000150005000500000000000000', 'hex'), text])
  const message = { type: NLMSG_ERROR, sequence: 5, body: refused }
  t.strictSame(decodeAcknowledgement({ ...message, flags: 0x300 }), { errno: 99, message: 'ipv4: Address not found' })
  t.strictSame(decodeAcknowledgement({ ...message, flags: 0 }), { errno: 99 })
  t.equal(decodeAcknowledgement({ ...message, flags: 0x100, body: new Uint8Array(20) }), undefined)
  // Not capped: the whole refused request, 0x20 bytes, stands between.
  const whole = Buffer.concat([refused.subarray(0, 20), Buffer.alloc(16), text])
  t.equal(decodeAcknowledgement({ ...message, flags: 0x200, body: whole })?.message, 'ipv4: Address not found')
})

t.test('messages: there and back, whatever is in them', async t => {
  const message = fc.record({
    type: fc.integer({ min: 0, max: 0xffff }),
    flags: fc.integer({ min: 0, max: 0xffff }),
    sequence: fc.integer({ min: 0, max: 0xffffffff }),
    body: fc.uint8Array({ maxLength: 40 }),
  })
  fc.assert(
    fc.property(fc.array(message), messages => {
      const back = decodeMessages(encodeMessages(messages))
      t.strictSame(
        back.map(({ body, ...rest }) => ({ ...rest, body: hex(body) })),
        messages.map(({ body, ...rest }) => ({ ...rest, body: hex(body) })),
      )
    }),
    { numRuns: 50 },
  )
})

t.test('no bytes make a decoder throw or hang', async t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      decodeAttributes(bytes)
      decodeAddress(bytes)
      decodeLink(bytes)
      for (const message of decodeMessages(bytes)) decodeAcknowledgement(message)
    }),
  )
  t.pass()
})
