/**
 * The file formats: both byte orders, both resolutions, sections, interfaces, damage, and memory that files cannot grow.
 */
import fc from 'fast-check'
import t from 'tap'
import { type CapturedPacket, CaptureStream } from '../../lib/capture/index.ts'
import { DecodeError } from '../../lib/errors.ts'
import { type FilePacket, pcapFile, pcapngFile } from './capture-files.ts'

const packets: FilePacket[] = [
  { bytes: [1, 2, 3], length: 60 },
  { bytes: [] },
  { bytes: Array.from({ length: 301 }, (_, i) => i & 255), nanoseconds: 123_456_000 },
]

interface Read {
  packets: CapturedPacket[]
  error?: { code: string; offset: number }
}

/** Reads bytes in pieces; the packets and how it ended. */
function read(file: Uint8Array, piece = file.length, stopAt = Number.POSITIVE_INFINITY): Read {
  const found: CapturedPacket[] = []
  const stream = new CaptureStream(packet => {
    found.push(packet.copy())
    return found.length < stopAt
  })
  try {
    for (let at = 0; at < file.length; at += piece) stream.push(file.subarray(at, at + piece))
    stream.end()
    return { packets: found }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { packets: found, error: { code: error.code, offset: error.offset } }
  }
}

const summary = ({ packets }: Read) =>
  packets.map(({ number, seconds, nanoseconds, bytes, length }) => ({
    number,
    seconds,
    nanoseconds,
    bytes: [...bytes],
    length,
  }))

const expected = packets.map(({ bytes, length, nanoseconds }, i) => ({
  number: i + 1,
  seconds: 1_700_000_000 + i,
  nanoseconds: nanoseconds ?? i * 1000,
  bytes: [...bytes],
  length: length ?? bytes.length,
}))

t.test('classic files in every byte order and resolution', async t => {
  for (const little of [true, false]) {
    for (const nanoseconds of [true, false]) {
      const result = read(pcapFile(packets, { little, nanoseconds, linkType: 101 }))
      t.strictSame(summary(result), expected, JSON.stringify({ little, nanoseconds }))
      t.strictSame(
        result.packets.map(packet => packet.linkType),
        [101, 101, 101],
      )
    }
  }
  t.strictSame(summary(read(pcapFile(packets, { magic: 0xa1b2cd34 }))), expected, 'records of the patched libpcap')
  const frameCheck = read(pcapFile(packets, { linkType: 1 | (5 << 28) }))
  t.equal(frameCheck.packets[0]?.linkType, 1, 'the bits about frame check sequences are not the link type')
})

t.test('old versions store the two lengths the other way round', async t => {
  const file = pcapFile([{ bytes: [1, 2, 3, 4], length: 9 }], { minor: 2 })
  const view = new DataView(file.buffer)
  view.setUint32(24 + 8, 9, true)
  view.setUint32(24 + 12, 4, true)
  t.strictSame(summary(read(file))[0]?.bytes, [1, 2, 3, 4])
  t.equal(read(file).packets[0]?.length, 9)
})

t.test('more than the snapshot length is cut off, more than can be is an error', async t => {
  const cut = read(pcapFile([{ bytes: [1, 2, 3, 4, 5] }, { bytes: [6] }], { snapshot: 2 }))
  t.strictSame(
    cut.packets.map(packet => [...packet.bytes]),
    [[1, 2], [6]],
  )
  const file = pcapFile([{ bytes: [1] }, { bytes: [2] }])
  new DataView(file.buffer).setUint32(24 + 17 + 8, 262_145, true)
  const result = read(file)
  t.equal(result.packets.length, 1)
  t.strictSame(result.error, { code: 'ERR_CAPTURE_FORMAT', offset: 24 + 17 })
})

t.test('pcapng: sections of both byte orders, interfaces, resolutions, every packet block', async t => {
  for (const little of [true, false]) {
    for (const resolution of [undefined, 6, 9, 12, 18, 0x80 | 20, 0x80 | 30, 0x80 | 40]) {
      for (const block of ['enhanced', 'packet'] as const) {
        const description = { name: 'eth7', linkType: 276, ...(resolution === undefined ? {} : { resolution }) }
        const file = pcapngFile([
          { little: !little, interfaces: [{}], packets: [] },
          {
            little,
            interfaces: [{}, { ...description, offsetSeconds: 1_699_999_990 }],
            block,
            noise: true,
            packets: packets.map(packet => ({ ...packet, interfaceId: 1 })),
          },
        ])
        const result = read(file)
        const label = JSON.stringify({ little, resolution, block })
        // 2^-20 s is coarser than a microsecond's tenth: fractions may come out a little later.
        const tolerance = resolution === (0x80 | 20) ? 1000 : 0
        const times = summary(result).map(({ nanoseconds }, i) =>
          Math.abs(nanoseconds - (expected[i]?.nanoseconds ?? 0)),
        )
        t.ok(
          times.every(difference => difference <= tolerance),
          label,
        )
        t.strictSame(summary(result).map(strip), expected.map(strip), label)
        t.equal(result.packets[2]?.interfaceName, 'eth7')
        t.equal(result.packets[2]?.linkType, 276)
        t.equal(result.error, undefined)
      }
    }
  }
})

function strip({ number, seconds, bytes, length }: (typeof expected)[number]) {
  return { number, seconds, bytes, length }
}

t.test('pcapng: simple packet blocks have no time, and the snapshot length of the interface', async t => {
  const result = read(
    pcapngFile([{ interfaces: [{ snapshot: 2 }], block: 'simple', packets: [{ bytes: [1, 2, 3], length: 3 }] }]),
  )
  t.strictSame(summary(result), [{ number: 1, seconds: 0, nanoseconds: 0, bytes: [1, 2], length: 3 }])
})

t.test('pcapng: damage is told with its place', async t => {
  const good = pcapngFile([{ interfaces: [{}], packets }])
  const at = good.length - 4
  const spoil = (offset: number, value: number) => {
    const file = good.slice()
    new DataView(file.buffer).setUint32(offset, value, true)
    return read(file)
  }
  t.equal(spoil(at, 7).error?.code, 'ERR_CAPTURE_FORMAT', 'two lengths differ')
  t.equal(spoil(at, 7).packets.length, 2, 'the packets before it are there')
  t.equal(spoil(8, 7).error?.code, 'ERR_CAPTURE_FORMAT', 'no byte order mark')
  t.equal(spoil(4, 11).error?.code, 'ERR_CAPTURE_FORMAT', 'a block that is too short')
  t.equal(
    read(pcapngFile([{ interfaces: [{}], packets: [{ bytes: [1], interfaceId: 3 }] }])).error?.code,
    'ERR_CAPTURE_FORMAT',
  )
  const flood = pcapngFile([{ interfaces: new Array(10_001).fill({}), packets: [] }])
  t.equal(read(flood).error?.code, 'ERR_CAPTURE_FORMAT', 'too many interfaces')
})

t.test('pcapng: a long block of an unknown kind is passed over without being stored', async t => {
  const file = pcapngFile([{ interfaces: [{}], packets: [] }])
  const long = new Uint8Array(3 << 20)
  const view = new DataView(long.buffer)
  view.setUint32(0, 0x0bad, true)
  view.setUint32(4, long.length, true)
  view.setUint32(long.length - 4, long.length, true)
  const rest = pcapngFile([{ interfaces: [{}], packets }])
  const result = read(Buffer.concat([file, long, rest]), 65_536)
  t.strictSame(summary(result), expected)
  t.equal(read(Buffer.concat([file, long.subarray(0, 2 << 20)])).error?.code, 'ERR_CAPTURE_TRUNCATED')
})

t.test('the size of the pieces does not matter', async t => {
  for (const file of [pcapFile(packets), pcapngFile([{ interfaces: [{}], packets, noise: true }])]) {
    for (const piece of [1, 2, 3, 7, 100, 1 << 20]) t.strictSame(summary(read(file, piece)), expected, `${piece}`)
  }
})

t.test('the visitor can stop', async t => {
  t.equal(read(pcapFile(packets), 5, 1).packets.length, 1)
  t.equal(read(pcapFile(packets), 5, 1).error, undefined)
  t.equal(read(pcapngFile([{ interfaces: [{}], packets }]), 5, 2).packets.length, 2)
})

t.test('a file that ends early gives its whole packets, then an error, wherever it ends', async t => {
  for (const file of [pcapFile(packets), pcapngFile([{ interfaces: [{}], packets }])]) {
    let whole = 0
    for (let length = 0; length < file.length; length++) {
      const result = read(file.slice(0, length))
      if (result.error === undefined) whole++
      else
        t.match(
          result.error.code,
          length < 12 ? /ERR_CAPTURE_(FORMAT|TRUNCATED)/ : 'ERR_CAPTURE_TRUNCATED',
          `${length} bytes`,
        )
      t.strictSame(summary(result), expected.slice(0, result.packets.length))
    }
    t.ok(whole >= 3, 'only the ends of records are ends')
  }
})

t.test('bytes of any kind throw nothing but DecodeError', async t => {
  const files = [
    pcapFile(packets),
    pcapngFile([{ interfaces: [{ name: 'eth0', resolution: 9 }], packets, noise: true }]),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.integer({ min: 1, max: 200 }),
      (file, changes, piece) => {
        const mutant = file.slice()
        for (const [at, value] of changes) mutant[at % mutant.length] = value
        const result = read(mutant, piece)
        return result.packets.every(packet => packet.bytes.length <= 262_144)
      },
    ),
    { numRuns: 3000 },
  )
  t.pass('3000 mutants')
})

t.test('what is no capture', async t => {
  t.strictSame(read(new Uint8Array(0)).error, { code: 'ERR_CAPTURE_FORMAT', offset: 0 })
  t.strictSame(read(Uint8Array.from([0xd4, 0xc3])).error, { code: 'ERR_CAPTURE_FORMAT', offset: 0 })
  t.strictSame(read(Buffer.from('hello, world')).error, { code: 'ERR_CAPTURE_FORMAT', offset: 0 })
  const version = pcapFile(packets)
  version[4] = 9
  t.equal(read(version).error?.code, 'ERR_CAPTURE_FORMAT')
})
