/**
 * decode and encode: golden vectors, round trips, and what each refuses.
 */
import fc from 'fast-check'
import t from 'tap'
import { DecodeError } from '../../lib/errors.ts'
import { formatIp, IPPROTO_AH, type IpEnvelope } from '../../lib/net/index.ts'
import { type Advertisement, decode, encode } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { findVector, legalVectors } from './vectors.ts'

const AH_LENGTH = 24
const TRAILER_LENGTH = 28
const vectors = legalVectors()
const IP4: IpEnvelope = { family: 4, source: '192.0.2.2', destination: '224.0.0.18', hopLimit: 255, protocol: 112 }
const IP6: IpEnvelope = { family: 6, source: 'fe80::2', destination: 'ff02::12', hopLimit: 255, protocol: 112 }

/** The code with which decode refuses, or what it returned. */
function refusal(message: Uint8Array, ip: IpEnvelope): string | Advertisement {
  try {
    return decode(message, ip)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return error.code
  }
}

for (const vector of vectors) {
  t.test(`decode: ${vector.name}`, async t => {
    t.strictSame(decode(vector.message, vector.ip), vector.advertisement)
    t.strictSame(decode(Buffer.from(vector.message), vector.ip), vector.advertisement, 'from a Buffer, too')
  })
}

t.test('encode makes the very bytes of each vector', async t => {
  for (const { name, message, ip, advertisement, inspection, signed } of vectors) {
    // Not representable: what RFC 3768 §5.3.10 and RFC 9568 §5.2.6 say to ignore.
    if (/ignored/.test(name)) continue
    const form = inspection.checksum?.form ?? 'message'
    const start = ip.protocol === IPPROTO_AH ? AH_LENGTH : 0
    const end = message.length - (signed ? TRAILER_LENGTH : 0)
    const bytes = encode(advertisement, ip, { checksumForm: form })
    const expected = message.slice(start, end)
    if (signed && ip.family === 6) {
      // The checksum of the vector covers the trailer.
      bytes.fill(0, 6, 8)
      expected.fill(0, 6, 8)
    }
    t.strictSame(bytes, expected, name)
  }
})

t.test('every prefix of every vector is a DecodeError', async t => {
  for (const { name, message, ip, signed } of vectors) {
    const whole = message.length - (signed ? TRAILER_LENGTH : 0)
    const accepted: number[] = []
    for (let length = 0; length < message.length; length++) {
      if (typeof refusal(message.subarray(0, length), ip) !== 'string') accepted.push(length)
    }
    // Without its trailer a message over IPv4 is whole; over IPv6 the checksum knows that something is missing.
    t.strictSame(accepted, signed && ip.family === 4 ? [whole] : [], name)
  }
})

t.test('every flipped bit under the checksum is refused', async t => {
  for (const { name, message, ip, signed } of vectors) {
    const start = ip.protocol === IPPROTO_AH ? AH_LENGTH : 0
    // Over IPv4 the trailer is covered by its HMAC alone: accept.test.ts.
    const end = message.length - (signed && ip.family === 4 ? TRAILER_LENGTH : 0)
    const accepted: string[] = []
    for (let bit = start * 8; bit < end * 8; bit++) {
      const mangled = message.slice()
      mangled[bit >> 3] = (mangled[bit >> 3] ?? 0) ^ (128 >> (bit & 7))
      if (typeof refusal(mangled, ip) !== 'string') accepted.push(`byte ${bit >> 3} bit ${bit & 7}`)
    }
    t.strictSame(accepted, [], name)
  }
})

t.test('an error says where', async t => {
  const ah = findVector(({ ip }) => ip.protocol === IPPROTO_AH)
  const mangled = ah.message.slice()
  mangled[AH_LENGTH + 1] = 0
  t.throws(() => decode(mangled, ah.ip), { code: 'ERR_VRRP_CHECKSUM', offset: AH_LENGTH + 6 }, 'behind AH')
  t.throws(() => decode(mangled.subarray(0, 5), ah.ip), { code: 'ERR_AH_MALFORMED', offset: 5 }, 'in AH')
  t.throws(() => decode(new Uint8Array(3), IP4), { code: 'ERR_VRRP_TRUNCATED', offset: 3, name: 'DecodeError' })
})

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const common = { vrid: fc.integer({ min: 1, max: 255 }), priority: fc.integer({ min: 0, max: 255 }) }
const ipv4 = octets(4).map(bytes => formatIp(bytes))
const ipv6 = octets(16).map(bytes => formatIp(bytes))
const list = (address: fc.Arbitrary<string>) => fc.array(address, { minLength: 1, maxLength: 255, size: 'medium' })
const centiseconds = fc.integer({ min: 1, max: 4095 }).map(value => milliseconds(value * 10))
const anyAdvertisement: fc.Arbitrary<Advertisement> = fc.oneof(
  fc.record({
    ...common,
    version: fc.constant(2 as const),
    family: fc.constant(4 as const),
    interval: fc.integer({ min: 1, max: 255 }).map(value => milliseconds(value * 1000)),
    authentication: fc.oneof(
      fc.constant({ type: 'none' as const }),
      fc.constant({ type: 'ah' as const }),
      octets(8).map(data => ({ type: 'simple' as const, data: Uint8Array.from(data) })),
    ),
    addresses: list(ipv4),
  }),
  fc.record({
    ...common,
    version: fc.constant(3 as const),
    family: fc.constant(4 as const),
    interval: centiseconds,
    addresses: list(ipv4),
  }),
  fc.record({
    ...common,
    version: fc.constant(3 as const),
    family: fc.constant(6 as const),
    interval: centiseconds,
    addresses: list(ipv6),
  }),
)

t.test('what is encoded decodes to the same', async () => {
  const form = fc.constantFrom('message' as const, 'pseudo-header' as const)
  fc.assert(
    fc.property(anyAdvertisement, ipv4, ipv6, form, (advertisement, source4, source6, checksumForm) => {
      const ip = advertisement.family === 4 ? { ...IP4, source: source4 } : { ...IP6, source: source6 }
      const decoded = decode(encode(advertisement, ip, { checksumForm }), ip)
      t.strictSame({ ...decoded }, { ...advertisement })
    }),
    { numRuns: 300 },
  )
})

t.test('encode names the field that is wrong', async t => {
  const good = { vrid: 1, priority: 100, addresses: ['192.0.2.1'] } as const
  const v2 = {
    ...good,
    version: 2,
    family: 4,
    interval: milliseconds(1000),
    authentication: { type: 'none' },
  } as const
  const v3 = { ...good, version: 3, family: 4, interval: milliseconds(10) } as const
  const wrong: readonly [unknown, RegExp, ErrorConstructor?][] = [
    [{ ...v2, vrid: 0 }, /^vrid: /],
    [{ ...v2, vrid: 1.5 }, /^vrid: /],
    [{ ...v2, vrid: '1' }, /^vrid: /, TypeError],
    [{ ...v3, priority: 256 }, /^priority: /],
    [{ ...v3, priority: -1 }, /^priority: /],
    [{ ...v2, addresses: [] }, /^addresses: /],
    [{ ...v2, addresses: new Array(256).fill('192.0.2.1') }, /^addresses: /],
    [{ ...v2, addresses: '192.0.2.1' }, /^addresses: /, TypeError],
    [{ ...v2, addresses: ['192.0.2.1', '192.0.2'] }, /^addresses\[1\]: '192.0.2' is not an IPv4/],
    [{ ...v2, addresses: ['::1'] }, /^addresses\[0\]: /],
    [{ ...v2, family: 6 }, /^family: /],
    [{ ...v3, family: 5 }, /^family: /],
    [{ ...v2, version: 4 }, /^version: /],
    [{ ...v2, interval: 1500 }, /^interval: /],
    [{ ...v2, interval: 256_000 }, /^interval: /],
    [{ ...v3, interval: 0 }, /^interval: /],
    [{ ...v3, interval: 15 }, /^interval: /],
    [{ ...v3, interval: 40_960 }, /^interval: /],
    [{ ...v2, authentication: { type: 'simple', data: new Uint8Array(7) } }, /^authentication.data: /],
    [{ ...v2, authentication: { type: 'md5' } }, /^authentication.type: /, TypeError],
  ]
  for (const [value, message, kind = RangeError] of wrong) {
    const error = t.throws(() => encode(value as Advertisement, IP4), { message }, String(message))
    t.ok(error instanceof kind, kind.name)
  }
  const mixed = { ...v3, family: 6 } as const
  t.throws(() => encode(mixed, IP6), { message: /^addresses.0.: / })
  t.throws(() => encode(v3, { ...IP4, source: '::1' }), { message: /^source: / })
  t.throws(() => encode(v3, { ...IP4, destination: 'x' }), { message: /^destination: / })
  t.throws(() => encode(v3, IP4, { checksumForm: 'none' as 'message' }), { message: /^checksumForm: / })
})
