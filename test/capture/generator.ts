/**
 * Random VRRP packets of every shape that the decoder must know, and mutants of them, from a seed.
 */
import type { FilePacket } from './capture-files.ts'
import {
  authenticationHeader,
  GROUP6,
  ipv4,
  ipv6,
  linkLayer,
  messageV2,
  messageV3,
  SOURCE4,
  SOURCE6,
  uint16,
  uint32,
} from './packets.ts'
import { Random } from './random.ts'

export interface GeneratorOptions {
  seed: number
  count: number
  linkType?: number
  /** Cuts packets at random lengths. */
  truncate?: boolean
  /** Changes random bytes of the headers and messages. */
  mutate?: boolean
}

export function generatePackets(options: GeneratorOptions): FilePacket[] {
  const random = new Random(options.seed)
  const linkType = options.linkType ?? 1
  const packets: FilePacket[] = []
  for (let i = 0; i < options.count; i++) {
    const ip = ipPacket(random)
    const tagged = (linkType === 1 || linkType === 113 || linkType === 276) && random.oneIn(6)
    const tags = tagged ? (random.oneIn(2) ? [100] : [0xc064, 7]) : []
    const bytes = linkLayer(linkType, ip, tags)
    if (random.oneIn(8)) bytes.push(...new Array<number>(random.below(12)).fill(0))
    if (options.mutate) mutate(random, bytes, bytes.length - ip.length)
    const length = bytes.length
    if (options.truncate) bytes.length = 1 + random.below(bytes.length)
    packets.push({ bytes, length })
  }
  return packets
}

/** Spoils one to four bytes from the network layer on: values, single bits, and sometimes bytes cut out or put in. */
function mutate(random: Random, bytes: number[], from: number): void {
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = from + random.below(random.oneIn(2) ? Math.min(48, bytes.length - from) : bytes.length - from)
    const kind = random.below(8)
    if (kind < 3) bytes[at] = random.pick([0, 1, 2, 4, 7, 8, 51, 112, 127, 128, 131, 137, 148, 255])
    else if (kind < 5) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    else if (kind === 5) bytes[at] = random.below(256)
    else if (kind === 6) bytes.splice(at, 1 + random.below(4))
    else bytes.splice(at, 0, ...random.bytes(1 + random.below(4)))
    if (bytes.length <= from) return
  }
}

function addresses4(random: Random): number[][] {
  const count = random.pick([0, 1, 1, 1, 2, 3, 20, 255])
  return Array.from({ length: count }, () => random.bytes(4))
}

function addresses6(random: Random): number[][] {
  const count = random.pick([1, 1, 2, 5, 60])
  return Array.from({ length: count }, () => address6(random))
}

/** Addresses with runs of zeros everywhere, and some with an IPv4 address inside. */
function address6(random: Random): number[] {
  const bytes = random.bytes(16)
  for (let runs = random.below(4); runs > 0; runs--) bytes.fill(0, random.below(16), random.below(17))
  if (random.oneIn(8)) bytes.fill(0, 0, 12)
  if (random.oneIn(8)) bytes.splice(0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)
  return bytes
}

function message(random: Random, source: readonly number[], destination: readonly number[]): number[] {
  const list = source.length === 4 ? addresses4(random) : addresses6(random)
  const common = {
    vrid: random.below(256),
    priority: random.pick([0, 1, 100, 254, 255]),
    addresses: list,
    spoil: random.oneIn(5) ? random.below(65536) : 0,
    ...(random.oneIn(10) ? { count: random.below(256) } : {}),
    ...(random.oneIn(15) ? { versionAndType: random.below(256) } : {}),
  }
  if (source.length === 4 && random.oneIn(2)) {
    const authType = random.pick([0, 0, 1, 1, 1, 2, 3, 255])
    const tail = authType === 1 ? password(random) : random.oneIn(10) ? random.bytes(random.below(20)) : undefined
    return messageV2({ ...common, authType, interval: random.below(256), ...(tail === undefined ? {} : { tail }) })
  }
  if (random.oneIn(25)) return messageV2({ ...common, authType: random.below(3), tail: password(random) })
  return messageV3({
    ...common,
    source,
    destination,
    centiseconds: random.below(65536),
    messageOnly: random.oneIn(3),
    ...(random.oneIn(10) ? { tail: random.bytes(random.below(20)) } : {}),
  })
}

function password(random: Random): number[] {
  const text = random.pick([[...Buffer.from('secret')], [...Buffer.from('12345678')], random.bytes(8), []])
  return [...text, 0, 0, 0, 0, 0, 0, 0, 0].slice(0, 8)
}

function ipPacket(random: Random): number[] {
  return random.oneIn(3) ? ipv6Packet(random) : ipv4Packet(random)
}

function ipv4Packet(random: Random): number[] {
  const source = random.oneIn(2) ? SOURCE4 : random.bytes(4)
  const destination = random.oneIn(2) ? [224, 0, 0, 18] : random.bytes(4)
  const authenticated = random.oneIn(6)
  let payload = message(random, source, destination)
  if (authenticated) {
    payload = [...authenticationHeader(112, random.oneIn(8) ? random.below(12) : 4), ...payload]
    if (random.oneIn(8)) payload = [...authenticationHeader(51), ...payload]
  }
  return ipv4(payload, {
    source,
    destination,
    protocol: authenticated ? 51 : 112,
    tos: random.oneIn(2) ? 0xc0 : random.below(256),
    ttl: random.oneIn(4) ? random.below(256) : 255,
    id: random.below(65536),
    fragment: random.oneIn(6) ? random.pick([0x4000, 0x2000, 0x8000, 0xe000, 0x2001, 0x0005, random.below(65536)]) : 0,
    options: random.oneIn(6) ? options4(random) : [],
    spoil: random.oneIn(8) ? random.below(65536) : 0,
    ...(random.oneIn(20) ? { totalLength: random.pick([0, 19, 20, 21, 28, 30, random.below(400)]) } : {}),
  })
}

/** Options that are right, padded to 32 bits, sometimes with nonsense behind. */
function options4(random: Random): number[] {
  const options = random.pick([
    [148, 4, 0, 0],
    [148, 4, 0, 5],
    [1, 1, 148, 4, 0, 0],
    [7, 7, 4, 10, 1, 2, 3],
    [7, 11, 8, 10, 1, 2, 3, 0, 0, 0, 0],
    [131, 7, 4, 10, 1, 2, 3],
    [137, 11, 4, 10, 1, 2, 3, 10, 4, 5, 6],
    [68, 12, 5, 0x00, 0, 0, 0, 1, 0, 0, 0, 2],
    [68, 12, 9, 0x31, 10, 0, 0, 9, 0, 0, 1, 0],
    [68, 12, 13, 0x03, 10, 0, 0, 9, 0, 0, 1, 0],
    [68, 8, 5, 0x02, 0, 0, 0, 0],
    [130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [82, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0x99, 3, 1],
    [148, 3, 0],
    [7, 2],
    [7, 3, 4],
    [1, 0x99, 1],
    random.bytes(1 + random.below(38)),
  ])
  return [...options, ...new Array<number>(-options.length & 3).fill(random.below(2))]
}

function ipv6Packet(random: Random): number[] {
  const source = random.oneIn(2) ? SOURCE6 : address6(random)
  const destination = random.oneIn(2) ? GROUP6 : address6(random)
  let next = 112
  let payload = message(random, source, destination)
  if (random.oneIn(8)) {
    payload = [...authenticationHeader(next), ...payload]
    next = 51
  }
  for (let headers = random.oneIn(4) ? 1 + random.below(3) : 0; headers > 0; headers--) {
    const kind = random.pick([0, 43, 44, 60])
    payload = [...extensionHeader(random, kind, next), ...payload]
    next = kind
  }
  return ipv6(payload, {
    next,
    source,
    destination,
    flow: random.oneIn(3) ? random.below(0x10000000) : random.pick([0, 0xc000000]),
    hopLimit: random.oneIn(4) ? random.below(256) : 255,
    ...(random.oneIn(20) ? { payloadLength: random.pick([0, 8, 20, random.below(200)]) } : {}),
  })
}

function extensionHeader(random: Random, kind: number, next: number): number[] {
  if (kind === 44) return [next, 0, ...uint16(random.pick([0, 0, 1, 8, 1480])), ...uint32(random.below(0x7fffffff))]
  const body = kind === 43 ? routing(random) : options6(random)
  const padding = -(body.length + 2) & 7
  return [next, (body.length + 2 + padding) / 8 - 1, ...body, ...new Array<number>(padding).fill(0)]
}

function routing(random: Random): number[] {
  const type = random.pick([0, 0, 2, 4, 4, 3])
  const segments = random.below(3)
  const list = Array.from({ length: segments }, () => address6(random)).flat()
  const head = type === 4 ? [Math.max(0, segments - 1), random.below(2), ...random.bytes(2)] : uint32(random.below(2))
  return [type, random.below(3), ...head, ...list, ...(random.oneIn(10) ? random.bytes(8) : [])]
}

function options6(random: Random): number[] {
  return random.pick([
    [5, 2, 0, 0, 1, 0],
    [5, 2, 0, 7],
    [0, 0, 0, 0, 0, 0],
    [1, 4, 0, 0, 0, 0],
    [0xc2, 4, 0, 1, 0, 0],
    [0xc2, 4, 0, 0, 0, 9],
    [0xc9, 16, ...SOURCE6, 0, 0, 0, 0],
    [0xc9, 20, ...SOURCE6, 1, 0, 9, 0],
    [0x3e, 3, 1, 2, 3],
    [5, 3, 0, 0, 0],
    [1, 40],
    random.bytes(random.below(22)),
  ])
}
