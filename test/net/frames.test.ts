/**
 * Ethernet, IPv4, IPv6, ARP and Neighbor Advertisement: captured frames both ways, options and extension headers, and what is malformed.
 */
import t from 'tap'
import { DecodeError } from '../../lib/errors.ts'
import {
  type ArpMessage,
  decodeArp,
  decodeEthernet,
  decodeIpv4,
  decodeIpv6,
  decodeNeighborAdvertisement,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_SERVICE_VLAN,
  encodeArp,
  encodeEthernet,
  encodeIpv4,
  encodeIpv6,
  encodeNeighborAdvertisement,
  type NeighborAdvertisement,
} from '../../lib/net/index.ts'
import { decode } from '../../lib/packet/index.ts'
import { hex, legalVectors, readFixture } from '../packet/vectors.ts'

type FrameVector = { readonly name: string; readonly frame: Uint8Array } & (
  | { readonly type: 'arp'; readonly value: ArpMessage }
  | { readonly type: 'na'; readonly value: NeighborAdvertisement }
)
const frames = readFixture('frames').vectors as readonly FrameVector[]
const MACS = { destination: 'ff:ff:ff:ff:ff:ff', source: '00:00:5e:00:01:33' }
const MALFORMED = { name: 'DecodeError', code: 'ERR_FRAME_MALFORMED' }

/** Whether a decoder refuses; anything but a DecodeError is thrown on. */
function isRefused(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return true
  }
}

/** Lengths below `bytes.length` that decode. */
function acceptedPrefixes(bytes: Uint8Array, run: (prefix: Uint8Array) => unknown): readonly number[] {
  const lengths = Array.from({ length: bytes.length }, (_, length) => length)
  return lengths.filter(length => !isRefused(() => run(bytes.subarray(0, length))))
}

for (const vector of frames) {
  t.test(`captured: ${vector.name}`, async t => {
    const { frame } = vector
    const ethernet = decodeEthernet(frame)
    if (vector.type === 'arp') {
      t.strictSame(decodeArp(frame, ethernet.payloadOffset), vector.value)
      t.strictSame(encodeEthernet(ethernet, encodeArp(vector.value)), frame)
      t.strictSame(acceptedPrefixes(frame.subarray(14), decodeArp), [])
      return
    }
    const packet = decodeIpv6(frame, ethernet.payloadOffset)
    t.strictSame(decodeNeighborAdvertisement(frame, packet, packet.payloadOffset), vector.value)
    t.strictSame(encodeEthernet(ethernet, encodeIpv6(packet, encodeNeighborAdvertisement(vector.value, packet))), frame)
    const message = frame.subarray(packet.payloadOffset)
    t.strictSame(
      acceptedPrefixes(message, prefix => decodeNeighborAdvertisement(prefix, packet)),
      [],
    )
    for (let bit = 0; bit < message.length * 8; bit++) {
      const mangled = message.slice()
      mangled[bit >> 3] = (mangled[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const refused = isRefused(() => decodeNeighborAdvertisement(mangled, packet))
      if (!refused) t.fail(`byte ${bit >> 3} bit ${bit & 7}`)
    }
  })
}

t.test('captured VRRP frames: down to the message, and back', async t => {
  let count = 0
  for (const { name, frame, message, advertisement, ip } of legalVectors()) {
    if (frame === undefined) continue
    count++
    const ethernet = decodeEthernet(frame)
    const isV4 = ethernet.etherType === ETHERTYPE_IPV4
    t.equal(ethernet.etherType, isV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6)
    const packet = isV4 ? decodeIpv4(frame, ethernet.payloadOffset) : decodeIpv6(frame, ethernet.payloadOffset)
    const payload = frame.slice(packet.payloadOffset, packet.payloadOffset + packet.payloadLength)
    t.strictSame(payload, message, name)
    t.strictSame(decode(payload, packet), advertisement)
    t.match(packet, { ...ip, truncated: false, fragmentOffset: 0, moreFragments: false })
    const again = packet.family === 4 ? encodeIpv4(packet, payload) : encodeIpv6(packet, payload)
    t.strictSame(encodeEthernet(ethernet, again), frame.slice(0, ethernet.payloadOffset + again.length))
    if (packet.family === 4) t.ok(packet.checksumOk)
  }
  t.equal(count, 14)
})

t.test('VLAN tags, any number', async t => {
  const payload = hex('0102')
  for (const vlans of [
    [],
    [{ tpid: 0x8100, id: 5, priority: 0, dropEligible: false }],
    [
      { tpid: ETHERTYPE_SERVICE_VLAN, id: 4095, priority: 7, dropEligible: true },
      { tpid: 0x8100, id: 0, priority: 3, dropEligible: false },
      { tpid: 0x8100, id: 1, priority: 0, dropEligible: false },
    ],
  ]) {
    const frame = encodeEthernet({ ...MACS, vlans, etherType: ETHERTYPE_ARP }, payload)
    t.strictSame(decodeEthernet(frame), {
      ...MACS,
      vlans,
      etherType: ETHERTYPE_ARP,
      payloadOffset: 14 + vlans.length * 4,
    })
    t.strictSame(acceptedPrefixes(frame.subarray(0, -2), decodeEthernet), [])
  }
  const tagged = encodeEthernet({ ...MACS, vlans: [{ id: 5 }], etherType: ETHERTYPE_ARP }, payload)
  t.equal(Buffer.from(tagged).toString('hex'), 'ffffffffffff00005e000133810000050806' + '0102')
  t.equal(decodeEthernet(new Uint8Array([7, ...tagged]), 1).payloadOffset, 19, 'at an offset')
  for (const [header, message] of [
    [{ ...MACS, source: 'x', etherType: 1 }, /^source: /],
    [{ ...MACS, etherType: 0x10000 }, /^etherType: /],
    [{ ...MACS, etherType: 1, vlans: [{ id: 4096 }] }, /^vlans\[0\].id: /],
    [{ ...MACS, etherType: 1, vlans: [{ id: 1, priority: 8 }] }, /^vlans\[0\].priority: /],
    [{ ...MACS, etherType: 1, vlans: [{ id: 1, tpid: 1 }] }, /^vlans\[0\].tpid: /],
  ] as const) {
    t.throws(() => encodeEthernet(header, payload), { name: 'RangeError', message })
  }
})

t.test('IPv4: options, padding, fragments, lengths that lie', async t => {
  const header = { source: '192.0.2.1', destination: '224.0.0.18', protocol: 112, hopLimit: 255 }
  const options = hex('94040000')
  const packet = encodeIpv4(
    { ...header, options, tos: 0xc0, identification: 0xabcd, dontFragment: true },
    hex('aabbcc'),
  )
  const padded = new Uint8Array([...packet, 0, 0, 0])
  const decoded = decodeIpv4(padded)
  t.match(decoded, {
    ...header,
    options,
    tos: 0xc0,
    identification: 0xabcd,
    dontFragment: true,
    totalLength: 27,
    payloadOffset: 24,
    payloadLength: 3,
    checksumOk: true,
    truncated: false,
  })
  t.strictSame(decoded.header, packet.slice(0, 24))
  t.match(decodeIpv4(packet.subarray(0, 25)), { payloadLength: 1, truncated: true })
  t.strictSame(acceptedPrefixes(packet.subarray(0, 24), decodeIpv4), [])
  const changed = (changes: Readonly<Record<number, number>>) => Object.assign(packet.slice(), changes)
  t.equal(decodeIpv4(changed({ 8: 1 })).checksumOk, false)
  t.match(decodeIpv4(changed({ 6: 0x20, 7: 2 })), { moreFragments: true, fragmentOffset: 16, dontFragment: false })
  t.match(decodeIpv4(changed({ 2: 0, 3: 0 })), { totalLength: 0, payloadLength: 3 }, 'offloaded segment')
  t.throws(() => decodeIpv4(changed({ 3: 23 })), { ...MALFORMED, offset: 2 })
  t.throws(() => decodeIpv4(changed({ 0: 0x44 })), MALFORMED)
  t.throws(() => decodeIpv4(changed({ 0: 0x65 })), MALFORMED)
  t.throws(() => decodeIpv4(changed({ 0: 0x4f })), MALFORMED)
  for (const [part, message] of [
    [{ source: '::1' }, /^source: /],
    [{ destination: '' }, /^destination: /],
    [{ protocol: 256 }, /^protocol: /],
    [{ hopLimit: -1 }, /^hopLimit: /],
    [{ tos: 256 }, /^tos: /],
    [{ identification: 65_536 }, /^identification: /],
    [{ options: new Uint8Array(3) }, /^options: /],
    [{ options: new Uint8Array(44) }, /^options: /],
  ] as const) {
    t.throws(() => encodeIpv4({ ...header, ...part }, new Uint8Array()), { name: 'RangeError', message })
  }
  t.throws(() => encodeIpv4(header, new Uint8Array(65_516)), { message: /^payload: / })
})

t.test('IPv6: extension headers and fragments', async t => {
  const header = { source: 'fe80::1', destination: 'ff02::12', hopLimit: 255 }
  // Hop-by-hop (16 bytes), routing, destination options, first fragment, then VRRP.
  const chain = '2b01000000000000' + '0000000000000000' + '3c00000000000000' + '2c00000000000000' + '7000000100000007'
  const packet = encodeIpv6({ ...header, protocol: 0 }, hex(`${chain}aabb`))
  t.match(decodeIpv6(new Uint8Array([...packet, 0])), {
    ...header,
    protocol: 112,
    extensions: [0, 43, 60, 44],
    payloadOffset: 80,
    payloadLength: 2,
    moreFragments: true,
    fragmentOffset: 0,
    truncated: false,
  })
  t.strictSame(acceptedPrefixes(packet.subarray(0, 80), decodeIpv6), [])
  t.match(decodeIpv6(packet.subarray(0, 81)), { payloadLength: 1, truncated: true })
  // Behind a later fragment nothing is a header, even if its type looks like one.
  const later = encodeIpv6({ ...header, protocol: 44 }, hex('3c00001000000007ffff'))
  t.match(decodeIpv6(later), { protocol: 60, fragmentOffset: 16, payloadLength: 2 })
  const labelled = encodeIpv6({ ...header, protocol: 112, trafficClass: 0xc0, flowLabel: 0xfffff }, new Uint8Array())
  t.match(decodeIpv6(labelled), { trafficClass: 0xc0, flowLabel: 0xfffff, extensions: [], payloadLength: 0 })
  t.throws(() => decodeIpv6(Object.assign(labelled.slice(), { 0: 0x45 })), MALFORMED)
  for (const [part, message] of [
    [{ source: '192.0.2.1' }, /^source: /],
    [{ destination: 'x' }, /^destination: /],
    [{ protocol: 256 }, /^protocol: /],
    [{ hopLimit: 256 }, /^hopLimit: /],
    [{ trafficClass: 256 }, /^trafficClass: /],
    [{ flowLabel: 0x100000 }, /^flowLabel: /],
  ] as const) {
    t.throws(() => encodeIpv6({ ...header, protocol: 112, ...part }, new Uint8Array()), { name: 'RangeError', message })
  }
})

t.test('ARP that is not IPv4 over Ethernet', async t => {
  const value = {
    operation: 2,
    senderMac: '00:00:5e:00:01:33',
    senderAddress: '192.0.2.100',
    targetMac: 'ff:ff:ff:ff:ff:ff',
    targetAddress: '192.0.2.100',
  }
  const bytes = encodeArp(value)
  t.strictSame(decodeArp(bytes), value)
  for (const offset of [0, 1, 2, 3, 4, 5])
    t.throws(() => decodeArp(Object.assign(bytes.slice(), { [offset]: 9 })), MALFORMED)
  t.throws(() => encodeArp({ ...value, senderAddress: '::1' }), { message: /^senderAddress: / })
  t.throws(() => encodeArp({ ...value, targetMac: '' }), { message: /^targetMac: / })
  t.throws(() => encodeArp({ ...value, operation: 65_536 }), { message: /^operation: / })
})

t.test('Neighbor Advertisement: flags and options', async t => {
  const ip = { source: 'fe80::1', destination: 'ff02::1' }
  const base = { target: '2001:db8::1', router: false, solicited: false, override: false }
  for (const part of [
    {},
    { router: true },
    { solicited: true },
    { override: true },
    { targetMac: '00:00:5e:00:02:33' },
  ]) {
    const value = { ...base, ...part }
    t.strictSame(decodeNeighborAdvertisement(encodeNeighborAdvertisement(value, ip), ip), value)
  }
  /** Without a link-layer address; with these options, and its checksum mended by a word behind them. */
  const withOptions = (options: string) => {
    const bytes = new Uint8Array([...encodeNeighborAdvertisement(base, ip), ...hex(options)])
    // The length and the options are added to the sum: taken back from the reserved bits of the flags.
    let excess = hex(options).length
    for (let i = 24; i < bytes.length; i += 2) excess += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
    excess = 0xffff - (excess % 0xffff)
    bytes[6] = excess >> 8
    bytes[7] = excess & 255
    return decodeNeighborAdvertisement(bytes, ip)
  }
  t.strictSame(
    withOptions('0e01000000000000' + '020100005e000233'),
    { ...base, targetMac: '00:00:5e:00:02:33' },
    'a nonce first',
  )
  t.strictSame(withOptions('0202000000000000' + '0000000000000000'), base, 'of a longer link layer')
  t.throws(
    () => withOptions('0200000000000000'),
    { ...MALFORMED, message: /option has a wrong length/, offset: 24 },
    'length 0',
  )
  t.throws(() => withOptions('0202000000000000'), { message: /option has a wrong length/ }, 'longer than the message')
  t.throws(() => withOptions('020100005e0002330e00'), { message: /option has a wrong length/, offset: 32 })
  t.throws(() => encodeNeighborAdvertisement({ ...base, target: '192.0.2.1' }, ip), { message: /^target: / })
  t.throws(() => encodeNeighborAdvertisement({ ...base, targetMac: 'x' }, ip), { message: /^targetMac: / })
})
