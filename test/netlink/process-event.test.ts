/**
 * Process events as a kernel 6.18 sent them for `bash -c 'exec sleep'`, and bytes that are none.
 */
import t from 'tap'
import { decodeProcessEvent, encodeMessages, encodeProcessSubscription } from '../../lib/netlink/index.ts'

const SUBSCRIBED =
  '0100000001000000ea13000001000000280000000000000001000000c39a3849d4050000000000000000000000000000000000000000000000000000'
const FORK =
  '0100000001000000eb130000000000002800000001000000010000007b1f4c49d4050000cb230000cb230000d7230000d72300000000000000000000'
const EXEC =
  '01000000010000007013000000000000280000000200000000000000347d5449d4050000d7230000d723000000000000000000000000000000000000'
const EXIT =
  '0100000001000000ec1300000000000028000000000000800100000099a5124ad4050000d7230000d72300000000000011000000cb230000cb230000'

const decode = (hex: string) => decodeProcessEvent(Buffer.from(hex, 'hex'))
/** With another word at an offset. */
const patched = (hex: string, offset: number, value: number) => {
  const bytes = Buffer.from(hex, 'hex')
  bytes.writeUInt32LE(value, offset)
  return decodeProcessEvent(bytes)
}

t.test('the subscription', async t => {
  t.equal(
    Buffer.from(encodeMessages([encodeProcessSubscription()])).toString('hex'),
    '28000000030000000000000000000000010000000100000000000000000000000400000001000000',
  )
})

t.test('events', async t => {
  t.strictSame(decode(SUBSCRIBED), { type: 'subscribed', errno: 0 })
  t.strictSame(decode(FORK), { type: 'fork', pid: 9175, parent: 9163 })
  t.strictSame(decode(EXEC), { type: 'exec', pid: 9175 })
  t.strictSame(patched(EXEC, 20, 0x200), { type: 'exec', pid: 9175 }, 'another name')
  t.strictSame(decode(EXIT), { type: 'exit', pid: 9175 })
  t.strictSame(patched(SUBSCRIBED, 36, 1), { type: 'subscribed', errno: 1 })
})

t.test('threads and other kinds of events are left out', async t => {
  t.equal(patched(FORK, 44, 9176), undefined)
  t.equal(patched(EXEC, 36, 9176), undefined)
  t.equal(patched(EXIT, 36, 9176), undefined)
  t.equal(patched(EXEC, 20, 0x4), undefined, 'another user')
  t.equal(patched(EXEC, 0, 7), undefined, 'another user of the connector')
})

t.test('what is cut off is no event', async t => {
  for (const [name, hex] of Object.entries({ SUBSCRIBED, FORK, EXEC, EXIT })) {
    const bytes = Buffer.from(hex, 'hex')
    const needed = name === 'FORK' ? 52 : 44
    for (let length = 0; length < needed; length++) {
      t.equal(decodeProcessEvent(bytes.subarray(0, length)), undefined, `${name} ${length}`)
    }
  }
})
