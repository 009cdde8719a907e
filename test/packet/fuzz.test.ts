/**
 * A million mutated packets through every decoder: nothing but DecodeError comes out, whatever the bytes. VRRP_FUZZ_SEED
 * repeats a run, VRRP_FUZZ_COUNT makes it longer.
 */
import t from 'tap'
import { DecodeError } from '../../lib/errors.ts'
import {
  decodeArp,
  decodeEthernet,
  decodeIpv4,
  decodeIpv6,
  decodeNeighborAdvertisement,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  encodeEthernet,
  encodeIpv4,
  encodeIpv6,
  IPPROTO_AH,
  type IpEnvelope,
} from '../../lib/net/index.ts'
import { AdvertisementView, decode, inspect, Receiver, type ReceiverConfiguration } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { legalVectors, readFixture, type Vector } from './vectors.ts'

const COUNT = Number(process.env.VRRP_FUZZ_COUNT ?? 1_000_000)
const SEED = Number(process.env.VRRP_FUZZ_SEED ?? Date.now() % 0x7fffffff) | 1
const NOW = milliseconds(1_700_000_001_000)
const MACS = { destination: '01:00:5e:00:00:12', source: '00:00:5e:00:01:33' }

/** A source of chance: xorshift32. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Runs one decoder. Only a DecodeError inside the bytes is an answer. */
function attempt<T>(length: number, run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    if (!(error.offset >= 0 && error.offset <= length)) throw new Error(`offset ${error.offset} of ${length} bytes`)
    return undefined
  }
}

/** A frame around a message that was not captured in one. */
function frameOf({ message, ip, frame }: Vector): Uint8Array {
  if (frame !== undefined) return frame
  const header = { ...ip, identification: 1 }
  if (ip.family === 6) return encodeEthernet({ ...MACS, etherType: ETHERTYPE_IPV6 }, encodeIpv6(header, message))
  const vlans = [{ id: 5 }, { id: 7 }]
  return encodeEthernet({ ...MACS, vlans, etherType: ETHERTYPE_IPV4 }, encodeIpv4(header, message))
}

/** Receivers for each kind of vector. */
function receiversOf(vectors: readonly Vector[]): readonly Receiver[] {
  const secret = readFixture('made').hmacSecret ?? new Uint8Array()
  const rules = { activeKey: 7, timeWindow: milliseconds(5000), antiReplay: 'time', mode: 'enforce' } as const
  return vectors.map(({ advertisement, ip, signed }) => {
    const { version, family, vrid, interval, addresses } = advertisement
    const type = version === 2 ? advertisement.authentication.type : 'none'
    const configuration: ReceiverConfiguration = {
      version,
      family,
      vrid,
      interval,
      addresses,
      destination: { type: 'unicast', peers: [ip.source] },
      ...(type === 'none' ? {} : { authentication: { type, password: 'secret' } }),
      ...(signed ? { hmac: { ...rules, keys: [{ id: 7, secret }] } } : {}),
    }
    return new Receiver(configuration)
  })
}

/** Bytes as they come: all layers from Ethernet down, then every reader of what is behind the IP header. */
function walk(bytes: Uint8Array, receiver: Receiver, view: AdvertisementView): string {
  const ethernet = attempt(bytes.length, () => decodeEthernet(bytes))
  if (ethernet === undefined) return 'ethernet'
  const { payloadOffset, etherType } = ethernet
  attempt(bytes.length, () => decodeArp(bytes, payloadOffset))
  const packet =
    etherType === ETHERTYPE_IPV6
      ? attempt(bytes.length, () => decodeIpv6(bytes, payloadOffset))
      : attempt(bytes.length, () => decodeIpv4(bytes, payloadOffset))
  if (packet === undefined) return 'ip'
  if (packet.family === 6) {
    const end = packet.payloadOffset + packet.payloadLength
    attempt(bytes.length, () => decodeNeighborAdvertisement(bytes, packet, packet.payloadOffset, end))
  }
  return readMessage(
    bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength),
    packet,
    receiver,
    view,
  )
}

function readMessage(message: Uint8Array, ip: IpEnvelope, receiver: Receiver, view: AdvertisementView): string {
  const advertisement = attempt(message.length, () => decode(message, ip))
  const { problems } = inspect(message, ip)
  if ((advertisement === undefined) !== problems.length > 0) throw new Error('decode and inspect disagree')
  const start = ip.protocol === IPPROTO_AH ? 24 : 0
  view.reset(message, start, message.length - start, ip.family)
  for (let i = 0; i < view.addressesPresent; i++) view.address(i)
  const { accepted } = receiver.accept(message, ip, NOW)
  if (accepted && advertisement === undefined) throw new Error('accepted what decode refuses')
  return accepted ? 'accepted' : advertisement === undefined ? 'refused' : 'decoded'
}

t.test(`${COUNT} mutated packets`, async t => {
  t.comment(`VRRP_FUZZ_SEED=${SEED}`)
  const vectors = legalVectors().filter(({ message }) => message.length < 200)
  const frames = vectors.map(frameOf)
  const receivers = receiversOf(vectors)
  const random = chance(SEED)
  const view = new AdvertisementView()
  const buffer = new Uint8Array(512)
  // Stack traces of a few million errors would be most of the work.
  Error.stackTraceLimit = 0
  const outcomes: Record<string, number> = {}
  for (let n = 0; n < COUNT; n++) {
    const pick = random(vectors.length)
    const { message, ip } = vectors[pick] as Vector
    const receiver = receivers[pick] as Receiver
    // Half of them as frames, half of them as bare messages, so that mutations reach deep.
    const whole = random(2) === 0
    const original = whole ? (frames[pick] as Uint8Array) : message
    buffer.set(original)
    for (let changes = random(4); changes > 0; changes--) buffer[random(original.length)] = random(256)
    const length = random(3) === 0 ? random(original.length + 40) : original.length
    const bytes = buffer.subarray(0, length)
    try {
      const outcome = whole ? walk(bytes, receiver, view) : readMessage(bytes, ip, receiver, view)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    } catch (error) {
      t.comment(`packet ${n}, seed ${SEED}: ${Buffer.from(bytes).toString('hex')}`)
      throw error
    }
  }
  t.comment(JSON.stringify(outcomes))
  // The mutations are neither too tame nor too wild to reach every layer.
  t.strictSame(Object.keys(outcomes).sort(), ['accepted', 'decoded', 'ethernet', 'ip', 'refused'])
})
