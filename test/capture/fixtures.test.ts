/**
 * Captures of real routers, and generated ones: the text is that of tcpdump 4.99.3, kept in files; pcap-parser reads the same packets.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'pcap-parser'
import t from 'tap'
import { type CapturedPacket, readAdvertisements, readCapture } from '../../lib/capture/index.ts'
import { JsonLines } from '../../lib/capture/json-lines.ts'
import { ourTexts, recordLines } from './tcpdump-lines.ts'

// The golden files are in UTC.
process.env.TZ = 'UTC'

const folder = fileURLToPath(new URL('../../../fixtures/pcap/', import.meta.url))
const captures = readdirSync(folder).filter(name => /\.pcap(ng)?$/.test(name))

t.test('there are captures of keepalived in every version and of every kind of authentication', async t => {
  t.strictSame(captures, [
    'generated.pcap',
    'keepalived-all.pcapng',
    'keepalived-v2-ah.pcap',
    'keepalived-v2-none.pcap',
    'keepalived-v2-pass.pcap',
    'keepalived-v3-ipv4.pcap',
    'keepalived-v3-ipv6.pcap',
  ])
})

for (const name of captures) {
  const bytes = readFileSync(folder + name)
  const base = folder + name.replace(/\.\w+$/, '')

  t.test(`${name}: text, -v and JSON`, async t => {
    const text = (verbose: boolean) => [...ourTexts(bytes, verbose).values()].join('')
    t.equal(text(false), readFileSync(`${base}.txt`, 'latin1'))
    t.equal(text(true), readFileSync(`${base}-v.txt`, 'latin1'))
    const json = readFileSync(`${base}.jsonl`, 'utf8')
    t.equal(recordLines(bytes, new JsonLines()), json)
    const records: unknown[] = []
    for await (const record of readAdvertisements(folder + name)) records.push(record)
    t.strictSame(
      records,
      json
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    )
  })
}

for (const name of captures.filter(name => name.endsWith('.pcap') && name !== 'keepalived-v2-none.pcap')) {
  t.test(`${name}: pcap-parser reads the same packets`, async t => {
    const theirs: unknown[] = []
    await new Promise((resolve, reject) => {
      parse(folder + name)
        .on('packet', ({ header, data }) => theirs.push({ ...header, data: data.toString('hex') }))
        .on('end', () => resolve(undefined))
        .on('error', reject)
    })
    const ours: unknown[] = []
    for await (const packet of readCapture(folder + name)) ours.push(asPcapParser(packet))
    t.strictSame(ours, theirs)
  })
}

function asPcapParser(packet: CapturedPacket): unknown {
  return {
    timestampSeconds: packet.seconds,
    timestampMicroseconds: packet.nanoseconds / 1000,
    capturedLength: packet.end - packet.start,
    originalLength: packet.length,
    data: Buffer.from(packet.bytes.subarray(packet.start, packet.end)).toString('hex'),
  }
}
