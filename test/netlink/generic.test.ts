/**
 * Generic netlink: attributes read and written in place, families by name.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  AttributeReader,
  AttributeWriter,
  decodeAttributes,
  decodeMessages,
  decodeWholeAttributes,
  encodeAttributes,
  encodeMessages,
} from '../../lib/netlink/index.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const list = fc.array(fc.record({ type: fc.integer({ min: 1, max: 20 }), value: fc.uint8Array({ maxLength: 20 }) }), {
  maxLength: 30,
})

t.test('the reader finds what decodeAttributes finds', async t => {
  const reader = new AttributeReader(20)
  fc.assert(
    fc.property(list, attributes => {
      const bytes = encodeAttributes(attributes)
      t.ok(reader.read(bytes))
      const found = decodeAttributes(bytes)
      for (let type = 0; type <= 20; type++) {
        const value = found.get(type)
        t.equal(reader.has(type), value !== undefined)
        t.equal(reader.length(type), value?.length ?? 0)
        const at = reader.offset(type, 0)
        if (value !== undefined && at !== undefined) t.equal(hex(bytes.subarray(at, at + value.length)), hex(value))
      }
    }),
    { numRuns: 50 },
  )
})

t.test('what is cut off is refused whole, and leaves nothing of an earlier list', async t => {
  const reader = new AttributeReader(3)
  const bytes = encodeAttributes([
    { type: 1, value: Uint8Array.of(1, 2, 3, 4) },
    { type: 2, value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ])
  t.ok(reader.read(bytes))
  t.equal(reader.u32(1), 0x04030201)
  t.equal(reader.u16be(1), 0x0102)
  t.equal(reader.u64(2), 0x0807060504030201n)
  t.equal(reader.u64(1), undefined, 'too short')
  t.equal(reader.u8(3), undefined)
  for (const length of [1, 3, 7, 9, 19]) {
    t.notOk(reader.read(bytes.subarray(0, length)), `${length} bytes`)
    t.equal(decodeWholeAttributes(bytes.subarray(0, length)), undefined)
    t.notOk(reader.has(2))
  }
})

t.test('the writer writes what the encoders write, again and again', async t => {
  const writer = new AttributeWriter()
  fc.assert(
    fc.property(fc.array(list, { maxLength: 5 }), lists => {
      const header = { type: 7, flags: 1, sequence: 9 }
      for (const attributes of lists) {
        writer.message(header, () => {
          for (const { type, value } of attributes) writer.bytes(type, value)
        })
      }
      const expected = encodeMessages(lists.map(attributes => ({ ...header, body: encodeAttributes(attributes) })))
      t.equal(hex(writer.written()), hex(expected))
      t.equal(decodeMessages(writer.take()).length, lists.length)
      t.equal(writer.written().length, 0)
    }),
    { numRuns: 50 },
  )
})

t.test('numbers, texts and nests', async t => {
  const writer = new AttributeWriter()
  const nest = writer.begin(9)
  writer.u8(1, 1).u16(2, 2).u16be(3, 3).u32(4, 4).text(5, 'wlc').end(nest)
  t.equal(
    hex(writer.take()),
    [
      '2c000900',
      '0500010001000000',
      '0600020002000000',
      '0600030000030000',
      '0800040004000000',
      '08000500776c6300',
    ].join(''),
  )
})
