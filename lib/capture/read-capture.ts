/**
 * Captures as async iterables: from a file, or from any stream of bytes such as a live `tcpdump -w -`.
 */
import { createReadStream } from 'node:fs'
import { CaptureStream } from './capture-stream.ts'
import type { CapturedPacket } from './captured-packet.ts'
import type { DecodedRecord } from './decoded-record.ts'
import { VrrpFrame } from './vrrp-frame.ts'

/** A path, or the bytes themselves in pieces of any size. */
export type CaptureSource = string | AsyncIterable<Uint8Array>

/** Pieces are worked off in steps of this size, so that the packets of a step are few. */
const STEP = 1 << 16

/**
 * Yields the packets of a pcap or pcapng capture, each with bytes of its own, as they arrive.
 * @throws DecodeError `ERR_CAPTURE_FORMAT`, `ERR_CAPTURE_TRUNCATED`, after the packets before the damage were yielded
 * @throws Error of node:fs when a path cannot be read
 */
export async function* readCapture(source: CaptureSource): AsyncGenerator<CapturedPacket, void, undefined> {
  yield* collect(source, packet => packet.copy())
}

/**
 * Yields each VRRP packet of a capture, decoded, with all that is wrong with it. Packets of other protocols are passed over.
 * Throws as {@link readCapture}.
 *
 * @example
 * ```ts
 * for await (const advert of readAdvertisements('capture.pcapng')) {
 *   if (advert.priority === 0) console.log(`${advert.time} ${advert.source} resigns from ${advert.vrid}`)
 * }
 * ```
 */
export async function* readAdvertisements(source: CaptureSource): AsyncGenerator<DecodedRecord, void, undefined> {
  // The codecs are loaded for those alone who want everything decoded: reading and printing start 30 ms sooner without.
  const { describePacket } = await import('./describe-packet.ts')
  const frame = new VrrpFrame()
  yield* collect(source, packet => (frame.locate(packet) ? describePacket(packet, frame) : undefined))
}

async function* collect<T>(
  source: CaptureSource,
  convert: (packet: CapturedPacket) => T | undefined,
): AsyncGenerator<T, void, undefined> {
  let found: T[] = []
  const stream = new CaptureStream(packet => {
    const item = convert(packet)
    if (item !== undefined) found.push(item)
    return undefined
  })
  const take = (): T[] => {
    const items = found
    found = []
    return items
  }
  const chunks: AsyncIterable<Uint8Array> =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: STEP }) : source
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += STEP) {
        stream.push(chunk.subarray(at, at + STEP))
        yield* take()
      }
    }
    stream.end()
  } catch (error) {
    // What was read before the damage is good.
    yield* take()
    throw error
  }
}
