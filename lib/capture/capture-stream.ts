/**
 * Bytes in pieces of any size, packets out: a sliding buffer of one mebibyte in front of the reader of the right format.
 */
import { DecodeError } from '../errors.ts'
import type { CaptureReader } from './capture-reader.ts'
import type { PacketVisitor } from './captured-packet.ts'
import { isPcapMagic, PcapReader } from './pcap-reader.ts'
import { isPcapngMagic, PcapngReader } from './pcapng-reader.ts'

/** Size of the buffer. Every record that the readers accept fits twice. */
export const CAPTURE_BUFFER = 1 << 20

/**
 * Finds the packets in a stream of capture bytes, classic pcap or pcapng, and visits each as soon as its last byte is
 * there. Memory stays the same whatever the bytes say.
 *
 * @example
 * ```ts
 * const stream = new CaptureStream(packet => { console.log(packet.number, packet.length) })
 * for await (const chunk of process.stdin) stream.push(chunk)
 * stream.end()
 * ```
 */
export class CaptureStream {
  private readonly visit: PacketVisitor
  private readonly buffer = new Uint8Array(CAPTURE_BUFFER)
  private start = 0
  private filledTo = 0
  private reader: CaptureReader | undefined = undefined

  constructor(visit: PacketVisitor) {
    this.visit = visit
  }

  /** True after the visitor returned `false`: more bytes would be ignored. */
  get stopped(): boolean {
    return this.reader?.stopped ?? false
  }

  /** Takes the next bytes, of any number. @throws DecodeError `ERR_CAPTURE_FORMAT` where the bytes make no sense. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.stopped; ) {
      const space = this.space()
      const piece = chunk.subarray(at, at + space.length)
      space.set(piece)
      this.filled(piece.length)
      at += piece.length
    }
  }

  /** The free part of the buffer, for a caller that reads a file into it directly; to be followed by {@link filled}. */
  space(): Uint8Array {
    this.buffer.copyWithin(0, this.start, this.filledTo)
    this.filledTo -= this.start
    this.start = 0
    return this.buffer.subarray(this.filledTo)
  }

  /** `length` bytes were put into {@link space}. @throws DecodeError `ERR_CAPTURE_FORMAT` */
  filled(length: number): void {
    this.filledTo += length
    if (this.reader === undefined) {
      if (this.filledTo < 4) return
      this.reader = readerFor(this.buffer)
    }
    this.start = this.reader.read(this.start, this.filledTo, this.visit)
  }

  /** The input is at its end. @throws DecodeError `ERR_CAPTURE_TRUNCATED` when it ends inside a record. */
  end(): void {
    const left = this.filledTo - this.start
    if (this.reader !== undefined) this.reader.finish(left)
    else if (left === 0) throw new DecodeError('ERR_CAPTURE_FORMAT', 'the file is empty', 0)
    else throw new DecodeError('ERR_CAPTURE_FORMAT', 'neither a pcap nor a pcapng file', 0)
  }
}

function readerFor(buffer: Uint8Array): CaptureReader {
  const words = new DataView(buffer.buffer)
  if (isPcapMagic(words)) return new PcapReader(buffer)
  if (isPcapngMagic(words)) return new PcapngReader(buffer)
  throw new DecodeError('ERR_CAPTURE_FORMAT', 'neither a pcap nor a pcapng file', 0)
}
