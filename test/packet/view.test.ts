/**
 * AdvertisementView and AdvertisementTemplate: reading and patching in place.
 */
import t from 'tap'
import { IPPROTO_AH, IPPROTO_VRRP, pseudoHeaderSum } from '../../lib/net/index.ts'
import { AdvertisementTemplate, AdvertisementView, decode, encode } from '../../lib/packet/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { findVector, illegalVectors, legalVectors } from './vectors.ts'

t.test('one view reads all vectors inside a larger buffer', async t => {
  const view = new AdvertisementView()
  for (const { name, message, ip, advertisement, inspection } of legalVectors()) {
    const start = ip.protocol === IPPROTO_AH ? 24 : 0
    const bytes = new Uint8Array(message.length + 100).fill(0xa5)
    bytes.set(message, 50)
    t.ok(view.reset(bytes, 50 + start, message.length - start, ip.family), name)
    const sum = pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family)
    t.equal(view.check(sum), undefined)
    t.equal(view.form, inspection.checksum?.form)
    t.equal(view.checksum, inspection.checksum?.value)
    const { version, vrid, priority, interval } = advertisement
    t.strictSame(
      { version: view.version, vrid: view.vrid, priority: view.priority, interval: view.interval },
      { version, vrid, priority, interval },
    )
    t.equal(view.type, 1)
    t.equal(view.addressCount, advertisement.addresses.length)
    t.strictSame(
      Array.from({ length: view.addressesPresent }, (_, index) => view.address(index)),
      advertisement.addresses,
    )
    t.throws(() => view.address(view.addressCount), RangeError)
    t.throws(() => view.address(-1), RangeError)
    t.equal(view.authDataOffset, version === 2 ? 50 + start + view.messageLength - 8 : -1)
  }
})

t.test('check says the first problem of illegal vectors', async t => {
  const view = new AdvertisementView()
  for (const { name, message, ip, problems } of illegalVectors()) {
    if (ip.protocol === IPPROTO_AH) continue
    t.equal(view.reset(message, 0, message.length, ip.family), message.length >= 8, name)
    t.equal(view.check(pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, ip.family)), problems[0]?.code, name)
  }
})

t.test('a range that is not in the bytes shows nothing', async t => {
  const view = new AdvertisementView()
  const { message } = findVector(({ advertisement }) => advertisement.version === 2)
  for (const [offset, length] of [
    [0, message.length + 1],
    [-1, 20],
    [message.length, 0],
    [0, 7],
  ] as const) {
    t.equal(view.reset(message, offset, length), false)
    t.strictSame([view.version, view.vrid, view.length, view.addressesPresent, view.hasTrailer], [0, 0, 0, 0, false])
    t.equal(view.check(0), 'ERR_VRRP_TRUNCATED')
    t.equal(view.checksumForm(0), undefined)
    t.throws(() => view.address(0), RangeError)
  }
})

t.test('when both forms of checksum fit, pseudo-header is said', async t => {
  // Source, destination, protocol and length sum to 0xffff: the pseudo-header changes nothing.
  const source = '32.0.254.112'
  const destination = '224.0.1.18'
  const advertisement = { version: 3, family: 4, vrid: 1, priority: 1, interval: milliseconds(10) } as const
  const message = encode(
    { ...advertisement, addresses: ['192.0.2.1'] },
    { source, destination },
    { checksumForm: 'message' },
  )
  const view = new AdvertisementView()
  view.reset(message)
  const sum = pseudoHeaderSum(source, destination, IPPROTO_VRRP, 4)
  t.equal((sum + message.length) % 0xffff, 0, 'the addresses are chosen well')
  t.equal(view.checksumForm(sum), 'pseudo-header')
  t.equal(view.checksumForm(sum + 1), 'message')
})

t.test('a patched template is what encoding anew would be', async t => {
  for (const { ip, advertisement, inspection } of legalVectors()) {
    const options = { checksumForm: inspection.checksum?.form ?? 'message' } as const
    const template = new AdvertisementTemplate(advertisement, ip, options)
    const { bytes } = template
    t.equal(template.priority, advertisement.priority)
    for (const priority of [0, 255, 1, 254, 100, 100, 0, ...Array.from({ length: 256 }, (_, i) => i)]) {
      template.priority = priority
      const expected = encode({ ...advertisement, priority }, ip, options)
      if (Buffer.compare(bytes, expected) !== 0) t.strictSame(bytes, expected)
      t.equal(decode(bytes, { ...ip, protocol: IPPROTO_VRRP }).priority, priority)
    }
    t.equal(template.bytes, bytes, 'in place')
    for (const wrong of [256, -1, 1.5])
      t.throws(() => Object.assign(template, { priority: wrong }), { name: 'RangeError', message: /^priority: / })
    t.equal(template.priority, 255, 'a wrong priority changes nothing')
  }
})
