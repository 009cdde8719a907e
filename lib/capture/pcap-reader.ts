/**
 * Classic capture files: a header of 24 bytes, then records of 16 bytes and the packet.
 *
 * ```text
 *  magic number | major, minor version | 0 | 0 | snapshot length | link type
 *  seconds | micro- or nanoseconds | captured length | original length | packet …
 * ```
 * Every field is in the byte order of the machine that wrote the file, which the magic number tells.
 */
import { DecodeError } from '../errors.ts'
import type { CaptureReader } from './capture-reader.ts'
import { CapturedPacket, MAXIMUM_CAPTURED, type PacketVisitor } from './captured-packet.ts'

const FILE_HEADER = 24
const MAGIC_MICROSECONDS = 0xa1b2c3d4
const MAGIC_NANOSECONDS = 0xa1b23c4d
/** Alexey Kuznetzov's patched libpcap: records carry 8 more bytes. */
const MAGIC_PATCHED = 0xa1b2cd34

/** True when a file that begins with these (four) bytes is a classic capture. */
export function isPcapMagic(words: DataView): boolean {
  return littleEndian(words, 0) !== undefined
}

function littleEndian(words: DataView, at: number): boolean | undefined {
  for (const little of [true, false]) {
    const magic = words.getUint32(at, little)
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS || magic === MAGIC_PATCHED) return little
  }
  return undefined
}

/** Reader of classic pcap in both byte orders and both time resolutions. */
export class PcapReader implements CaptureReader {
  stopped = false
  private readonly words: DataView
  private readonly packet = new CapturedPacket()
  private headerRead = false
  private little = true
  private nanosecondUnits = 1000
  private recordHeader = 16
  private minorVersion = 4
  private snapshot = MAXIMUM_CAPTURED
  /** File offset of the next byte that {@link read} is given. */
  private offset = 0

  constructor(buffer: Uint8Array) {
    this.words = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
    this.packet.bytes = buffer
  }

  read(from: number, end: number, visit: PacketVisitor): number {
    const base = this.offset - from
    let at = from
    if (!this.headerRead) {
      if (end - at < FILE_HEADER) return at
      this.readHeader(at)
      at += FILE_HEADER
    }
    const { packet, words, little, recordHeader, nanosecondUnits } = this
    while (!this.stopped) {
      if (end - at < recordHeader) break
      let captured = words.getUint32(at + 8, little)
      let length = words.getUint32(at + 12, little)
      if (this.minorVersion < 3 || (this.minorVersion === 3 && captured > length)) {
        // Before version 2.3 the two lengths stood the other way round, and version 2.3 has both.
        const swapped = captured
        captured = length
        length = swapped
      }
      if (captured > MAXIMUM_CAPTURED) {
        this.offset = base + at
        throw new DecodeError(
          'ERR_CAPTURE_FORMAT',
          `packet ${packet.number + 1} says that ${captured} bytes were captured, more than the ${MAXIMUM_CAPTURED} possible`,
          base + at,
        )
      }
      if (end - at < recordHeader + captured) break
      packet.number++
      packet.seconds = words.getInt32(at, little)
      packet.nanoseconds = words.getUint32(at + 4, little) * nanosecondUnits
      packet.start = at + recordHeader
      const kept = captured > this.snapshot ? this.snapshot : captured
      packet.end = packet.start + kept
      packet.length = length
      at = packet.start + captured
      if (visit(packet) === false) this.stopped = true
    }
    this.offset = base + at
    return at
  }

  finish(left: number): void {
    if (this.stopped) return
    if (!this.headerRead) throw new DecodeError('ERR_CAPTURE_TRUNCATED', 'the file ends inside its header', left)
    if (left === 0) return
    throw new DecodeError(
      'ERR_CAPTURE_TRUNCATED',
      `the file ends inside packet ${this.packet.number + 1}`,
      this.offset + left,
    )
  }

  private readHeader(at: number): void {
    const { words } = this
    const little = littleEndian(words, at) ?? true
    const magic = words.getUint32(at, little)
    const major = words.getUint16(at + 4, little)
    const minor = words.getUint16(at + 6, little)
    if (major < 2 || (major > 2 && major !== 543)) {
      throw new DecodeError('ERR_CAPTURE_FORMAT', `capture format version ${major}.${minor} is not known`, 4)
    }
    const snapshot = words.getUint32(at + 16, little)
    this.headerRead = true
    this.little = little
    this.minorVersion = major === 2 ? minor : 4
    this.nanosecondUnits = magic === MAGIC_NANOSECONDS ? 1 : 1000
    this.recordHeader = magic === MAGIC_PATCHED ? 24 : 16
    this.snapshot = snapshot === 0 || snapshot > MAXIMUM_CAPTURED ? MAXIMUM_CAPTURED : snapshot
    // The upper six bits tell of frame check sequences.
    this.packet.linkType = words.getUint32(at + 20, little) & 0x03ffffff
  }
}
