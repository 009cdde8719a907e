/**
 * Nanoseconds per operation of the codec, beside a minimal hand-written one and buffer-layout alone. The first line of each table
 * is the hand-written yardstick. Text of addresses seen lately comes from a table in lib/net, so decoding is measured twice: the
 * same message again, as routers hear it, and messages whose addresses were never seen, as hardly anybody does.
 */
import { Buffer } from 'node:buffer'
import { blob, seq, struct, u8, u16be } from 'buffer-layout'
import { foldSum, IPPROTO_VRRP, type IpEnvelope, pseudoHeaderSum, requireIp, sumWords } from '../lib/net/index.ts'
import {
  type Advertisement,
  AdvertisementTemplate,
  AdvertisementView,
  decode,
  encode,
  inspect,
  Receiver,
} from '../lib/packet/index.ts'
import { milliseconds } from '../lib/time/index.ts'
import { type Contestant, formatMeasurements, measure, residue } from './support/measure.ts'
import { minimalDecode, minimalEncode } from './support/minimal-codec.ts'

const REPETITIONS = 100_000

const IP4: IpEnvelope = { family: 4, source: '192.0.2.2', destination: '224.0.0.18', hopLimit: 255, protocol: 112 }
const IP6: IpEnvelope = { family: 6, source: 'fe80::2', destination: 'ff02::12', hopLimit: 255, protocol: 112 }
const common = { vrid: 51, priority: 100, interval: milliseconds(1000) }
const V2: Advertisement = {
  ...common,
  version: 2,
  family: 4,
  authentication: { type: 'none' },
  addresses: ['192.0.2.100'],
}
const V3: Advertisement = { ...common, version: 3, family: 4, addresses: ['192.0.2.100'] }
const V3_IPV6: Advertisement = { ...common, version: 3, family: 6, addresses: ['fe80::100', '2001:db8::100'] }

/** A contestant whose `operation` yields a number that depends on its work. */
function contestant(name: string, operation: (i: number) => number): Contestant {
  return {
    name,
    run: repetitions => {
      let total = 0
      for (let i = 0; i < repetitions; i++) total += operation(i)
      return total
    },
  }
}

/** What a codec built on buffer-layout's objects alone would do: the structure, and the checksum. */
function layoutCodec(version: 2 | 3, family: 4 | 6, count: number) {
  const header = [u8('versionAndType'), u8('vrid'), u8('priority'), u8('addressCount')]
  const middle = version === 2 ? [u8('authType'), u8('interval')] : [u16be('interval')]
  const tail = version === 2 ? [blob(8, 'authData')] : []
  const addresses = seq(blob(family === 4 ? 4 : 16), count, 'addresses')
  return struct<Record<string, unknown>>([...header, ...middle, u16be('checksum'), addresses, ...tail])
}

function compare(title: string, advertisement: Advertisement, ip: IpEnvelope): void {
  const { version, family, addresses, vrid, priority, interval } = advertisement
  const message = encode(advertisement, ip)
  const buffer = Buffer.from(message)
  const length = message.length
  const sum = pseudoHeaderSum(ip.source, ip.destination, IPPROTO_VRRP, family)
  const covered = version === 2 ? 0 : sum + length
  const strange = Array.from({ length: 8192 }, (_, i) => {
    const prefix = family === 4 ? `10.${i >> 8}.${i & 255}.` : `2001:db8::${i.toString(16)}:`
    return encode({ ...advertisement, addresses: addresses.map((_, index) => `${prefix}${index + 1}`) }, ip)
  })
  const bytes = addresses.map(address => requireIp(address, 'address'))
  const layout = layoutCodec(version, family, addresses.length)
  const fields = layout.decode(buffer)
  const target = Buffer.alloc(length)
  const view = new AdvertisementView()
  const template = new AdvertisementTemplate(advertisement, ip)
  const receiver = new Receiver({ version, family, vrid, interval, addresses, destination: { type: 'multicast' } })

  const decoding = [
    contestant('hand-written decode', () => minimalDecode(message, family === 4 ? 4 : 16, covered).priority),
    contestant('decode', () => decode(message, ip).priority),
    contestant(
      'hand-written decode, strange addresses',
      i => minimalDecode(strange[i & 8191] ?? message, family === 4 ? 4 : 16, covered).priority,
    ),
    contestant('decode, strange addresses', i => decode(strange[i & 8191] ?? message, ip).priority),
    contestant('view, checksum verified', () => {
      view.reset(message, 0, length, family)
      return view.check(sum) === undefined ? view.priority : 0
    }),
    contestant('inspect', () => inspect(message, ip).length),
    contestant('Receiver.accept, unchanged', () => (receiver.accept(message, ip).accepted ? 1 : 0)),
    contestant('buffer-layout and checksum', () => {
      const decoded = layout.decode(buffer)
      return foldSum(sumWords(buffer, 0, length, covered)) === 0xffff ? Number(decoded.vrid) : 0
    }),
  ]
  console.log(formatMeasurements(`${title}: decode`, measure(decoding, REPETITIONS)))

  const encoding = [
    contestant(
      'hand-written encode',
      i => minimalEncode(version, vrid, i & 255, interval, bytes, version === 2 ? 0 : sum)[7] ?? 0,
    ),
    contestant('encode', () => encode(advertisement, ip)[7] ?? 0),
    contestant('template, priority patched', i => {
      template.priority = i & 255
      return template.bytes[7] ?? 0
    }),
    contestant('template, unchanged', () => {
      template.priority = priority
      return template.bytes[7] ?? 0
    }),
    contestant('buffer-layout and checksum', i => {
      fields.priority = i & 255
      fields.checksum = 0
      layout.encode(fields, target)
      target.writeUInt16BE(~foldSum(sumWords(target, 0, length, covered)) & 0xffff, 6)
      return target[7] ?? 0
    }),
  ]
  console.log(formatMeasurements(`${title}: encode`, measure(encoding, REPETITIONS)))
}

compare('version 2, 1 address', V2, IP4)
compare('version 3 over IPv4, 1 address', V3, IP4)
compare('version 3 over IPv6, 2 addresses', V3_IPV6, IP6)
if (Number.isNaN(residue())) process.exitCode = 1
