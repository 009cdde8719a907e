/**
 * Capture files as bytes, of every kind that the readers know.
 */

export interface FilePacket {
  bytes: readonly number[]
  /** Length on the wire; default that of the bytes. */
  length?: number
  /** Default: each packet a second and a microsecond after the one before. */
  seconds?: number
  nanoseconds?: number
  interfaceId?: number
}

export interface PcapOptions {
  linkType?: number
  little?: boolean
  nanoseconds?: boolean
  snapshot?: number
  magic?: number
  minor?: number
}

/** 2023-11-14 22:13:20 UTC */
const START = 1_700_000_000

class Writer {
  private readonly little: boolean
  readonly bytes: number[] = []

  constructor(little: boolean) {
    this.little = little
  }

  u16(...values: number[]): this {
    for (const value of values) {
      const parts = [value & 255, (value >>> 8) & 255]
      this.bytes.push(...(this.little ? parts : parts.reverse()))
    }
    return this
  }

  u32(...values: number[]): this {
    for (const value of values) {
      const parts = [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]
      this.bytes.push(...(this.little ? parts : parts.reverse()))
    }
    return this
  }

  raw(bytes: readonly number[]): this {
    for (const byte of bytes) this.bytes.push(byte)
    return this
  }

  pad(): this {
    while (this.bytes.length % 4 !== 0) this.bytes.push(0)
    return this
  }
}

export function pcapFile(packets: readonly FilePacket[], options: PcapOptions = {}): Uint8Array {
  const writer = new Writer(options.little ?? true)
  const magic = options.magic ?? (options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4)
  writer
    .u32(magic)
    .u16(2, options.minor ?? 4)
    .u32(0, 0, options.snapshot ?? 262144, options.linkType ?? 1)
  packets.forEach((packet, i) => {
    const nanoseconds = packet.nanoseconds ?? i * 1000
    const captured = packet.bytes.length
    writer.u32(packet.seconds ?? START + i, options.nanoseconds ? nanoseconds : nanoseconds / 1000)
    writer.u32(captured, packet.length ?? captured)
    if (magic === 0xa1b2cd34) writer.u32(2, 0)
    writer.raw(packet.bytes)
  })
  return Uint8Array.from(writer.bytes)
}

export interface NgInterface {
  linkType?: number
  snapshot?: number
  name?: string
  /** if_tsresol; default none, microseconds. */
  resolution?: number
  offsetSeconds?: number
}

export interface NgSection {
  little?: boolean
  interfaces: readonly NgInterface[]
  packets: readonly FilePacket[]
  block?: 'enhanced' | 'simple' | 'packet'
  /** Blocks of other kinds between the packets. */
  noise?: boolean
}

function block(writer: Writer, little: boolean, type: number, body: (inner: Writer) => void): void {
  const inner = new Writer(little)
  body(inner)
  inner.pad()
  writer
    .u32(type, inner.bytes.length + 12)
    .raw(inner.bytes)
    .u32(inner.bytes.length + 12)
}

function option(inner: Writer, code: number, value: readonly number[]): void {
  inner.u16(code, value.length).raw(value).pad()
}

/** Units of an if_tsresol value in a second. */
function units(resolution: number): bigint {
  return resolution > 127 ? 2n ** BigInt(resolution & 127) : 10n ** BigInt(resolution)
}

export function pcapngFile(sections: readonly NgSection[]): Uint8Array {
  const all: number[] = []
  for (const section of sections) {
    const little = section.little ?? true
    const writer = new Writer(little)
    block(writer, little, 0x0a0d0d0a, inner => {
      inner.u32(0x1a2b3c4d).u16(1, 0).u32(0xffffffff, 0xffffffff)
      option(inner, 1, [...Buffer.from('a comment')])
    })
    for (const description of section.interfaces) {
      block(writer, little, 1, inner => {
        inner.u16(description.linkType ?? 1, 0).u32(description.snapshot ?? 262144)
        if (description.name !== undefined) option(inner, 2, [...Buffer.from(description.name)])
        if (description.resolution !== undefined) option(inner, 9, [description.resolution])
        if (description.offsetSeconds !== undefined) {
          const offset = new Writer(little)
          if (little) offset.u32(description.offsetSeconds, 0)
          else offset.u32(0, description.offsetSeconds)
          option(inner, 14, offset.bytes)
        }
        option(inner, 0, [])
      })
    }
    section.packets.forEach((packet, i) => {
      if (section.noise) {
        block(writer, little, 0x0bad, inner => inner.raw([1, 2, 3, 4, 5]))
        block(writer, little, 4, inner => inner.u16(0, 0))
      }
      const description = section.interfaces[packet.interfaceId ?? 0]
      const seconds = BigInt(packet.seconds ?? START + i) - BigInt(description?.offsetSeconds ?? 0)
      const perSecond = units(description?.resolution ?? 6)
      const nanoseconds = BigInt(packet.nanoseconds ?? i * 1000)
      // Rounded up, so that cutting the fraction off again gives the nanoseconds that went in, where the unit is fine enough.
      const time = seconds * perSecond + (nanoseconds * perSecond + 999_999_999n) / 1_000_000_000n
      const high = Number(time >> 32n)
      const low = Number(time & 0xffffffffn)
      const length = packet.length ?? packet.bytes.length
      const kind = section.block ?? 'enhanced'
      block(writer, little, kind === 'simple' ? 3 : kind === 'packet' ? 2 : 6, inner => {
        if (kind === 'simple') inner.u32(length)
        else {
          if (kind === 'packet') inner.u16(packet.interfaceId ?? 0, 0)
          else inner.u32(packet.interfaceId ?? 0)
          inner.u32(high, low, packet.bytes.length, length)
        }
        inner.raw(packet.bytes).pad()
        if (kind !== 'simple' && section.noise) option(inner, 1, [...Buffer.from('noted')])
      })
    })
    for (const byte of writer.bytes) all.push(byte)
  }
  return Uint8Array.from(all)
}
