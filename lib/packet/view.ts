/**
 * A VRRP message read in place: no copy, no object per message. RFC 3768 §5.3, RFC 9568 §5.2. `decode`, `inspect` and the
 * receiver stand on it; programs that read millions of adverts reuse one view.
 */
import type { VrrpErrorCode } from '../errors.ts'
import { readU16 } from '../net/big-endian.ts'
import { foldSum, sumWords } from '../net/checksum.ts'
import type { IpFamily } from '../net/ip.ts'
import { formatIpv4, formatIpv6 } from '../net/ip-text.ts'
import { type Milliseconds, milliseconds } from '../time/units.ts'
import type { ChecksumForm } from './advertisement.ts'
import {
  ADDRESS_COUNT,
  AUTH_DATA_LENGTH,
  AUTH_TYPE_V2,
  CHECKSUM,
  HEADER_LENGTH,
  INTERVAL_V2,
  INTERVAL_V3,
  INTERVAL_V3_MASK,
  PRIORITY,
  TRAILER,
  TYPE_ADVERTISEMENT,
  VERSION_AND_TYPE,
  VRID,
} from './layout.ts'
import { isTrailer } from './trailer.ts'

const NOTHING: Uint8Array = new Uint8Array(HEADER_LENGTH)

/**
 * A window on one VRRP message (behind the IP header, and behind the authentication header if there is one).
 *
 * @example
 * const view = new AdvertisementView()
 * const sum = pseudoHeaderSum('192.0.2.1', '224.0.0.18', IPPROTO_VRRP, 4)
 * if (view.reset(bytes, offset, length, 4) && view.check(sum) === undefined) console.log(view.vrid, view.priority)
 */
export class AdvertisementView {
  #bytes: Uint8Array = NOTHING
  #offset = 0
  #length = 0
  #family: IpFamily = 4
  #form: ChecksumForm | undefined

  /**
   * Looks at other bytes. Nothing outside `offset … offset + length` is read from then on.
   * @param family - of the IP header; the message does not say it
   * @returns false when there is no whole header (8 bytes); the view then shows a message of zeros that checks as truncated
   */
  reset(bytes: Uint8Array, offset = 0, length = bytes.length - offset, family: IpFamily = 4): boolean {
    const whole = length >= HEADER_LENGTH && offset >= 0 && offset + length <= bytes.length
    this.#bytes = whole ? bytes : NOTHING
    this.#offset = whole ? offset : 0
    this.#length = whole ? length : 0
    this.#family = family
    this.#form = undefined
    return whole
  }

  /** The bytes that are looked at. */
  get bytes(): Uint8Array {
    return this.#bytes
  }
  /** Where the message begins in {@link bytes}. */
  get offset(): number {
    return this.#offset
  }
  /** Bytes behind the header's start that are there, whatever they are. */
  get length(): number {
    return this.#length
  }
  /** Family of the addresses. */
  get family(): IpFamily {
    return this.#family
  }
  /** 0-15; 2 and 3 exist. */
  get version(): number {
    return (this.#bytes[this.#offset + VERSION_AND_TYPE] as number) >>> 4
  }
  /** 0-15; 1 is an advertisement. */
  get type(): number {
    return (this.#bytes[this.#offset + VERSION_AND_TYPE] as number) & 15
  }
  /** 0-255; 0 is not legal. */
  get vrid(): number {
    return this.#bytes[this.#offset + VRID] as number
  }
  /** 0-255. */
  get priority(): number {
    return this.#bytes[this.#offset + PRIORITY] as number
  }
  /** Addresses that the message claims to hold, 0-255. */
  get addressCount(): number {
    return this.#bytes[this.#offset + ADDRESS_COUNT] as number
  }
  /** Authentication type of version 2; 0 in version 3. */
  get authType(): number {
    return this.version === 2 ? (this.#bytes[this.#offset + AUTH_TYPE_V2] as number) : 0
  }
  /** The advertisement interval: seconds in version 2, 12 bits of centiseconds in all others. */
  get interval(): Milliseconds {
    return milliseconds(
      this.version === 2
        ? (this.#bytes[this.#offset + INTERVAL_V2] as number) * 1000
        : (readU16(this.#bytes, this.#offset + INTERVAL_V3) & INTERVAL_V3_MASK) * 10,
    )
  }
  /** The checksum field. */
  get checksum(): number {
    return readU16(this.#bytes, this.#offset + CHECKSUM)
  }

  /** Length that the header asks for: header, addresses, and in version 2 authentication data. No trailer. */
  get messageLength(): number {
    const addresses = this.addressCount * (this.#family === 4 ? 4 : 16)
    return HEADER_LENGTH + addresses + (this.version === 2 ? AUTH_DATA_LENGTH : 0)
  }

  /** Whether a well-formed 28-byte authentication trailer (keepalived's auth_hmac), and nothing else, follows the message. */
  get hasTrailer(): boolean {
    const end = this.messageLength
    return this.#length === end + TRAILER.span && isTrailer(this.#bytes, this.#offset + end)
  }

  /** Addresses that are really there: at most {@link addressCount}. */
  get addressesPresent(): number {
    const room = Math.floor((this.#length - HEADER_LENGTH) / (this.#family === 4 ? 4 : 16))
    return Math.max(0, Math.min(this.addressCount, room))
  }

  /** Offset of address `index` in {@link bytes}. */
  addressOffset(index: number): number {
    return this.#offset + HEADER_LENGTH + index * (this.#family === 4 ? 4 : 16)
  }

  /**
   * Address `index` in canonical text.
   * @throws RangeError unless 0 <= index < {@link addressesPresent}
   */
  address(index: number): string {
    if (!(index >= 0 && index < this.addressesPresent)) throw new RangeError(`index: there is no address ${index}`)
    const at = this.addressOffset(index)
    return this.#family === 4 ? formatIpv4(this.#bytes, at) : formatIpv6(this.#bytes, at)
  }

  /** Offset in {@link bytes} of the 8 bytes of authentication data of version 2, if they are there; else -1. */
  get authDataOffset(): number {
    const end = this.messageLength
    return this.version === 2 && this.#length >= end ? this.#offset + end - AUTH_DATA_LENGTH : -1
  }

  /**
   * Which form of checksum fits, over the length that the header asks for; undefined when none does, or bytes are missing.
   * RFC 9568 §5.2.8. When both forms fit (addresses that sum to zero), `pseudo-header` is said.
   * @param pseudoHeader - sum of the pseudo-header without its length field (`pseudoHeaderSum`); version 2 does not use it
   */
  checksumForm(pseudoHeader: number): ChecksumForm | undefined {
    // Over IPv6 the kernel sums the whole payload, an authentication trailer included; over IPv4 the message alone.
    const covered = this.#family === 6 && this.hasTrailer ? this.messageLength + TRAILER.span : this.messageLength
    if (this.#length < covered) return undefined
    const sum = sumWords(this.#bytes, this.#offset, covered)
    if (this.version !== 2 && foldSum(sum + pseudoHeader + covered) === 0xffff) return 'pseudo-header'
    return this.#family === 4 && foldSum(sum) === 0xffff ? 'message' : undefined
  }

  /** {@link checksumForm}, remembered in {@link form}. */
  verify(pseudoHeader: number): ChecksumForm | undefined {
    this.#form = this.checksumForm(pseudoHeader)
    return this.#form
  }

  /** The form that the last {@link verify} or {@link check} found; undefined before, or when none fitted. */
  get form(): ChecksumForm | undefined {
    return this.#form
  }

  /**
   * The first thing that is wrong with the message, in the order of RFC 9568 §7.1; undefined when it is whole and legal.
   * Authentication is not looked at, beyond its type.
   * @param pseudoHeader - as for {@link checksumForm}
   */
  check(pseudoHeader: number): VrrpErrorCode | undefined {
    if (this.#length === 0) return 'ERR_VRRP_TRUNCATED'
    const version = this.version
    if (version !== 3 && (version !== 2 || this.#family === 6)) return 'ERR_VRRP_VERSION'
    if (this.type !== TYPE_ADVERTISEMENT) return 'ERR_VRRP_TYPE'
    if (this.addressCount === 0) return 'ERR_VRRP_ADDRESS_COUNT'
    const excess = this.#length - this.messageLength
    if (excess < 0) return 'ERR_VRRP_TRUNCATED'
    if (excess > 0 && !this.hasTrailer) return 'ERR_VRRP_LENGTH'
    if (this.verify(pseudoHeader) === undefined) return 'ERR_VRRP_CHECKSUM'
    if (this.vrid === 0) return 'ERR_VRRP_VRID'
    if (this.authType > 2) return 'ERR_VRRP_AUTH_TYPE'
    return this.interval === 0 ? 'ERR_VRRP_INTERVAL' : undefined
  }
}
