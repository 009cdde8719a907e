/**
 * Packets as plain data: every field, every problem, and JSON that says the same.
 */
import t from 'tap'
import { describePacket } from '../../lib/capture/describe-packet.ts'
import {
  CaptureStream,
  type DecodedRecord,
  readAdvertisements,
  VrrpFrame,
  walkAdvertisements,
} from '../../lib/capture/index.ts'
import { JsonLines } from '../../lib/capture/json-lines.ts'
import { type FilePacket, pcapFile, pcapngFile } from './capture-files.ts'
import { generatePackets } from './generator.ts'
import { authenticationHeader, GROUP6, ipv4, ipv6, linkLayer, messageV2, messageV3, SOURCE6 } from './packets.ts'
import { recordLines } from './tcpdump-lines.ts'

function records(packets: readonly FilePacket[], linkType = 1): DecodedRecord[] {
  const found: DecodedRecord[] = []
  const frame = new VrrpFrame()
  const stream = new CaptureStream(packet => {
    if (frame.locate(packet)) found.push(describePacket(packet, frame))
    return undefined
  })
  stream.push(pcapFile(packets, { linkType }))
  stream.end()
  return found
}

const codes = (record: DecodedRecord | undefined) => record?.problems.map(({ code, offset }) => `${code} ${offset}`)

t.test('version 2 with a password in a VLAN of a VLAN', async t => {
  const message = messageV2({ authType: 1, tail: [...Buffer.from('secr\xe9t\0\0', 'latin1')] })
  t.strictSame(records([{ bytes: linkLayer(1, ipv4(message), [100, 7]), nanoseconds: 123_456_789 }]), [
    {
      number: 1,
      time: '2023-11-14T22:13:20.123456Z',
      source: '10.0.0.1',
      destination: '224.0.0.18',
      ttl: 255,
      vlan: 7,
      vlans: [100, 7],
      version: 2,
      type: 1,
      vrid: 51,
      priority: 100,
      authType: 1,
      authData: 'secr\u00e9t',
      intervalMs: 1000,
      addresses: ['192.0.2.1'],
      checksum: { value: ((message[6] ?? 0) << 8) | (message[7] ?? 0), form: 'message', ok: true },
      length: 20,
      problems: [],
    },
  ])
})

t.test('version 3 over IPv6, and both forms of checksum over IPv4', async t => {
  const addresses = [SOURCE6]
  const six = ipv6(messageV3({ source: SOURCE6, destination: GROUP6, addresses, centiseconds: 0xf064 }))
  const found = records([
    { bytes: linkLayer(1, six) },
    { bytes: linkLayer(1, ipv4(messageV3())) },
    { bytes: linkLayer(1, ipv4(messageV3({ messageOnly: true }))) },
    { bytes: linkLayer(1, ipv4(messageV3({ spoil: 1 }))) },
  ])
  t.equal(found[0]?.source, 'fe80::211:22ff:fe33:4455')
  t.strictSame(found[0]?.addresses, ['fe80::211:22ff:fe33:4455'])
  t.equal(found[0]?.intervalMs, 1000, 'reserved bits do not count')
  t.strictSame(
    found.map(({ checksum }) => [checksum?.form, checksum?.ok]),
    [
      ['pseudo-header', true],
      ['pseudo-header', true],
      ['message', true],
      [undefined, false],
    ],
  )
  t.strictSame(codes(found[3]), ['ERR_VRRP_CHECKSUM 6'])
})

t.test('what is wrong in front of the message has a negative offset', async t => {
  const ah = [...authenticationHeader(), ...messageV2({ authType: 2 })]
  const found = records([
    { bytes: linkLayer(1, ipv4(messageV2(), { ttl: 64, spoil: 9, fragment: 0x2000 })) },
    { bytes: linkLayer(1, ipv4(ah, { protocol: 51 })) },
    { bytes: linkLayer(1, ipv4([...authenticationHeader(112, 2), ...messageV2()], { protocol: 51 })) },
    { bytes: linkLayer(1, ipv4(messageV2(), { fragment: 0x0002 })) },
    { bytes: linkLayer(1, ipv6(messageV3({ source: SOURCE6, addresses: [SOURCE6] }), { hopLimit: 254 })) },
  ])
  t.strictSame(codes(found[0]), ['ERR_FRAME_MALFORMED -10', 'ERR_FRAME_MALFORMED -14', 'ip-ttl-error -12'])
  t.strictSame(found[1]?.ah, { spi: 0x0a000001, sequence: 7 })
  t.strictSame(codes(found[1]), [])
  t.ok(codes(found[2])?.includes('ERR_AH_MALFORMED -16'))
  t.strictSame(codes(found[3]), ['ERR_FRAME_MALFORMED 0'])
  t.strictSame(codes(found[4]), ['ip-ttl-error -33'])
})

t.test('a packet cut anywhere: nothing is said that was not captured', async t => {
  const bytes = linkLayer(
    1,
    ipv4(
      messageV2({
        addresses: [
          [192, 0, 2, 1],
          [192, 0, 2, 2],
        ],
      }),
    ),
  )
  const full = records([{ bytes }])[0]
  t.ok(full)
  for (let cut = 0; cut < bytes.length; cut++) {
    const record = records([{ bytes: bytes.slice(0, cut), length: bytes.length }])[0]
    if (record === undefined) {
      t.ok(cut < 24, `the protocol is at byte 23, not beyond ${cut}`)
      continue
    }
    t.not(record.problems.length, 0)
    t.not(record.checksum?.ok, true)
    t.equal(record.checksum?.ok, undefined, 'what was not captured whole is neither right nor wrong')
    for (const key of ['source', 'vrid', 'priority', 'length'] as const) {
      if (record[key] !== undefined) t.equal(record[key], full?.[key], `${key} at ${cut}`)
    }
    t.strictSame(record.addresses ?? [], (full?.addresses ?? []).slice(0, record.addresses?.length ?? 0))
  }
})

t.test('interfaces: by name, or by index in a Linux cooked capture', async t => {
  const bytes = linkLayer(1, ipv4(messageV2()))
  const file = pcapngFile([{ interfaces: [{ name: 'eth\u00e9"1' }], packets: [{ bytes }] }])
  const named: DecodedRecord[] = []
  async function* chunks() {
    yield file
  }
  for await (const record of readAdvertisements(chunks())) named.push(record)
  t.equal(named[0]?.interface, 'eth\u00e9"1')
  t.strictSame(JSON.parse(recordLines(file, new JsonLines())), named[0])
  t.equal(records([{ bytes: linkLayer(276, ipv4(messageV2())) }], 276)[0]?.interface, '#32767')
})

t.test('a line of JSON says what the record says, whatever the packet', async t => {
  const packets = [
    ...generatePackets({ seed: 5, count: 300 }),
    ...generatePackets({ seed: 6, count: 500, mutate: true, truncate: true }),
    ...generatePackets({ seed: 7, count: 500, mutate: true }),
  ]
  // A repeated message is not described again, but its line must not change.
  packets.push(...packets, ...packets)
  const lines = recordLines(pcapFile(packets), new JsonLines())
  const parsed = lines
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  t.strictSame(parsed, JSON.parse(JSON.stringify(records(packets))))
  t.ok(parsed.length > 500)
})

t.test('the walk verifies the same checksums', async t => {
  const packets = generatePackets({ seed: 8, count: 500 })
  const file = `${t.testdir({ 'a.pcap': Buffer.from(pcapFile(packets)) })}/a.pcap`
  const expected = records(packets).filter(({ checksum }) => checksum !== undefined)
  const found: unknown[] = []
  walkAdvertisements(file, advertisement => {
    const { packet, version, vrid, priority, checksum } = advertisement
    if (version === 3 || (version === 2 && advertisement.frame.family === 4)) {
      found.push({
        number: packet.number,
        version,
        vrid,
        priority,
        value: checksum,
        form: advertisement.checksumForm(),
      })
    }
    return undefined
  })
  t.strictSame(
    found,
    expected.map(({ number, version, vrid, priority, checksum }) => ({
      number,
      version,
      vrid,
      priority,
      value: checksum?.value,
      form: checksum?.form,
    })),
  )
})
