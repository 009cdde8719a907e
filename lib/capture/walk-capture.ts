/**
 * A capture file read in one go, as fast as it can be: synchronously, one buffer, one object for all packets.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { CaptureStream } from './capture-stream.ts'
import { CapturedAdvertisement } from './captured-advertisement.ts'
import type { PacketVisitor } from './captured-packet.ts'
import { VrrpFrame } from './vrrp-frame.ts'

/**
 * Visits every packet of a pcap or pcapng file. Blocks the thread until the end, or until the visitor returns `false`;
 * the packet is valid during the visit only.
 * @throws DecodeError `ERR_CAPTURE_FORMAT`, `ERR_CAPTURE_TRUNCATED`, after the packets before the damage were visited
 * @throws Error of node:fs (`ENOENT`, `EISDIR`, `EACCES` …) when the file cannot be read
 *
 * @example
 * ```ts
 * walkCapture('capture.pcap', packet => { bytes += packet.length })
 * ```
 */
export function walkCapture(path: string, visit: PacketVisitor): void {
  const file = openSync(path, 'r')
  try {
    const stream = new CaptureStream(visit)
    while (!stream.stopped) {
      const space = stream.space()
      const length = readSync(file, space, 0, space.length, null)
      if (length === 0) {
        stream.end()
        return
      }
      stream.filled(length)
    }
  } finally {
    closeSync(file)
  }
}

/**
 * Visits every VRRP message of a capture file that has at least its header of 8 bytes. Otherwise as {@link walkCapture}.
 *
 * @example
 * ```ts
 * const sums = { right: 0, wrong: 0 }
 * walkAdvertisements('capture.pcap', advertisement => {
 *   if (advertisement.checksumForm() === undefined) sums.wrong++
 *   else sums.right++
 * })
 * ```
 */
export function walkAdvertisements(
  path: string,
  visit: (advertisement: CapturedAdvertisement) => boolean | undefined,
): void {
  const frame = new VrrpFrame()
  let advertisement: CapturedAdvertisement | undefined
  walkCapture(path, packet => {
    if (!frame.locate(packet) || frame.messageAt < 0 || frame.messageEnd - frame.messageAt < 8) return undefined
    if (advertisement?.packet !== packet) advertisement = new CapturedAdvertisement(packet, frame)
    return visit(advertisement)
  })
}
