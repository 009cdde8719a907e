/**
 * pcapng capture files: blocks of many kinds, in sections that each have a byte order and interfaces of their own
 * (draft-ietf-opsawg-pcapng).
 *
 * ```text
 *  block type | total length | body, padded to 32 bits … | total length
 * ```
 * Packets come from enhanced, simple and (obsolete) packet blocks; all other blocks are passed over.
 */
import { DecodeError } from '../errors.ts'
import type { CaptureReader } from './capture-reader.ts'
import { CapturedPacket, MAXIMUM_CAPTURED, type PacketVisitor } from './captured-packet.ts'
import { PcapngInterface } from './pcapng-interface.ts'

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
/** Longest block that is read whole; a longer one can hold nothing that is wanted, or is damaged. */
const MAXIMUM_BLOCK = 2 * MAXIMUM_CAPTURED
/** The interfaces of a section stay in memory, so their number is bounded. */
const MAXIMUM_INTERFACES = 10_000

/** True when a file that begins with these (four) bytes is a pcapng capture. */
export function isPcapngMagic(words: DataView): boolean {
  return words.getUint32(0) === SECTION_HEADER
}

/** Reader of pcapng in both byte orders, with any number of sections and interfaces. */
export class PcapngReader implements CaptureReader {
  stopped = false
  private readonly words: DataView
  private readonly packet = new CapturedPacket()
  private little = true
  private interfaces: PcapngInterface[] = []
  /** File offset of the next byte that {@link read} is given. */
  private offset = 0
  /** Bytes of a long block that are still to be passed over. */
  private skip = 0

  constructor(buffer: Uint8Array) {
    this.words = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
    this.packet.bytes = buffer
  }

  read(from: number, end: number, visit: PacketVisitor): number {
    const base = this.offset - from
    let at = from
    const { words } = this
    while (!this.stopped) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, end - at)
        this.skip -= step
        at += step
      }
      if (end - at < 12) break
      this.offset = base + at
      const sectionHeader = words.getUint32(at, true) === SECTION_HEADER
      if (sectionHeader) this.readByteOrder(at + 8)
      const { little } = this
      const type = words.getUint32(at, little)
      const total = words.getUint32(at + 4, little)
      if (total < 12 || (sectionHeader && total < 28)) throw this.damaged(`a block of ${total} bytes is too short`)
      const length = total + (-total & 3)
      if (length > MAXIMUM_BLOCK) {
        if (type === SECTION_HEADER || type === INTERFACE_DESCRIPTION || isPacketBlock(type)) {
          throw this.damaged(`a block of type ${type} says that it has ${total} bytes`)
        }
        this.skip = length
        continue
      }
      if (end - at < length) break
      if (words.getUint32(at + length - 4, little) !== total) {
        throw this.damaged(`the two lengths of a block of type ${type} differ`)
      }
      this.readBlock(type, at + 8, at + length - 4, visit)
      at += length
    }
    this.offset = base + at
    return at
  }

  finish(left: number): void {
    if (this.stopped || (left === 0 && this.skip === 0)) return
    throw new DecodeError(
      'ERR_CAPTURE_TRUNCATED',
      `the file ends inside a block, after packet ${this.packet.number}`,
      this.offset + left,
    )
  }

  private readBlock(type: number, body: number, end: number, visit: PacketVisitor): void {
    if (isPacketBlock(type)) this.readPacket(type, body, end, visit)
    else if (type === INTERFACE_DESCRIPTION) {
      if (end - body < 8) throw this.damaged('an interface description is too short')
      if (this.interfaces.length === MAXIMUM_INTERFACES) throw this.damaged('the section has too many interfaces')
      this.interfaces.push(new PcapngInterface(this.words, body, end, this.little, this.offset))
    } else if (type === SECTION_HEADER) {
      const major = this.words.getUint16(body + 4, this.little)
      if (major !== 1) throw this.damaged(`pcapng version ${major} is not known`)
      this.interfaces = []
    }
  }

  private readPacket(type: number, body: number, end: number, visit: PacketVisitor): void {
    const { packet, words, little } = this
    const simple = type === SIMPLE_PACKET
    const data = body + (simple ? 4 : 20)
    if (data > end) throw this.damaged(`packet block ${packet.number + 1} is too short`)
    let index = 0
    if (type === ENHANCED_PACKET) index = words.getUint32(body, little)
    else if (type === PACKET) index = words.getUint16(body, little)
    const description = this.interfaces[index]
    if (description === undefined) {
      throw this.damaged(`packet ${packet.number + 1} is of interface ${index}, which the capture does not describe`)
    }
    let captured: number
    if (simple) {
      packet.length = words.getUint32(body, little)
      captured = Math.min(
        packet.length,
        end - data,
        description.snapshot === 0 ? MAXIMUM_CAPTURED : description.snapshot,
      )
      packet.seconds = 0
      packet.nanoseconds = 0
    } else {
      captured = words.getUint32(body + 12, little)
      packet.length = words.getUint32(body + 16, little)
      description.instant(words.getUint32(body + 4, little), words.getUint32(body + 8, little), packet)
    }
    if (captured > end - data || captured > MAXIMUM_CAPTURED) {
      throw this.damaged(
        `packet ${packet.number + 1} says that ${captured} bytes were captured, more than its block holds`,
      )
    }
    packet.number++
    packet.linkType = description.linkType
    packet.interfaceName = description.name
    packet.start = data
    packet.end = data + captured
    if (visit(packet) === false) this.stopped = true
  }

  private readByteOrder(at: number): void {
    const { words } = this
    if (words.getUint32(at, true) === BYTE_ORDER_MAGIC) this.little = true
    else if (words.getUint32(at, false) === BYTE_ORDER_MAGIC) this.little = false
    else throw this.damaged('a section header has no byte order mark')
  }

  private damaged(message: string): DecodeError {
    return new DecodeError('ERR_CAPTURE_FORMAT', message, this.offset)
  }
}

function isPacketBlock(type: number): boolean {
  return type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET
}
