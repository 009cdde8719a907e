/**
 * The authentication trailer: signing, each check of the receiver in order, both kinds of anti-replay.
 */
import { inspect as show } from 'node:util'
import t from 'tap'
import { IPPROTO_VRRP, pseudoHeaderSum } from '../../lib/net/index.ts'
import {
  AdvertisementView,
  encode,
  type HmacConfiguration,
  HmacKey,
  HmacReceiver,
  HmacSealer,
  HmacSender,
} from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { findVector, legalVectors, readFixture } from './vectors.ts'

const secret = readFixture('made').hmacSecret ?? new Uint8Array()
const NOW = 1_700_000_000_500
const rules: HmacConfiguration = {
  keys: [new HmacKey(7, secret), new HmacKey(8, new Uint8Array(64).fill(1))],
  activeKey: 7,
  timeWindow: milliseconds(5000),
  antiReplay: 'time',
  mode: 'enforce',
}
const signed = legalVectors().filter(vector => vector.signed)
const sample = findVector(({ signed }) => signed)
const plain = sample.message.subarray(0, sample.inspection.length)
const SOURCE = sample.ip.source

/** Verifies a message as it came from `source` at `at`. */
function verify(receiver: HmacReceiver, message: Uint8Array, at = NOW, source = SOURCE): string | undefined {
  const view = new AdvertisementView()
  view.reset(message, 0, message.length, source.includes(':') ? 6 : 4)
  return receiver.verify(view, source, milliseconds(at))
}

t.test('vectors: signed byte for byte, and verified', async t => {
  t.equal(signed.length, 3)
  for (const { name, message, ip, advertisement } of signed) {
    const sender = new HmacSender(rules)
    const unsigned = encode(advertisement, ip)
    // The counter of the vectors is 3: the fourth message within one reading of the clock.
    for (let i = 0; i < 3; i++) sender.sign(unsigned, ip.source, milliseconds(NOW))
    t.strictSame(sender.sign(unsigned, ip.source, milliseconds(NOW)), message, name)
    t.equal(verify(new HmacReceiver(rules), message, NOW, ip.source), undefined)
  }
})

t.test('a sealer makes in place what sign makes; copies differ in their checksum alone', async t => {
  for (const { name, message, ip, advertisement } of signed) {
    const sealer = new HmacSealer(new HmacSender(rules), ip.source)
    const unsigned = encode(advertisement, ip)
    let buffer: Uint8Array | undefined
    for (let i = 0; i < 4; i++) {
      sealer.advance(milliseconds(NOW))
      const sealed = sealer.seal(unsigned)
      t.equal(sealed, buffer ?? sealed, 'always the same bytes')
      buffer = sealed
    }
    t.strictSame(buffer, message, name)
    const elsewhere = { ...ip, destination: ip.family === 4 ? '192.0.2.77' : 'fe80::77' }
    const copy = sealer.seal(encode(advertisement, elsewhere))
    t.strictSame(copy.slice(unsigned.length), message.slice(unsigned.length), 'one trailer')
    const view = new AdvertisementView()
    view.reset(copy, 0, copy.length, ip.family)
    const sum = pseudoHeaderSum(elsewhere.source, elsewhere.destination, IPPROTO_VRRP, ip.family)
    t.equal(view.check(sum), undefined, 'and the right checksum')
    t.strictSame(sealer.seal(unsigned), message)
  }
})

t.test('what was sent and heard is carried over to other keys', async t => {
  const sender = new HmacSender(rules)
  const receiver = new HmacReceiver(rules)
  const old = sender.sign(plain, SOURCE, milliseconds(NOW))
  t.equal(verify(receiver, old), undefined)
  const rotated = { ...rules, activeKey: 8 }
  const next = new HmacReceiver(rotated, undefined, receiver)
  t.equal(verify(next, old), 'hmac-replay')
  const fresh = new HmacSender(rotated, sender).sign(plain, SOURCE, milliseconds(NOW))
  t.equal(verify(next, fresh), undefined, 'within one reading of the clock')
  t.equal(
    verify(new HmacReceiver({ ...rules, keys: rules.keys.slice(0, 1) }, undefined, next), fresh),
    'hmac-unknown-key',
  )
})

t.test('every flipped bit is refused by HMAC or checksum', async t => {
  for (const { name, message, ip } of signed) {
    const view = new AdvertisementView()
    const sum = pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family)
    for (let bit = 0; bit < message.length * 8; bit++) {
      const mangled = message.slice()
      mangled[bit >> 3] = (mangled[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      view.reset(mangled, 0, mangled.length, ip.family)
      const verdict = verify(new HmacReceiver(rules), mangled, NOW, ip.source) ?? view.check(sum)
      if (verdict === undefined) t.fail(`${name}: byte ${bit >> 3} bit ${bit & 7}`)
    }
  }
  t.equal(verify(new HmacReceiver(rules), sample.message, NOW, '192.0.2.3'), 'hmac-invalid', 'the source is covered')
})

t.test('checks come in order', async t => {
  const receiver = () => new HmacReceiver(rules)
  const change = (offset: number, value: number) => {
    const bytes = sample.message.slice()
    bytes[plain.length + offset] = value
    return bytes
  }
  const trailer = (bytes: readonly number[]) => new Uint8Array([...plain, ...bytes])
  t.equal(verify(receiver(), plain), 'hmac-missing')
  t.equal(verify(receiver(), trailer([1, 7, 0])), 'hmac-missing', 'another length is no trailer')
  t.equal(verify(receiver(), trailer([2, 9, ...new Array(26).fill(0)])), 'hmac-malformed', 'before time and key')
  t.equal(verify(receiver(), change(3, 1)), 'hmac-malformed', 'reserved')
  t.equal(verify(receiver(), trailer([1, 9, ...new Array(26).fill(0)])), 'hmac-stale', 'before the key')
  t.equal(verify(receiver(), change(1, 9)), 'hmac-unknown-key')
  t.equal(verify(receiver(), change(1, 8)), 'hmac-invalid', 'signed with another key')
  t.equal(verify(receiver(), change(27, 0)), 'hmac-invalid')
  const one = receiver()
  t.equal(verify(one, change(27, 0)), 'hmac-invalid')
  t.equal(verify(one, sample.message), undefined, 'what was not genuine left no trace')
  t.equal(verify(one, sample.message), 'hmac-replay')
})

t.test('modes', async t => {
  const permissive = new HmacReceiver({ ...rules, mode: 'permissive' })
  const passive = new HmacReceiver({ ...rules, mode: 'receive-only' })
  const broken = sample.message.slice()
  broken[broken.length - 1] = 0
  for (const receiver of [permissive, passive]) {
    t.equal(verify(receiver, plain), undefined, 'none is accepted')
    t.equal(verify(receiver, broken), 'hmac-invalid', 'a wrong one is not')
  }
  t.equal(new HmacSender({ ...rules, mode: 'receive-only' }).sign(plain, SOURCE, milliseconds(NOW)), plain)
  t.equal(
    new HmacSender({ ...rules, mode: 'permissive' }).sign(plain, SOURCE, milliseconds(NOW)).length,
    plain.length + 28,
  )
})

t.test('time: the window, the skew, and what is forgotten', async t => {
  for (const [shift, verdict, skewed] of [
    [0, undefined, false],
    [2000, undefined, false],
    [3000, undefined, true],
    [-3000, undefined, true],
    [5400, undefined, true],
    [6000, 'hmac-stale', false],
    [-6000, 'hmac-stale', false],
  ] as const) {
    const receiver = new HmacReceiver(rules)
    t.equal(verify(receiver, sample.message, NOW + shift), verdict, `${shift} ms`)
    t.equal(receiver.isSkewed, skewed, `${shift} ms skewed`)
  }
  const receiver = new HmacReceiver(rules)
  const sender = new HmacSender(rules)
  const early = sender.sign(plain, SOURCE, milliseconds(NOW))
  const late = sender.sign(plain, SOURCE, milliseconds(NOW + 4000))
  t.equal(verify(receiver, late, NOW), undefined)
  t.equal(verify(receiver, early, NOW), 'hmac-replay', 'older than the last')
  const restarted = new HmacSender(rules).sign(plain, SOURCE, milliseconds(NOW - 2000))
  t.equal(verify(receiver, restarted, NOW - 2000), undefined, 'both clocks were set back: the future is forgotten')
})

t.test('monotonic: any rising sequence, whatever the clock', async t => {
  const loose = { ...rules, antiReplay: 'monotonic' } as const
  const receiver = new HmacReceiver(loose)
  const sender = new HmacSender(loose)
  const first = sender.sign(plain, SOURCE, milliseconds(NOW))
  const second = sender.sign(plain, SOURCE, milliseconds(NOW - 900_000))
  t.equal(verify(receiver, second, 5), undefined)
  t.equal(verify(receiver, first, NOW), 'hmac-replay')
  t.equal(receiver.isSkewed, false)
})

t.test('the sequence of the sender', async t => {
  const read = (message: Uint8Array) =>
    Buffer.from(message)
      .subarray(plain.length + 4, plain.length + 12)
      .toString('hex')
  const at = (sender: HmacSender, ms: number) => read(sender.sign(plain, SOURCE, milliseconds(ms)))
  for (const antiReplay of ['time', 'monotonic'] as const) {
    const sender = new HmacSender({ ...rules, antiReplay })
    t.equal(at(sender, 1_000_250), '000003e840000000', 'seconds, 1/65536 s, counter')
    t.equal(at(sender, 1_000_250), '000003e840000001', 'same reading: next')
    t.equal(at(sender, 996_000), '000003e840000002', 'a little back: next')
    t.equal(at(sender, 1_000_500), '000003e880000000', 'forward: the clock')
    t.equal(at(sender, 900_000), antiReplay === 'time' ? '0000038400000000' : '000003e880000001', 'stepped back')
  }
})

t.test('multicast: four senders are remembered, the least recently heard goes', async t => {
  const receiver = new HmacReceiver(rules)
  const from = (n: number) => new HmacSender(rules).sign(plain, `192.0.2.${n}`, milliseconds(NOW))
  const hear = (n: number) => verify(receiver, from(n), NOW, `192.0.2.${n}`)
  for (const n of [1, 2, 3, 4]) t.equal(hear(n), undefined)
  for (const n of [1, 2, 3, 4]) t.equal(hear(n), 'hmac-replay', 'a replay does not touch the table')
  t.equal(hear(5), undefined, 'evicts 1')
  t.equal(hear(2), 'hmac-replay')
  t.equal(hear(1), undefined, 'forgotten; evicts 2')
  t.equal(hear(3), 'hmac-replay')
})

t.test('what was heard outlives a receiver', async t => {
  const receiver = new HmacReceiver(rules)
  const sender = new HmacSender(rules)
  const [first, second] = [0, 1000].map(ms => sender.sign(plain, SOURCE, milliseconds(NOW + ms)))
  if (first === undefined || second === undefined) throw new Error('two were signed')
  t.equal(verify(receiver, first, NOW + 20), undefined)
  const { heard } = receiver
  t.strictSame(heard, [{ sender: SOURCE, number: heard[0]?.number, at: NOW + 20 }])
  const later = (memory: Parameters<HmacReceiver['remember']>[0], antiReplay = rules.antiReplay) => {
    const next = new HmacReceiver({ ...rules, antiReplay })
    next.remember(memory)
    return next
  }
  const complete = later({ heard })
  t.equal(verify(complete, first, NOW + 3000), 'hmac-replay')
  t.equal(verify(complete, second, NOW + 3000), undefined, 'was never heard')
  const crashed = () => later({ heard, until: milliseconds(NOW + 2000) })
  t.equal(verify(crashed(), second, NOW + 3000), 'hmac-replay', 'may have been heard before the crash')
  const fresh = sender.sign(plain, SOURCE, milliseconds(NOW + 2001))
  t.equal(verify(crashed(), fresh, NOW + 2010), undefined, 'sent after it')
  const restarted = new HmacSender(rules).sign(plain, SOURCE, milliseconds(NOW + 2500))
  t.equal(verify(crashed(), restarted, NOW + 2500), undefined, 'of a sender that was restarted too')
  const long = later({ heard, until: milliseconds(NOW + 5100) })
  t.equal(verify(long, second, NOW + 5100), undefined, 'outside the window nothing is known of the sender any more')
  const loose = later({ heard, until: milliseconds(NOW + 2000) }, 'monotonic')
  t.equal(verify(loose, first, NOW), 'hmac-replay')
  t.equal(verify(loose, second, NOW), undefined, 'without a clock nothing more can be said')
})

t.test('what is remembered never takes back what was heard since', async t => {
  const receiver = new HmacReceiver(rules)
  const old = new HmacReceiver(rules)
  const sender = new HmacSender(rules)
  const [first, second] = [sender.sign(plain, SOURCE, milliseconds(NOW)), sender.sign(plain, SOURCE, milliseconds(NOW))]
  verify(old, first)
  verify(receiver, second)
  receiver.remember(old)
  t.equal(verify(receiver, second), 'hmac-replay')
  const many = Array.from({ length: 9 }, (_, i) => ({ sender: `192.0.2.${i + 50}`, number: BigInt(i) }))
  receiver.remember({ heard: many })
  t.strictSame(
    receiver.heard.map(({ sender }) => sender),
    many.slice(-4).map(({ sender }) => sender),
    'no more than four',
  )
})

t.test('a sender goes on from an earlier run, whatever became of its clock', async t => {
  const loose = { ...rules, antiReplay: 'monotonic' } as const
  const receiver = new HmacReceiver(loose)
  const sender = new HmacSender(loose)
  t.equal(verify(receiver, sender.sign(plain, SOURCE, milliseconds(NOW))), undefined)
  const set = new HmacSender(loose)
  set.resume(sender.last ?? 0n)
  t.equal(verify(receiver, set.sign(plain, SOURCE, milliseconds(NOW - 900_000))), undefined)
  set.resume(0n)
  t.equal(verify(receiver, set.sign(plain, SOURCE, milliseconds(NOW - 900_000))), undefined, 'never back')
})

t.test('configurations are checked, and secrets never shown', async t => {
  const wrong: readonly [Partial<HmacConfiguration>, RegExp][] = [
    [{ keys: [{ id: 256, secret }] }, /^hmac.keys\[0\].id: /],
    [{ keys: [{ id: 7, secret: secret.subarray(1) }] }, /^hmac.keys\[0\].secret: /],
    [{ keys: [{ id: 7, secret: new Uint8Array(65) }] }, /^hmac.keys\[0\].secret: /],
    [{ keys: [{ id: 7, secret: 'text' as unknown as Uint8Array }] }, /^hmac.keys\[0\].secret: must be bytes/],
    [{ keys: [rules.keys[0] as HmacKey, rules.keys[0] as HmacKey] }, /^hmac.keys\[1\].id: 7 is there twice/],
    [{ activeKey: 9 }, /^hmac.activeKey: /],
    [{ timeWindow: milliseconds(999) }, /^hmac.timeWindow: /],
    [{ timeWindow: milliseconds(300_001) }, /^hmac.timeWindow: /],
    [{ antiReplay: 'never' as 'time' }, /^hmac.antiReplay: /],
    [{ mode: 'off' as 'enforce' }, /^hmac.mode: /],
  ]
  for (const [part, message] of wrong) {
    t.throws(() => new HmacReceiver({ ...rules, ...part }), { message }, String(message))
    t.throws(() => new HmacSender({ ...rules, ...part }), { message })
  }
  t.throws(() => new HmacKey(-1, secret), { message: /^id: / })
  t.equal(JSON.stringify(rules.keys), '[{"id":7},{"id":8}]')
  t.equal(show(rules.keys[0]), 'HmacKey { id: 7 }')
  t.equal(JSON.stringify([new HmacSender(rules), new HmacReceiver(rules)]), '[{},{}]')
  t.strictSame(structuredClone(rules.keys[0]), { id: 7, secret }, 'but it can be posted to a worker')
})
