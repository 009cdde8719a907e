/**
 * The IP authentication header: vectors of keepalived both ways, what it covers, and the sequence.
 */
import t from 'tap'
import { encodeIpv4, IPPROTO_AH, type IpEnvelope } from '../../lib/net/index.ts'
import { AhAssociation, AhSealer } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { findVector, legalVectors } from './vectors.ts'

const AH_LENGTH = 24
const vectors = legalVectors().filter(({ ip }) => ip.protocol === IPPROTO_AH)

t.test('vectors with sequence 1 are sealed byte for byte', async t => {
  const first = vectors.filter(({ inspection }) => inspection.ah?.sequence === 1)
  t.ok(first.length >= 3, 'multicast, unicast and a captured one')
  for (const { name, message, ip } of first) {
    const association = new AhAssociation('secret')
    const identification = ((ip.header?.[4] ?? 0) << 8) | (ip.header?.[5] ?? 0)
    const { source, destination } = ip
    const sealed = association.seal(message.subarray(AH_LENGTH), { source, destination, identification })
    t.strictSame(sealed, message, name)
    t.equal(association.sequence, 1)
  }
})

t.test('all vectors verify, once', async t => {
  for (const { name, message, ip, inspection } of vectors) {
    const association = new AhAssociation('secret')
    t.equal(association.verify(message, ip), undefined, name)
    t.equal(association.sequence, inspection.ah?.sequence)
    t.equal(association.verify(message, ip), 'auth-replay')
    t.equal(new AhAssociation('Secret').verify(message, ip), 'auth-failure', 'another password')
    t.equal(association.verify(message.subarray(0, 23), ip), 'auth-failure', 'cut short')
  }
})

t.test('every bit of the message and of the immutable header is covered', async t => {
  for (const { name, message, ip } of vectors) {
    const header = ip.header ?? new Uint8Array()
    const both = new Uint8Array([...header, ...message])
    const uncovered = new Set<number>()
    for (let bit = 0; bit < both.length * 8; bit++) {
      const mangled = both.slice()
      mangled[bit >> 3] = (mangled[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const envelope = { ...ip, header: mangled.subarray(0, header.length) }
      if (new AhAssociation('secret').verify(mangled.subarray(header.length), envelope) === undefined) {
        uncovered.add(bit >> 3)
      }
    }
    // TOS, fragment field and checksum change on the way; the TTL of unicast does, too.
    const mutable = ip.destination === '224.0.0.18' ? [1, 6, 7, 10, 11] : [1, 6, 7, 8, 10, 11]
    t.strictSame([...uncovered], mutable, name)
  }
})

t.test('without the IP header, or with another, nothing verifies', async t => {
  const { message, ip } = findVector(vector => vector.ip.protocol === IPPROTO_AH)
  const { header, ...bare } = ip
  const association = new AhAssociation('secret')
  t.equal(association.verify(message, bare), 'auth-failure')
  t.equal(association.verify(message, { ...ip, header: (header ?? message).subarray(0, 19) }), 'auth-failure')
})

/** What arrives of a sealed message. */
function arrival(message: Uint8Array, source: string): IpEnvelope {
  const ip = { source, destination: '224.0.0.18', protocol: IPPROTO_AH, hopLimit: 255, identification: 1 }
  return { family: 4, ...ip, header: encodeIpv4(ip, message).subarray(0, 20) }
}

t.test('a router that restarts goes on from what it hears, and is believed again', async t => {
  const body = findVector(vector => vector.ip.protocol === IPPROTO_AH).message.subarray(AH_LENGTH)
  const seal = (association: AhAssociation, source: string) =>
    association.seal(body, { source, destination: '224.0.0.18', identification: 1 })
  const [a, b] = ['192.0.2.1', '192.0.2.2'] as const
  let ours = new AhAssociation('secret')
  const theirs = new AhAssociation('secret')
  for (let i = 0; i < 10; i++) {
    const sealed = seal(ours, a)
    t.equal(theirs.verify(sealed, arrival(sealed, a)), undefined)
  }
  ours = new AhAssociation('secret')
  const deaf = seal(ours, a)
  t.equal(theirs.verify(deaf, arrival(deaf, a)), 'auth-replay', 'sequence 1 was used long ago')
  const answer = seal(theirs, b)
  t.equal(ours.verify(answer, arrival(answer, b)), undefined)
  const again = seal(ours, a)
  t.equal(theirs.verify(again, arrival(again, a)), undefined, 'sequence 12')
})

t.test('sequence numbers follow the clock, and their low half is never 0', async t => {
  const association = new AhAssociation('secret')
  t.equal(association.advance(), 1)
  t.equal(association.advance(milliseconds(1_700_000_000_999)), 1_700_000_000)
  t.equal(association.advance(milliseconds(1_700_000_000_999)), 1_700_000_001, 'more than one a second')
  t.equal(association.advance(milliseconds(5)), 1_700_000_002, 'a clock that was set back')
  const late = (0x6789 << 16) * 1000
  t.equal(association.advance(milliseconds(late)), 0x6789_0001, 'the kernel would take identification 0 for none')
  t.equal(association.advance(milliseconds(0xffff_ffff * 1000)), 0xffff_ffff)
  t.equal(association.advance(milliseconds(0)), 1)
})

t.test('a sealer makes in place what seal makes', async t => {
  const { message, ip } = findVector(
    ({ ip, inspection }) => ip.protocol === IPPROTO_AH && inspection.ah?.sequence === 1,
  )
  const { source, destination } = ip
  const body = message.subarray(AH_LENGTH)
  const association = new AhAssociation('secret')
  const sealer = new AhSealer(association, source)
  let buffer: Uint8Array | undefined
  for (let sequence = 1; sequence <= 3; sequence++) {
    sealer.advance(milliseconds(0))
    const other = new AhAssociation('secret')
    for (let i = 1; i < sequence; i++) other.advance()
    const sealed = sealer.seal(body, destination)
    t.strictSame(sealed, other.seal(body, { source, destination, identification: sequence }))
    t.equal(sealed, buffer ?? sealed, 'always the same bytes')
    buffer = sealed
    t.not(sealer.seal(body, '192.0.2.9'), sealed, 'another destination has bytes of its own')
  }
  t.equal(association.sequence, 3, 'copies share a number')
})

t.test('of an unknown sender only what is above everything heard and sent is news', async t => {
  const body = findVector(vector => vector.ip.protocol === IPPROTO_AH).message.subarray(AH_LENGTH)
  const hear = (to: AhAssociation, from: AhAssociation, source: string) => {
    const sealed = from.seal(body, { source, destination: '224.0.0.18', identification: 1 })
    return to.verify(sealed, arrival(sealed, source))
  }
  const [ours, second, third] = [1, 2, 3].map(() => new AhAssociation('secret')) as [
    AhAssociation,
    AhAssociation,
    AhAssociation,
  ]
  for (let i = 0; i < 5; i++) ours.advance()
  t.equal(hear(ours, second, '192.0.2.2'), 'auth-replay', '1, where we are at 5')
  t.equal(ours.advance(), 7, 'two ahead: its next one could be our 6, and both would refuse each other for ever')
  t.equal(ours.advance(), 8)
  for (let i = 0; i < 8; i++) third.advance()
  t.equal(hear(ours, third, '192.0.2.3'), undefined, '9')
  t.equal(ours.advance(), 10)
  t.equal(hear(ours, third, '192.0.2.3'), undefined, '10: a known sender must be above its own last')
})

t.test('the password: 1 to 8 bytes, and never shown', async t => {
  for (const wrong of ['', '123456789', 'ñññññ']) {
    const error = t.throws(() => new AhAssociation(wrong), { name: 'RangeError', message: /^password: / })
    if (wrong !== '') t.notOk(String(error).includes(wrong))
  }
  t.throws(() => new AhAssociation(5 as unknown as string), { name: 'TypeError', message: /^password: / })
  t.equal(JSON.stringify(new AhAssociation('hush')), '{}')
})

t.test('what was heard and sent outlives an association', async t => {
  for (const { message, ip, inspection } of vectors) {
    const association = new AhAssociation('secret')
    t.equal(association.verify(message, ip), undefined)
    const { memory } = association
    t.strictSame(memory, {
      scheme: 'ah',
      sent: BigInt(inspection.ah?.sequence ?? 0),
      heard: [{ sender: ip.source, number: BigInt(inspection.ah?.sequence ?? 0) }],
    })
    const next = new AhAssociation('secret')
    next.remember(memory)
    t.equal(next.verify(message, ip), 'auth-replay')
    t.equal(next.sequence, association.sequence, 'and its own go on from there')
    association.advance()
    association.remember(memory)
    t.equal(association.sequence, next.sequence + 1, 'never back')
  }
})
