/**
 * The IP authentication header around a version 2 message, HMAC-MD5-96. RFC 2338 §5.3.6, RFC 2402 §2, §3.3.3; as keepalived does it.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Next header 112|   Length 4    |         Reserved 0            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     Security parameter index: the source IPv4 address         |
 *     |                      Sequence number                          |
 *     |             Integrity check value, 12 bytes                   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * The check value covers the first 20 bytes of the IPv4 header with TOS, fragment field and checksum read as zero, this header
 * with the value itself read as zero, and the message. keepalived reads the TTL as zero for unicast only: a multicast
 * advert must arrive with 255 anyway.
 *
 * Sequence numbers outlive restarts: a sender takes the Unix time in seconds where that is ahead of what it has sent or heard,
 * as one that begins again at 1 would be refused by all who remember it. keepalived goes on from what it hears and so follows.
 */
import { createHmac } from 'node:crypto'
import { readU32, writeU32 } from '../net/big-endian.ts'
import { fieldOffset } from '../net/field-offset.ts'
import { IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope } from '../net/ip.ts'
import { encodeIpv4 } from '../net/ipv4.ts'
import { IPV4_HEADER } from '../net/ipv4-layout.ts'
import { milliseconds } from '../time/units.ts'
import { equalBytes, passwordBytes } from './auth.ts'
import { AH_HEADER } from './layout.ts'
import type { ReplayMemory } from './replay-memory.ts'

/** Bytes of the authentication header. */
export const AH_LENGTH = AH_HEADER.span

const SPI = fieldOffset(AH_HEADER, 'spi')
const SEQUENCE = fieldOffset(AH_HEADER, 'sequence')
const ICV = fieldOffset(AH_HEADER, 'icv')
const ICV_LENGTH = AH_HEADER.span - ICV

const IP_TOS = fieldOffset(IPV4_HEADER, 'tos')
const IP_FRAGMENT = fieldOffset(IPV4_HEADER, 'flagsAndFragment')
const IP_TTL = fieldOffset(IPV4_HEADER, 'ttl')
const IP_CHECKSUM = fieldOffset(IPV4_HEADER, 'checksum')
const IP_SOURCE = fieldOffset(IPV4_HEADER, 'source')
const IP_DESTINATION = fieldOffset(IPV4_HEADER, 'destination')

/** Fields of the IPv4 header that will carry a sealed message and that its check value covers. */
export interface AhCarrier {
  readonly source: string
  readonly destination: string
  /** Must be what is really sent. A kernel that fills it in itself breaks the check value. */
  readonly identification: number
  /** Default 255. */
  readonly hopLimit?: number
}

/**
 * What the routers of one virtual router share: a key and a sequence. Sending and receiving go by one object, since a sender
 * goes on from the highest sequence it has heard.
 */
export class AhAssociation {
  readonly #key: Uint8Array
  /** Highest accepted sequence of each sender; only holders of the key get into it. */
  readonly #heard: Map<string, number>
  #highest: number
  /** A genuine message was refused for a number that may have crossed ours on the wire: the next of ours goes further ahead. */
  #contested = false

  /**
   * @param password - 1 to 8 bytes, padded with zeros to the key, as keepalived does
   * @param option - name of the password in errors
   * @param former - association of the same virtual router whose numbers go on, whatever its password was
   * @throws TypeError, RangeError naming `option`
   */
  constructor(password: string, option = 'password', former?: AhAssociation) {
    this.#key = passwordBytes(password, option)
    this.#heard = new Map(former === undefined ? [] : former.#heard)
    this.#highest = former === undefined ? 0 : former.#highest
  }

  /** Highest sequence number that was sent or accepted; 0 at the start. */
  get sequence(): number {
    return this.#highest
  }

  /** What it must not accept again. */
  get memory(): ReplayMemory {
    const heard = [...this.#heard].map(([sender, number]) => ({ sender, number: BigInt(number) }))
    return { scheme: 'ah', sent: BigInt(this.#highest), heard }
  }

  /** Does not accept the numbers of an earlier run again, and goes on from them. What was heard meanwhile stays. */
  remember({ heard, sent = 0n }: ReplayMemory): void {
    this.#highest = Math.max(this.#highest, Number(sent))
    for (const { sender, number } of heard) {
      this.#heard.set(sender, Math.max(this.#heard.get(sender) ?? 0, Number(number)))
    }
  }

  /**
   * The number of the next advert: one more than any sent or accepted, and not behind the clock. Its low half, which becomes
   * the identification of the IP packet, is never 0: the kernel would put a number of its own there. What comes after
   * 2^32 - 1, in 2106, is 1, which peers that remember refuse.
   * @param wallTime - Unix time; default: the clock does not matter
   */
  advance(wallTime = milliseconds(0)): number {
    const next = Math.max(this.#highest + (this.#contested ? 2 : 1), Math.floor(wallTime / 1000))
    this.#contested = false
    this.#highest = next > 0xffffffff ? 1 : (next & 0xffff) === 0 ? next + 1 : next
    return this.#highest
  }

  /**
   * The message with the next authentication header in front: the payload of an IPv4 packet of protocol 51. Routers
   * that send again and again use an {@link AhSealer}.
   * @throws RangeError naming the field of `carrier`
   */
  seal(message: Uint8Array, carrier: AhCarrier): Uint8Array {
    const bytes = new Uint8Array(AH_HEADER.span + message.length)
    bytes.set(message, AH_HEADER.span)
    const header = encodeIpv4({ ...carrier, hopLimit: carrier.hopLimit ?? 255, protocol: IPPROTO_AH }, bytes)
    this.sealInPlace(bytes, header, this.advance())
    return bytes
  }

  /**
   * Writes the authentication header into the room in front of a message.
   * @param bytes - {@link AH_LENGTH} bytes of room, and the message
   * @param header - the IPv4 header that it will be sent with, identification and total length included
   * @param sequence - 1 to 2^32 - 1, from {@link AhAssociation.advance}
   */
  sealInPlace(bytes: Uint8Array, header: Uint8Array, sequence: number): void {
    bytes[0] = IPPROTO_VRRP
    bytes[1] = AH_HEADER.span / 4 - 2
    bytes[2] = 0
    bytes[3] = 0
    writeU32(bytes, SPI, readU32(header, IP_SOURCE))
    writeU32(bytes, SEQUENCE, sequence)
    const value = this.#checkValue(header, bytes)
    for (let i = 0; i < ICV_LENGTH; i++) bytes[ICV + i] = value[i] as number
  }

  /**
   * Whether a message with its authentication header in front is genuine and new: above the last number of its sender. A sender
   * of whom nothing is remembered must be above everything heard and sent, so that a router which was restarted does not
   * take an old message of a third for news.
   * @param ip - must hold the IPv4 `header` as received: without it nothing can be verified
   * @returns `auth-failure` or `auth-replay`; undefined when all is well, and the sender's sequence is remembered
   */
  verify(message: Uint8Array, ip: IpEnvelope): 'auth-failure' | 'auth-replay' | undefined {
    const { header } = ip
    if (header === undefined || header.length < IPV4_HEADER.span || message.length < AH_HEADER.span)
      return 'auth-failure'
    if (!equalBytes(this.#checkValue(header, message), 0, message, ICV, ICV_LENGTH)) return 'auth-failure'
    if (!equalBytes(message, SPI, header, IP_SOURCE, 4)) return 'auth-failure'
    const sequence = readU32(message, SEQUENCE)
    const last = this.#heard.get(ip.source)
    if (sequence <= (last ?? this.#highest)) {
      this.#contested ||= last === undefined
      return 'auth-replay'
    }
    this.#heard.set(ip.source, sequence)
    if (sequence > this.#highest) this.#highest = sequence
    return undefined
  }

  #checkValue(header: Uint8Array, message: Uint8Array): Uint8Array {
    const covered = room(IPV4_HEADER.span + message.length)
    for (let i = 0; i < IPV4_HEADER.span; i++) covered[i] = header[i] as number
    covered.set(message, IPV4_HEADER.span)
    covered[IP_TOS] = 0
    covered.fill(0, IP_FRAGMENT, IP_FRAGMENT + 2)
    covered.fill(0, IP_CHECKSUM, IP_CHECKSUM + 2)
    // 224.0.0.0/4
    if ((covered[IP_DESTINATION] as number) >> 4 !== 14) covered[IP_TTL] = 0
    covered.fill(0, IPV4_HEADER.span + ICV, IPV4_HEADER.span + AH_HEADER.span)
    return createHmac('md5', this.#key).update(covered).digest()
  }
}

let scratch: Uint8Array = new Uint8Array(0)

/** Bytes to write into, the same ones as long as the length is the same: that of one virtual router's adverts always is. */
function room(length: number): Uint8Array {
  if (scratch.length !== length) scratch = new Uint8Array(length)
  return scratch
}
