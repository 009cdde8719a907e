/**
 * inspect: everything that is there, and every problem, in agreement with decode.
 */
import t from 'tap'
import { DecodeError } from '../../lib/errors.ts'
import { decode, inspect } from '../../lib/packet/index.ts'
import { findVector, hex, illegalVectors, legalVectors } from './vectors.ts'

t.test('legal vectors: every field, no problem', async t => {
  for (const { name, message, ip, inspection } of legalVectors()) t.strictSame(inspect(message, ip), inspection, name)
})

for (const { name, message, ip, problems } of illegalVectors()) {
  t.test(`illegal: ${name}`, async t => {
    const found = inspect(message, ip).problems
    t.strictSame(
      found.map(({ code, offset }) => ({ code, offset })),
      problems,
    )
    const start = ip.protocol === 51 ? 24 : 0
    try {
      decode(message, ip)
      t.fail('decode should refuse')
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      t.strictSame({ code: error.code, offset: error.offset - start }, problems[0], 'decode names the first')
      t.match(error.message, found[0]?.message ?? 'nothing')
    }
  })
}

t.test('reads what is there of a message that is cut short', async t => {
  const ip = { family: 4, source: '192.0.2.2', destination: '224.0.0.18', hopLimit: 255, protocol: 112 } as const
  // Version 2, virtual router 51, priority 100, 3 addresses, of which one and a half are there.
  const inspection = inspect(hex('213364030103ffffc0000201c000'), ip)
  t.strictSame(
    { ...inspection, problems: inspection.problems.map(({ code }) => code) },
    {
      version: 2,
      type: 1,
      vrid: 51,
      priority: 100,
      addressCount: 3,
      authType: 1,
      intervalMs: 3000,
      addresses: ['192.0.2.1'],
      checksum: { value: 0xffff, form: undefined, ok: false },
      length: 14,
      problems: ['ERR_VRRP_TRUNCATED'],
    },
  )
  const fields = (length: number) => Object.keys(inspect(hex('2133640301').subarray(0, length), ip)).sort()
  const always = ['addresses', 'length', 'problems']
  t.strictSame(fields(0), always)
  t.strictSame(fields(2), [...always, 'type', 'version', 'vrid'].sort())
  t.strictSame(fields(5), [...always, 'addressCount', 'authType', 'priority', 'type', 'version', 'vrid'].sort())
  t.equal(inspect(hex('3133640300c8'), ip).intervalMs, 2000, 'interval of version 3')
})

t.test('what is inspected does not change with the bytes afterwards', async t => {
  const vector = findVector(({ inspection }) => inspection.authType === 1)
  const message = vector.message.slice()
  const inspection = inspect(message, vector.ip)
  const advertisement = decode(message, vector.ip)
  message.fill(0)
  t.strictSame(inspection, vector.inspection)
  t.strictSame(advertisement, vector.advertisement)
})
