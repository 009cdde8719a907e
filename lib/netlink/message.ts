/**
 * The netlink message: header and body, padded to 4 bytes. RFC 3549 §2.3.2; netlink(7). Words are in the order of the machine, which
 * is little-endian here.
 */
import { struct, u16, u32 } from 'buffer-layout'
import { fieldOffset } from '../net/field-offset.ts'

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

const LENGTH = fieldOffset(HEADER, 'length')
const TYPE = fieldOffset(HEADER, 'type')
const FLAGS = fieldOffset(HEADER, 'flags')
const SEQUENCE = fieldOffset(HEADER, 'sequence')

/** Octets of the header of a message. */
export const MESSAGE_HEADER_LENGTH = HEADER.span

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

/** Writes the header of a message into `view`. @param length of the whole message */
export function writeMessageHeader(
  view: DataView,
  at: number,
  length: number,
  { type, flags, sequence }: Omit<NetlinkMessage, 'body'>,
): void {
  view.setUint32(at + LENGTH, length, true)
  view.setUint16(at + TYPE, type, true)
  view.setUint16(at + FLAGS, flags, true)
  view.setUint32(at + SEQUENCE, sequence, true)
}

/** The messages of one datagram. What is cut off at its end is left out. */
export function decodeMessages(bytes: Uint8Array): NetlinkMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const messages: NetlinkMessage[] = []
  for (let at = 0; at + HEADER.span <= bytes.length; ) {
    const length = view.getUint32(at + LENGTH, true)
    if (length < HEADER.span || at + length > bytes.length) break
    const type = view.getUint16(at + TYPE, true)
    const flags = view.getUint16(at + FLAGS, true)
    const sequence = view.getUint32(at + SEQUENCE, true)
    messages.push({ type, flags, sequence, body: bytes.subarray(at + HEADER.span, at + length) })
    at += align(length)
  }
  return messages
}
