/**
 * The receive checks: each reason, their order, authentication, and the memory for unchanged adverts.
 */
import t from 'tap'
import { IPPROTO_AH, type IpEnvelope } from '../../lib/net/index.ts'
import { accept, encode, RECEIVE_ERRORS, Receiver, type ReceiverConfiguration } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { ADVERT_V2, ADVERT_V3, hear, IP, IP6, outcome, patched, V2, V3 } from './receiving.ts'
import { illegalVectors, legalVectors, readFixture } from './vectors.ts'

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
