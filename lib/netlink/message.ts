/**
 * The netlink message: header and body, padded to 4 bytes. RFC 3549 §2.3.2; netlink(7). Words are in the order of the machine, which
 * is little-endian here.
 */
import { struct, u16, u32 } from 'buffer-layout'

//  0               1               2               3
// +---------------------------------------------------------------+
// |                             Length                            |
// +-------------------------------+-------------------------------+
// |              Type             |             Flags             |
// +-------------------------------+-------------------------------+
// |                        Sequence Number                        |
// |                            Port ID                            |
// +---------------------------------------------------------------+
interface Header {
  readonly length: number
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly port: number
}
const HEADER = struct<Header>([u32('length'), u16('type'), u16('flags'), u32('sequence'), u32('port')])

/** A message of netlink. */
export interface NetlinkMessage {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** What follows the header. A view when it was received: valid until the next `receive` of the socket. */
  readonly body: Uint8Array
}

/** Rounds up to the alignment of netlink. */
export function align(length: number): number {
  return (length + 3) & ~3
}

/** Messages to one datagram. The port id is 0: to the kernel. */
export function encodeMessages(messages: readonly NetlinkMessage[]): Uint8Array {
  const total = messages.reduce((sum, { body }) => sum + align(HEADER.span + body.length), 0)
  const bytes = Buffer.alloc(total)
  let at = 0
  for (const { type, flags, sequence, body } of messages) {
    const length = HEADER.span + body.length
    HEADER.encode({ length, type, flags, sequence, port: 0 }, bytes, at)
    bytes.set(body, at + HEADER.span)
    at += align(length)
  }
  return bytes
}

/** The messages of one datagram. What is cut off at its end is left out. */
export function decodeMessages(bytes: Uint8Array): NetlinkMessage[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const messages: NetlinkMessage[] = []
  for (let at = 0; at + HEADER.span <= bytes.length; ) {
    const { length, type, flags, sequence } = HEADER.decode(buffer, at)
    if (length < HEADER.span || at + length > bytes.length) break
    messages.push({ type, flags, sequence, body: bytes.subarray(at + HEADER.span, at + length) })
    at += align(length)
  }
  return messages
}
