/**
 * A VRRP message in a capture, read in place. RFC 3768 §5.3, RFC 9568 §5.2.
 *
 * The few fields that a walk over millions of messages asks for are read here, so that it need not load the codecs of
 * `lib/packet`; {@link AdvertisementView} looks at the same bytes in full.
 */
import { readU16 } from '../net/big-endian.ts'
import { foldSum, sumWords } from '../net/checksum.ts'
import { IPPROTO_VRRP } from '../net/ip.ts'
import { sumPseudoHeader } from '../net/pseudo-header.ts'
import type { ChecksumForm } from '../packet/advertisement.ts'
import type { CapturedPacket } from './captured-packet.ts'
import type { VrrpFrame } from './vrrp-frame.ts'

const HEADER = 8
const AUTHENTICATION_DATA = 8
/** Authentication trailer of keepalived's auth_hmac, which over IPv6 counts for the checksum. */
const TRAILER = 28

/**
 * A message, and the packet around it. Reused from message to message: what is needed after the visit must be copied.
 *
 * @example
 * ```ts
 * const { packet, frame } = advertisement
 * view.reset(packet.bytes, frame.messageAt, frame.messageEnd - frame.messageAt, frame.family)
 * ```
 */
export class CapturedAdvertisement {
  readonly packet: CapturedPacket
  readonly frame: VrrpFrame

  /** The frame must have been located in the packet, with at least 8 bytes of message. */
  constructor(packet: CapturedPacket, frame: VrrpFrame) {
    this.packet = packet
    this.frame = frame
  }

  /** 0-15; 2 and 3 exist. */
  get version(): number {
    return this.byte(0) >> 4
  }

  /** 0-15; 1 is an advertisement. */
  get type(): number {
    return this.byte(0) & 15
  }

  /** 0-255; 0 is not legal. */
  get vrid(): number {
    return this.byte(1)
  }

  /** 0-255 */
  get priority(): number {
    return this.byte(2)
  }

  /** Addresses that the message claims to hold, 0-255. */
  get addressCount(): number {
    return this.byte(3)
  }

  /** The checksum field. */
  get checksum(): number {
    return readU16(this.packet.bytes, this.frame.messageAt + 6)
  }

  /** Which form of checksum fits, over the length that the header asks for; undefined when none does, or bytes are missing. */
  checksumForm(): ChecksumForm | undefined {
    const { bytes } = this.packet
    const { family, messageAt, messageEnd, ipAt } = this.frame
    const first = bytes[messageAt] as number
    const count = bytes[messageAt + 3] as number
    const old = first >> 4 === 2
    let length = HEADER + (family === 4 ? count * 4 : count * 16) + (old ? AUTHENTICATION_DATA : 0)
    const there = messageEnd - messageAt
    if (family === 6 && there === length + TRAILER) length = there
    if (there < length) return undefined
    const sum = sumWords(bytes, messageAt, length)
    if (!old) {
      const pseudoHeader =
        family === 4
          ? sumPseudoHeader(bytes, ipAt + 12, ipAt + 16, 4, IPPROTO_VRRP)
          : sumPseudoHeader(bytes, ipAt + 8, ipAt + 24, 16, IPPROTO_VRRP)
      if (foldSum(sum + pseudoHeader + length) === 0xffff) return 'pseudo-header'
    }
    return family === 4 && foldSum(sum) === 0xffff ? 'message' : undefined
  }

  private byte(offset: number): number {
    return this.packet.bytes[this.frame.messageAt + offset] as number
  }
}
