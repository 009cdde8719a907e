/**
 * IP and Ethernet addresses between bytes and text.
 */
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import t from 'tap'
import {
  canonicalIp,
  compareIp,
  familyOf,
  formatIp,
  formatMac,
  isMulticast,
  parseIp,
  parseMac,
  requireIp,
  virtualMac,
} from '../../lib/net/index.ts'

const NO_ADDRESS = [
  '',
  '1',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '1.2.3.0004',
  '1..2.3',
  '.1.2.3',
  '1.2.3.',
  '1.2.3.4 ',
  '0x1.2.3.4',
  ':',
  ':::',
  '1:',
  ':1',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '::1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7:',
  '12345::',
  'g::',
  'fe80::1%eth0',
  '::1.2.3',
  '::ffff:1.2.3.4%1',
  '1.2.3.4::',
]

t.test('canonical text, RFC 5952', async t => {
  for (const [text, canonical] of [
    ['192.0.2.1', '192.0.2.1'],
    ['010.001.000.255', '10.1.0.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FE80::0:0:1', 'fe80::1'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['0:0:1:2:3:4:5:6', '::1:2:3:4:5:6'],
    ['1:2:3:4:5:6::', '1:2:3:4:5:6::'],
    ['1::3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ] as const) {
    t.equal(canonicalIp(text), canonical, text)
    t.equal(canonicalIp(canonical), canonical)
    t.equal(familyOf(text), text.includes(':') ? 6 : 4)
  }
  for (const text of NO_ADDRESS) {
    t.equal(parseIp(text), undefined, `'${text}'`)
    t.equal(familyOf(text), undefined)
    t.throws(() => requireIp(text, 'peer'), { name: 'RangeError', message: /^peer: / })
  }
})

t.test('agrees with ipaddr.js on any 16 bytes, written either way', async t => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, parts => {
      const bytes = Uint8Array.from(parts.flatMap(part => [part >> 8, part & 255]))
      const text = formatIp(bytes)
      const other = ipaddr.fromByteArray([...bytes])
      t.equal(text, other.toString())
      t.strictSame(parseIp(text), bytes)
      t.strictSame(parseIp(other.toNormalizedString()), bytes)
    }),
  )
})

t.test('agrees with ipaddr.js on what is no IPv6 address', async t => {
  const character = fc.constantFrom(':', ':', '::', '0', '1', 'f', 'ABCD', '12345')
  fc.assert(
    fc.property(fc.array(character, { maxLength: 18 }), parts => {
      const text = parts.join('')
      t.equal(parseIp(text) !== undefined, ipaddr.IPv6.isValid(text), text)
    }),
    { numRuns: 2000 },
  )
})

t.test('text is right though tables remember it', async t => {
  // Addresses that share a slot, in turn, and zeros, which a slot begins with.
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4096; i++) {
      const bytes = Uint8Array.of(i >> 2, i & 255, (i * 7) & 255, i >> 8)
      t.equal(formatIp(bytes), bytes.join('.')) || t.bailout('wrong text')
    }
    t.equal(formatIp(new Uint8Array(4)), '0.0.0.0')
    t.equal(formatIp(new Uint8Array(16)), '::')
  }
})

t.test('lengths, order, groups', async t => {
  t.throws(() => formatIp(new Uint8Array(3), 0, 4), RangeError)
  t.throws(() => formatIp(new Uint8Array(20), 5), RangeError)
  t.equal(formatIp(Uint8Array.of(9, 9, 192, 0, 2, 1), 2), '192.0.2.1')
  t.ok(compareIp('192.0.2.9', '192.0.2.10') < 0)
  t.ok(compareIp('200.0.0.1', '100.0.0.1') > 0, 'unsigned')
  t.ok(compareIp('fe80::2', 'fe80::1') > 0)
  t.equal(compareIp('fe80::1', 'FE80:0::1'), 0)
  for (const [text, multicast] of [
    ['224.0.0.18', true],
    ['239.255.255.255', true],
    ['240.0.0.1', false],
    ['223.0.0.1', false],
    ['ff02::12', true],
    ['fe80::1', false],
  ] as const) {
    t.equal(isMulticast(requireIp(text, 'text')), multicast, text)
  }
})

t.test('Ethernet addresses', async t => {
  t.equal(virtualMac(51, 4), '00:00:5e:00:01:33')
  t.equal(virtualMac(255, 6), '00:00:5e:00:02:ff')
  t.strictSame(parseMac('00-00-5E-00-01-33'), Uint8Array.of(0, 0, 0x5e, 0, 1, 0x33))
  t.equal(formatMac(Uint8Array.of(9, 0, 0, 0x5e, 0, 1, 0x33), 1), '00:00:5e:00:01:33')
  for (const text of ['', '00:00:5e:00:01', '00:00:5e:00:01:3g', '0:0:5e:0:1:33', '00:00:5e:00:01:33:00']) {
    t.throws(() => parseMac(text, 'source'), { name: 'RangeError', message: /^source: / })
  }
})
