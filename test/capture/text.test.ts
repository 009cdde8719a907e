/**
 * What the golden files do not show of tcpdump's text: the time zone, repeated packets, records that contradict themselves.
 */
import t from 'tap'
import { CaptureStream, TcpdumpLines, VrrpFrame } from '../../lib/capture/index.ts'
import { pcapFile } from './capture-files.ts'
import { generatePackets } from './generator.ts'
import { ipv4, linkLayer, messageV2 } from './packets.ts'
import { ourTexts, recordLines } from './tcpdump-lines.ts'

process.env.TZ = 'Asia/Kolkata'
const packet = linkLayer(1, ipv4(messageV2({ authType: 1, tail: [...Buffer.from('secret\0\0')] })))

t.test('times are local, with microseconds; finer ones are cut, impossible ones printed', async t => {
  const at = (seconds: number, nanoseconds: number) =>
    recordLines(pcapFile([{ bytes: packet, seconds, nanoseconds }], { nanoseconds: true }), new TcpdumpLines()).slice(
      0,
      17,
    )
  t.equal(at(1_700_000_000, 999_999_999), '03:43:20.999999 I')
  t.equal(at(1_700_000_000, 1_000_000_000), '03:43:20.1000000 ')
  t.equal(at(0, 0), '05:30:00.000000 I')
})

t.test('-v of a packet', async t => {
  t.equal(
    recordLines(pcapFile([{ bytes: packet }]), new TcpdumpLines({ verbose: true })),
    [
      '03:43:20.000000 IP (tos 0xc0, ttl 255, id 1, offset 0, flags [none], proto VRRP (112), length 40)\n',
      '    10.0.0.1 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 100, authtype simple, intvl 1s, length 20,',
      ' addrs: 192.0.2.1 auth "secret"\n',
    ].join(''),
  )
})

t.test('a text does not depend on the packets before it', async t => {
  const generated = generatePackets({ seed: 31, count: 300 })
  const mutants = generatePackets({ seed: 31, count: 300, mutate: true })
  const several = [...generated, ...mutants, ...generated, ...generated, ...mutants, ...mutants]
  const together = ourTexts(pcapFile(several.map(each => ({ ...each, seconds: 0, nanoseconds: 0 }))), true)
  const alone = several.map(each => {
    const file = pcapFile([{ ...each, seconds: 0, nanoseconds: 0 }])
    return ourTexts(file, true).get(1)
  })
  t.strictSame(
    several.map((_, i) => together.get(i + 1)),
    alone,
  )
})

t.test('a record whose lengths contradict each other is all that tcpdump says', async t => {
  const text = (length: number) => recordLines(pcapFile([{ bytes: packet, length }]), new TcpdumpLines())
  t.equal(text(0), '[Invalid header: len==0]\n')
  t.equal(text(53), '[Invalid header: len(53) < caplen(54)]\n')
  t.equal(text(300_000), '[Invalid header: len(300000) > 262144]\n')
})

t.test('other protocols are not printed', async t => {
  const frame = new VrrpFrame()
  const found: boolean[] = []
  const stream = new CaptureStream(each => {
    found.push(frame.locate(each))
    return undefined
  })
  const others = [
    ipv4([8, 0, 0, 0], { protocol: 1 }),
    ipv4([6, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], { protocol: 51 }),
    ipv4(messageV2(), { protocol: 112 }),
  ]
  stream.push(pcapFile(others.map(bytes => ({ bytes: linkLayer(1, bytes) }))))
  t.strictSame(found, [false, false, true])
})
