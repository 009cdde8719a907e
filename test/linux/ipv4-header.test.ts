/**
 * IPv4 headers around adverts: against lib/net, and against keepalived's own bytes.
 */
import fc from 'fast-check'
import t from 'tap'
import { Ipv4Reader, makeIpv4Header, writeIpv4Packet } from '../../lib/linux/ipv4-header.ts'
import { decodeIpv4 } from '../../lib/net/index.ts'

const MESSAGE = Buffer.from('210a64010201c47eac1008640000000000000000', 'hex')
// keepalived's multicast advert with AH, header checksum 0xff33.
const AH_HEADER = '45c0004000010000ff33269dac10080ae0000012'
const AH_MESSAGE = `70040000ac10080a0000000165c5ee43a16aa941b2b5d0bc${MESSAGE.toString('hex')}`

t.test('a written packet is what lib/net reads', async t => {
  const packet = new Uint8Array(100)
  const length = writeIpv4Packet(packet, makeIpv4Header('192.0.2.1', '224.0.0.18'), MESSAGE)
  t.equal(length, 40)
  const read = decodeIpv4(packet.subarray(0, length))
  t.match(read, { source: '192.0.2.1', destination: '224.0.0.18', protocol: 112, hopLimit: 255, tos: 0xc0 })
  t.match(read, { identification: 0, dontFragment: false, totalLength: 40, payloadOffset: 20 })
})

t.test('in front of AH the header is keepalived’s, but for the checksum that the kernel fills in', async t => {
  const message = Buffer.from(AH_MESSAGE, 'hex')
  const packet = Buffer.alloc(100)
  const length = writeIpv4Packet(packet, makeIpv4Header('172.16.8.10', '224.0.0.18'), message)
  const expected = Buffer.from(AH_HEADER, 'hex')
  expected.writeUInt16BE(0, 10)
  expected.writeUInt8(51, 9)
  t.equal(packet.subarray(0, 20).toString('hex'), expected.toString('hex'))
  t.equal(length, 64)
})

t.test('reading: the VRID behind AH, the header for its check, one envelope for one sender', async t => {
  const reader = new Ipv4Reader()
  const ah = reader.read(Buffer.from(AH_HEADER + AH_MESSAGE, 'hex'))
  t.equal(ah?.vrid, 10)
  t.equal(Buffer.from(ah?.ip.header ?? []).toString('hex'), AH_HEADER)
  const plain = Buffer.from(`45c0002800010000ff700000ac10080ae0000012${MESSAGE.toString('hex')}ffff`, 'hex')
  const first = reader.read(plain)
  t.strictSame(first?.ip, {
    family: 4,
    source: '172.16.8.10',
    destination: '224.0.0.18',
    hopLimit: 255,
    protocol: 112,
  })
  t.equal(first?.message.length, 20, 'without what follows the packet')
  t.equal(reader.read(plain)?.ip, first?.ip)
  const other = Buffer.from(plain)
  other[8] = 64
  t.equal(reader.read(other)?.ip.hopLimit, 64)
  const options = Buffer.from(`46c0002c00010000ff700000ac10080ae000001294040000${MESSAGE.toString('hex')}`, 'hex')
  t.equal(reader.read(options)?.vrid, 10)
})

t.test('bytes that are no packet are passed over', async t => {
  const reader = new Ipv4Reader()
  for (const hex of ['', '45', '65'.padEnd(80, '0'), '44c00028'.padEnd(80, '0'), '45c00fff'.padEnd(80, '0')]) {
    t.equal(reader.read(Buffer.from(hex, 'hex')), undefined, hex)
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const packet = reader.read(bytes)
      return packet === undefined || packet.message.length <= bytes.length
    }),
  )
})
