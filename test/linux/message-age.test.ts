/**
 * The age of received messages, from control messages as the kernel writes them: struct cmsghdr, struct timespec.
 */
import t from 'tap'
import { AgeReader } from '../../lib/linux/message-age.ts'
import { nativeSizes } from '../../lib/linux/syscalls.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'
const SOL_SOCKET = 1
const SCM_TIMESTAMPNS = 35
const IPPROTO_IPV6 = 41

function controlMessage(level: number, type: number, ...words: readonly number[]): Buffer {
  const { word } = nativeSizes()
  const bytes = Buffer.alloc(word + 8 + words.length * word)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeInt32LE(level, word)
  bytes.writeInt32LE(type, word + 4)
  for (const [i, value] of words.entries()) bytes.writeUInt32LE(value, word + 8 + i * word)
  return bytes
}

/** Stamped so many milliseconds ago. */
function stamp(age: number): Buffer {
  const at = performance.timeOrigin + performance.now() - age
  return controlMessage(SOL_SOCKET, SCM_TIMESTAMPNS, Math.floor(at / 1000), Math.floor((at % 1000) * 1e6))
}

t.test('the age of a stamped message, behind other control messages', { skip }, async t => {
  const reader = new AgeReader()
  const other = controlMessage(IPPROTO_IPV6, 52, 255)
  let best = Number.POSITIVE_INFINITY
  // The clock of this test differs a little from the kernel's, and it may be paused.
  for (let i = 0; i < 20; i++) {
    const control = Buffer.concat([other, stamp(3)])
    reader.begin()
    best = Math.min(best, Math.abs(reader.read(control) - 3))
  }
  t.ok(best < 1, `off by ${best} ms`)
})

t.test('nothing is believed that cannot be', { skip }, async t => {
  const reader = new AgeReader()
  const whole = stamp(3)
  reader.begin()
  for (let length = 0; length < whole.length; length++) t.equal(reader.read(whole.subarray(0, length)), 0)
  t.equal(reader.read(stamp(-1000)), 0, 'from the future')
  t.equal(reader.read(stamp(60)), 0, 'old: the clock was set, or the machine stood still')
  t.equal(reader.read(stamp(86_400_000 * 365)), 0)
  t.equal(reader.read(controlMessage(SOL_SOCKET, 2, 1, 2)), 0)
  t.equal(reader.read(Buffer.alloc(64)), 0, 'a length of 0 does not hang it')
})
