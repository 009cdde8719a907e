/**
 * The receive checks: each reason, their order, authentication, and the memory for unchanged adverts.
 */
import t from 'tap'
import { encodeIpv4, IPPROTO_AH, type IpEnvelope } from '../../lib/net/index.ts'
import {
  type Acceptance,
  type Advertisement,
  AhAssociation,
  accept,
  encode,
  HmacSender,
  passwordBytes,
  RECEIVE_ERRORS,
  Receiver,
  type ReceiverConfiguration,
} from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { illegalVectors, legalVectors, readFixture } from './vectors.ts'

const IP: IpEnvelope = { family: 4, source: '192.0.2.2', destination: '224.0.0.18', hopLimit: 255, protocol: 112 }
const IP6: IpEnvelope = { family: 6, source: 'fe80::2', destination: 'ff02::12', hopLimit: 255, protocol: 112 }
const V2: ReceiverConfiguration = {
  version: 2,
  family: 4,
  vrid: 51,
  interval: milliseconds(1000),
  addresses: ['192.0.2.100', '192.0.2.101'],
  destination: { type: 'multicast' },
}
const V3: ReceiverConfiguration = { ...V2, version: 3 }
const ADVERT_V2 = {
  version: 2,
  family: 4,
  vrid: 51,
  priority: 100,
  interval: milliseconds(1000),
  authentication: { type: 'none' },
  addresses: V2.addresses,
} as const
const ADVERT_V3 = {
  version: 3,
  family: 4,
  vrid: 51,
  priority: 100,
  interval: milliseconds(1000),
  addresses: V2.addresses,
} as const

/** Encodes and hears; the reason, or the codes of the warnings. */
function hear(
  configuration: ReceiverConfiguration,
  advertisement: Advertisement,
  ip: IpEnvelope = advertisement.family === 4 ? IP : IP6,
): string | readonly string[] {
  return outcome(new Receiver(configuration).accept(encode(advertisement, ip), ip))
}

function outcome(acceptance: Acceptance): string | readonly string[] {
  return acceptance.accepted ? acceptance.warnings.map(({ code }) => code) : acceptance.reason
}

/** A copy with some bytes changed, its checksum as it was. */
function patched(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = bytes.slice()
  for (const [offset, value] of Object.entries(changes)) copy[Number(offset)] = value
  return copy
}

t.test('what passes', async t => {
  const acceptance = accept(encode(ADVERT_V2, IP), IP, new Receiver(V2))
  t.strictSame(acceptance, {
    accepted: true,
    advertisement: { version: 2, family: 4, vrid: 51, priority: 100, interval: 1000, source: '192.0.2.2' },
    checksumForm: 'message',
    warnings: [],
  })
  for (const checksumForm of ['message', 'pseudo-header'] as const) {
    t.match(new Receiver(V3).accept(encode(ADVERT_V3, IP, { checksumForm }), IP), { accepted: true, checksumForm })
  }
})

t.test('every legal vector passes a receiver made for it', async t => {
  const secret = readFixture('made').hmacSecret ?? new Uint8Array()
  for (const { name, message, ip, advertisement, inspection, signed } of legalVectors()) {
    const { version, family, vrid, interval, addresses } = advertisement
    const unicast = ip.destination !== '224.0.0.18' && ip.destination !== 'ff02::12'
    const type = version === 2 ? advertisement.authentication.type : 'none'
    const password = type === 'ah' ? 'secret' : 'renwole0'
    const receiver = new Receiver({
      version,
      family,
      vrid,
      interval,
      addresses: [...addresses].reverse(),
      destination: unicast ? { type: 'unicast', peers: [ip.source], checkSource: true } : { type: 'multicast' },
      strictAddressList: true,
      ...(type === 'none' ? {} : { authentication: { type, password } }),
      ...(signed && {
        hmac: {
          keys: [{ id: 7, secret }],
          activeKey: 7,
          timeWindow: milliseconds(5000),
          antiReplay: 'time' as const,
          mode: 'enforce' as const,
        },
      }),
    })
    const acceptance = receiver.accept(message, ip, milliseconds(1_700_000_001_000))
    t.strictSame(
      acceptance,
      {
        accepted: true,
        advertisement: { version, family, vrid, priority: advertisement.priority, interval, source: ip.source },
        checksumForm: inspection.checksum?.form,
        warnings: [],
      },
      name,
    )
  }
})

t.test('each reason', async t => {
  const good = encode(ADVERT_V2, IP)
  const heard = (message: Uint8Array, ip = IP, configuration = V2) =>
    outcome(new Receiver(configuration).accept(message, ip))
  t.equal(heard(good, { ...IP, hopLimit: 254 }), 'ip-ttl-error')
  t.equal(heard(good.subarray(0, 7)), 'packet-length-error')
  t.equal(heard(good.subarray(0, 23)), 'packet-length-error')
  t.equal(heard(new Uint8Array([...good, 0])), 'packet-length-error')
  t.equal(
    heard(new Uint8Array([...good, 1, ...new Array(27).fill(0)])),
    'packet-length-error',
    'a trailer is not expected',
  )
  t.equal(heard(good, { ...IP, protocol: IPPROTO_AH }), 'packet-length-error', 'too short for AH')
  t.equal(heard(good, IP, V3), 'version-error')
  t.equal(heard(encode(ADVERT_V3, IP)), 'version-error')
  t.equal(heard(good, { ...IP6 }), 'version-error')
  t.equal(heard(patched(good, { 0: 0x22 })), 'invalid-type-error')
  t.equal(heard(patched(good, { 3: 0 })), 'address-list-error')
  t.equal(heard(patched(good, { 6: 0, 7: 0 })), 'checksum-error')
  t.equal(hear(V2, { ...ADVERT_V2, vrid: 52 }), 'vrid-error')
  t.equal(hear(V2, { ...ADVERT_V2, interval: milliseconds(2000) }), 'interval-error')
  t.equal(hear(V2, ADVERT_V2, { ...IP, destination: '192.0.2.9' }), 'source-error')
  t.strictSame(hear(V3, { ...ADVERT_V3, interval: milliseconds(70) }), ['interval-error'], 'version 3 adopts it')
  const zero = illegalVectors().find(({ name }) => name.startsWith('version 3 interval 0 ('))
  t.equal(zero && heard(zero.message, zero.ip, { ...V3, vrid: 5 }), 'interval-error', 'but not 0')
})

t.test('the order: RFC 9568 §7.1', async t => {
  // Everything is wrong; mending one thing after the other shows the next reason.
  const wrong = encode({ ...ADVERT_V2, vrid: 52, interval: milliseconds(2000), authentication: { type: 'ah' } }, IP)
  const steps: readonly [string, Uint8Array, IpEnvelope][] = [
    ['ip-ttl-error', patched(wrong, { 0: 0x32, 6: 0 }), { ...IP, hopLimit: 1 }],
    ['version-error', patched(wrong, { 0: 0x32, 3: 9, 6: 0 }), IP],
    ['invalid-type-error', patched(wrong, { 0: 0x22, 3: 9, 6: 0 }), IP],
    ['packet-length-error', patched(wrong, { 3: 9, 6: 0 }), IP],
    ['checksum-error', patched(wrong, { 6: 0 }), IP],
    ['vrid-error', wrong, IP],
    [
      'auth-type-mismatch',
      encode({ ...ADVERT_V2, interval: milliseconds(2000), authentication: { type: 'ah' } }, IP),
      IP,
    ],
    ['interval-error', encode({ ...ADVERT_V2, interval: milliseconds(2000), addresses: ['192.0.2.9'] }, IP), IP],
    ['address-list-error', encode({ ...ADVERT_V2, addresses: ['192.0.2.9'] }, IP), IP],
  ]
  const receiver = new Receiver({ ...V2, strictAddressList: true })
  for (const [reason, message, ip] of steps) t.equal(outcome(receiver.accept(message, ip)), reason)
})

t.test('the address list: any order, told or refused', async t => {
  const lists: readonly [readonly string[], string | undefined][] = [
    [['192.0.2.101', '192.0.2.100'], undefined],
    [['192.0.2.100'], 'the address list differs: 192.0.2.101 is missing'],
    [['192.0.2.100', '192.0.2.9'], 'the address list differs: 192.0.2.101 is missing, 192.0.2.9 is not ours'],
    [['192.0.2.100', '192.0.2.101', '192.0.2.9'], 'the address list differs: 192.0.2.9 is not ours'],
    [['192.0.2.100', '192.0.2.101', '192.0.2.101'], 'the address list differs: an address is there twice'],
  ]
  for (const [addresses, message] of lists) {
    const bytes = encode({ ...ADVERT_V2, addresses }, IP)
    const told = new Receiver(V2).accept(bytes, IP)
    const warnings = message === undefined ? [] : [{ code: 'address-list-error', offset: 8, message }]
    t.strictSame(told.accepted && told.warnings, warnings)
    const strict = new Receiver({ ...V2, strictAddressList: true }).accept(bytes, IP)
    t.equal(strict.accepted ? undefined : strict.message, message)
  }
  const v6 = { ...V3, family: 6, addresses: ['2001:db8::1', 'fe80::1'] } as const
  const advert = { ...ADVERT_V3, family: 6, addresses: ['fe80::1', '2001:db8::1'] } as const
  t.strictSame(hear(v6, advert), [])
  t.strictSame(hear(v6, { ...advert, addresses: v6.addresses }), ['address-list-error'], 'not link-local first')
})

t.test('simple password', async t => {
  const secured = { ...V2, authentication: { type: 'simple', password: 'pass' } } as const
  const simple = (password: string) =>
    ({ ...ADVERT_V2, authentication: { type: 'simple', data: passwordBytes(password) } }) as const
  t.strictSame(hear(secured, simple('pass')), [])
  t.equal(hear(secured, simple('pasS')), 'auth-failure')
  t.equal(hear(secured, simple('pass1')), 'auth-failure')
  t.equal(hear(secured, ADVERT_V2), 'auth-type-mismatch')
  t.equal(hear(V2, simple('pass')), 'auth-type-mismatch')
  const unknown = illegalVectors().find(({ name }) => name === 'authentication type 3')
  t.equal(unknown && outcome(new Receiver({ ...V2, vrid: 5 }).accept(unknown.message, unknown.ip)), 'auth-type-invalid')
  const refused = new Receiver(secured).accept(encode(simple('other'), IP), IP)
  t.notMatch(JSON.stringify([refused, new Receiver(secured)]), /other|pass"/)
})

t.test('IP authentication header', async t => {
  const secured = { ...V2, authentication: { type: 'ah', password: 'secret' } } as const
  const receiver = new Receiver(secured)
  const sender = new AhAssociation('secret')
  const send = (advertisement: Advertisement, association = sender) => {
    const body = encode(advertisement, IP)
    const carrier = { source: IP.source, destination: IP.destination, identification: 9 }
    const message = association.seal(body, carrier)
    const header = encodeIpv4({ ...carrier, hopLimit: 255, protocol: IPPROTO_AH, tos: 0xc0 }, message).subarray(0, 20)
    return { message, ip: { ...IP, protocol: IPPROTO_AH, header } }
  }
  const hearIt = ({ message, ip }: { message: Uint8Array; ip: IpEnvelope }) => outcome(receiver.accept(message, ip))
  const sealed = { ...ADVERT_V2, authentication: { type: 'ah' } } as const
  const first = send(sealed)
  t.strictSame(hearIt(first), [])
  t.equal(hearIt(first), 'auth-replay')
  t.strictSame(hearIt(send(sealed)), [], 'unchanged but for AH')
  t.equal(receiver.association?.sequence, 2)
  t.equal(hearIt(send(sealed, new AhAssociation('Secret'))), 'auth-failure', 'unchanged, but not genuine')
  t.strictSame(hearIt(send({ ...sealed, priority: 0 })), [])
  t.equal(hearIt(send(ADVERT_V2)), 'auth-type-mismatch', 'type 0 inside AH')
  t.equal(outcome(receiver.accept(encode(sealed, IP), IP)), 'auth-type-mismatch', 'type 2 without AH')
  t.equal(outcome(new Receiver(V2).accept(first.message, first.ip)), 'auth-type-mismatch', 'not configured')
  t.equal(outcome(new Receiver({ ...V3 }).accept(first.message, first.ip)), 'version-error')
})

t.test('authentication trailer', async t => {
  const hmac = {
    keys: [{ id: 1, secret: new Uint8Array(32).fill(7) }],
    activeKey: 1,
    timeWindow: milliseconds(4000),
    antiReplay: 'time',
    mode: 'enforce',
  } as const
  const now = milliseconds(1_700_000_000_000)
  for (const ip of [IP, IP6]) {
    const { family } = ip
    const addresses = family === 4 ? V3.addresses : ['fe80::1']
    const configuration: ReceiverConfiguration = { ...V3, family, addresses, hmac }
    const receiver = new Receiver(configuration)
    const sender = new HmacSender(hmac)
    const message = encode({ ...ADVERT_V3, family, addresses }, ip)
    const sign = () => sender.sign(message, ip.source, now)
    const sent = sign()
    t.strictSame(outcome(receiver.accept(sent, ip, now)), [])
    t.equal(outcome(receiver.accept(sent, ip, now)), 'hmac-replay', 'never taken for an unchanged advert')
    t.strictSame(outcome(receiver.accept(sign(), ip, now)), [])
    t.strictSame(outcome(receiver.accept(sign(), ip, milliseconds(now + 3000))), ['hmac-stale'], 'skewed')
    t.equal(outcome(receiver.accept(message, ip, now)), 'hmac-missing')
    t.equal(outcome(receiver.accept(patched(sign(), { 2: 255 }), ip, now)), 'hmac-invalid', 'before the checksum')
    t.throws(() => receiver.accept(sign(), ip), { name: 'TypeError', message: /^wallTime: / })
    const lenient = new Receiver({ ...configuration, hmac: { ...hmac, mode: 'permissive' } })
    t.strictSame(outcome(lenient.accept(message, ip, now)), [])
  }
})

t.test('unicast: the source, and the TTL of peers alone', async t => {
  const ip = { ...IP, destination: '192.0.2.9', hopLimit: 60 }
  const peers = ['192.0.2.3', { address: '192.0.2.2', minTtl: 50, maxTtl: 64 }]
  const open = { ...V2, destination: { type: 'unicast', peers } } as const
  const closed = { ...V2, destination: { type: 'unicast', peers, checkSource: true } } as const
  t.strictSame(hear(open, ADVERT_V2, ip), [])
  t.equal(hear(open, ADVERT_V2, { ...ip, hopLimit: 49 }), 'ip-ttl-error')
  t.equal(hear(open, ADVERT_V2, { ...ip, hopLimit: 65 }), 'ip-ttl-error')
  t.strictSame(hear(open, ADVERT_V2, { ...ip, source: '192.0.2.3', hopLimit: 1 }), [])
  t.strictSame(hear(open, ADVERT_V2, { ...ip, source: '192.0.2.77', hopLimit: 1 }), [])
  t.equal(hear(closed, ADVERT_V2, { ...ip, source: '192.0.2.77' }), 'source-error')
  t.strictSame(hear(closed, ADVERT_V2, { ...ip, source: '192.0.2.3' }), [])
  t.equal(hear(open, ADVERT_V2, { ...IP, source: '192.0.2.3' }), 'source-error', 'multicast')
})

t.test('an unchanged advert is remembered, and nothing else is taken for it', async t => {
  const receiver = new Receiver(V3)
  const ip = { ...IP }
  const message = encode(ADVERT_V3, ip)
  const first = receiver.accept(message, ip)
  t.equal(receiver.accept(message.slice(), { ...ip }), first, 'the very same answer')
  t.equal(outcome(receiver.accept(message, { ...ip, hopLimit: 254 })), 'ip-ttl-error')
  t.equal(outcome(receiver.accept(message, { ...ip, source: '192.0.2.3' })), 'checksum-error')
  t.equal(outcome(receiver.accept(message, { ...ip, destination: '224.0.0.19' })), 'checksum-error')
  for (let bit = 0; bit < message.length * 8; bit++) {
    const changed = patched(message, { [bit >> 3]: (message[bit >> 3] ?? 0) ^ (1 << (bit & 7)) })
    if (receiver.accept(changed, ip).accepted) t.fail(`byte ${bit >> 3} bit ${bit & 7}`)
  }
  // The transport uses its buffer and envelope again.
  const reused = message.slice()
  Object.assign(ip, { source: '192.0.2.2' })
  const known = receiver.accept(reused, ip)
  Object.assign(ip, { hopLimit: 1 })
  reused.fill(0)
  t.equal(outcome(receiver.accept(reused, { ...IP })), 'version-error')
  t.equal(receiver.accept(message, { ...IP }), known)
  t.match(receiver.accept(encode({ ...ADVERT_V3, priority: 7 }, IP), IP), { advertisement: { priority: 7 } })
})

t.test('configurations are checked', async t => {
  const hmac = { keys: [], activeKey: 1, timeWindow: milliseconds(5000), antiReplay: 'time', mode: 'enforce' } as const
  const wrong: readonly [Partial<Record<keyof ReceiverConfiguration, unknown>>, RegExp][] = [
    [{ version: 1 }, /^version: /],
    [{ family: 5 }, /^family: /],
    [{ family: 6, addresses: [] }, /^family: version 2/],
    [{ vrid: 0 }, /^vrid: /],
    [{ interval: 0 }, /^interval: /],
    [{ addresses: ['192.0.2.1', 'x'] }, /^addresses\[1\]: /],
    [{ addresses: ['::1'] }, /^addresses\[0\]: /],
    [{ destination: { type: 'multicast', group: '192.0.2.1' } }, /^destination.group: /],
    [{ destination: { type: 'unicast', peers: ['::1'] } }, /^destination.peers\[0\]: /],
    [
      { destination: { type: 'unicast', peers: [{ address: '192.0.2.1', minTtl: 256 }] } },
      /^destination.peers\[0\].minTtl: /,
    ],
    [{ version: 3, authentication: { type: 'simple', password: 'x' } }, /^authentication: /],
    [{ authentication: { type: 'simple', password: 'too long for it' } }, /^authentication.password: must be 1 to 8/],
    [{ authentication: { type: 'ah', password: '' } }, /^authentication.password: must be 1 to 8/],
    [{ authentication: { type: 'ah', password: 'x' }, hmac }, /^hmac: not together/],
    [{ hmac }, /^hmac.activeKey: /],
  ]
  for (const [part, message] of wrong) {
    t.throws(() => new Receiver({ ...V2, ...part } as ReceiverConfiguration), { message }, String(message))
  }
})

t.test('each reason is one counter', async t => {
  const counters = Object.values(RECEIVE_ERRORS).map(({ counter }) => counter)
  t.equal(new Set(counters).size, counters.length)
  const standard = Object.values(RECEIVE_ERRORS).flatMap(({ rfc8347 }) => rfc8347 ?? [])
  t.strictSame(standard.sort(), [
    'address-list-errors',
    'checksum-errors',
    'interval-errors',
    'invalid-type-pkts-rcvd',
    'ip-ttl-errors',
    'packet-length-errors',
    'version-errors',
    'vrid-errors',
  ])
})
