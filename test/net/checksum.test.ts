/**
 * The internet checksum against a plain one, and against RFC 1071's own example.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  foldSum,
  internetChecksum,
  parseIp,
  pseudoHeaderSum,
  sumPseudoHeader,
  sumWords,
  updateChecksum,
  writeU16,
} from '../../lib/net/index.ts'

/** Word by word, folding at once. */
function plainSum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)
    if (sum > 0xffff) sum -= 0xffff
  }
  return sum
}

t.test('the example of RFC 1071 §3', async t => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)
  t.equal(foldSum(sumWords(bytes, 0, 8)), 0xddf2)
  t.equal(internetChecksum(bytes), 0x220d)
})

t.test('any bytes at any place', async t => {
  const bytes = fc.uint8Array({ maxLength: 100 })
  fc.assert(
    fc.property(bytes, bytes, bytes, (before, middle, after) => {
      const all = Uint8Array.from([...before, ...middle, ...after])
      t.equal(foldSum(sumWords(all, before.length, middle.length)), plainSum(middle))
    }),
  )
  t.equal(
    foldSum(sumWords(new Uint8Array(65_535).fill(255), 0, 65_535)),
    foldSum(0xffff * 32_767 + 0xff00),
    'the largest',
  )
})

t.test('pieces add up', async t => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 60 }), fc.nat({ max: 29 }), (bytes, half) => {
      const cut = Math.min(half * 2, bytes.length)
      const sum = sumWords(bytes, cut, bytes.length - cut, sumWords(bytes, 0, cut))
      t.equal(foldSum(sum), plainSum(bytes))
    }),
  )
})

t.test('an update in place is what summing anew would be (RFC 1624)', async t => {
  const word = fc.integer({ min: 0, max: 0xffff })
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), word, (source, after) => {
      const bytes = Uint8Array.from(source)
      bytes[0] = 0x31
      const checksum = internetChecksum(bytes)
      const before = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0)
      writeU16(bytes, 2, after)
      t.equal(updateChecksum(checksum, before, after), internetChecksum(bytes))
    }),
    { numRuns: 500 },
  )
  // The example of RFC 1624 §4, where the older formula of RFC 1141 gives 0xffff.
  t.equal(updateChecksum(0xdd2f, 0x5555, 0x3285), 0x0000)
})

t.test('pseudo-headers from text and from bytes', async t => {
  for (const [source, destination, family] of [
    ['192.0.2.1', '224.0.0.18', 4],
    ['fe80::1', 'ff02::12', 6],
    ['fe80::1', 'ff02::1', 6],
  ] as const) {
    const bytes = Uint8Array.from([...(parseIp(source) ?? []), ...(parseIp(destination) ?? [])])
    const expected = foldSum(plainSum(bytes) + 112)
    const half = family === 4 ? 4 : 16
    t.equal(foldSum(sumPseudoHeader(bytes, 0, half, half, 112)), expected)
    t.equal(foldSum(pseudoHeaderSum(source, destination, 112, family)), expected)
    t.equal(foldSum(pseudoHeaderSum(source, destination, 112, family)), expected, 'remembered')
  }
  t.throws(() => pseudoHeaderSum('192.0.2.1', 'fe80::1', 112, 4), { message: /^destination: / })
  t.throws(() => pseudoHeaderSum('192.0.2.1', '224.0.0.18', 112, 6), { message: /^source: / })
})
