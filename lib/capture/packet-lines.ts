/**
 * What prints packets: lines of text, collected as bytes until somebody takes them.
 */
import type { CapturedPacket } from './captured-packet.ts'
import type { VrrpFrame } from './vrrp-frame.ts'

/** Collects a line, or several, for each packet. */
export interface PacketLines {
  /** Bytes of text that wait to be taken. */
  readonly pending: number
  /** Adds the text of a packet that {@link VrrpFrame.locate} found to be VRRP. */
  add(packet: CapturedPacket, frame: VrrpFrame): void
  /** The text so far, whole lines; the next one begins anew. Valid until the next {@link add}. */
  take(): Uint8Array
}
