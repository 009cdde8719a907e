/**
 * The receive checks with authentication: password, IP authentication header, authentication trailer.
 */
import t from 'tap'
import { encodeIpv4, IPPROTO_AH, type IpEnvelope } from '../../lib/net/index.ts'
import {
  type Advertisement,
  AhAssociation,
  encode,
  HmacSender,
  passwordBytes,
  Receiver,
  type ReceiverConfiguration,
} from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { ADVERT_V2, ADVERT_V3, hear, IP, IP6, outcome, patched, V2, V3 } from './receiving.ts'
import { illegalVectors } from './vectors.ts'

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
    t.strictSame(outcome(receiver.accept(sign(), ip, milliseconds(now + 3000))), ['clock-skew'], 'skewed')
    t.equal(outcome(receiver.accept(message, ip, now)), 'hmac-missing')
    t.equal(outcome(receiver.accept(patched(sign(), { 2: 255 }), ip, now)), 'hmac-invalid', 'before the checksum')
    t.throws(() => receiver.accept(sign(), ip), { name: 'TypeError', message: /^wallTime: / })
    const lenient = new Receiver({ ...configuration, hmac: { ...hmac, mode: 'permissive' } })
    t.strictSame(outcome(lenient.accept(message, ip, now)), ['hmac-missing'])
    const silent = new Receiver({ ...configuration, hmac: { ...hmac, mode: 'receive-only' } })
    t.strictSame(outcome(silent.accept(message, ip, now)), [])
  }
})
