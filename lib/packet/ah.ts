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
 */
import { createHmac } from 'node:crypto'
import { readU32, writeU32 } from '../net/big-endian.ts'
import { fieldOffset } from '../net/field-offset.ts'
import { IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope, isMulticast } from '../net/ip.ts'
import { encodeIpv4 } from '../net/ipv4.ts'
import { IPV4_HEADER } from '../net/ipv4-layout.ts'
import { equalBytes, passwordBytes } from './auth.ts'
import { AH_HEADER } from './layout.ts'

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
 * goes on from the highest sequence it has heard: a router that restarted at 1 would be refused by all who remember it.
 */
export class AhAssociation {
  readonly #key: Uint8Array
  /** Highest accepted sequence of each sender; only holders of the key get into it. */
  readonly #heard = new Map<string, number>()
  #highest = 0

  /**
   * @param password - 1 to 8 bytes, padded with zeros to the key, as keepalived does
   * @param option - name of the password in errors
   * @throws TypeError, RangeError naming `option`
   */
  constructor(password: string, option = 'password') {
    this.#key = passwordBytes(password, option)
  }

  /** Highest sequence number that was sent or accepted; 0 at the start. */
  get sequence(): number {
    return this.#highest
  }

  /**
   * The message with the next authentication header in front: the payload of an IPv4 packet of protocol 51.
   * The number after 2^32 - 1 is 1, which peers that remember refuse; at an advert each 10 ms that takes 497 days.
   * @throws RangeError naming the field of `carrier`
   */
  seal(message: Uint8Array, carrier: AhCarrier): Uint8Array {
    this.#highest = this.#highest >= 0xffffffff ? 1 : this.#highest + 1
    const bytes = new Uint8Array(AH_HEADER.span + message.length)
    bytes[0] = IPPROTO_VRRP
    bytes[1] = AH_HEADER.span / 4 - 2
    writeU32(bytes, SEQUENCE, this.#highest)
    bytes.set(message, AH_HEADER.span)
    const header = encodeIpv4({ ...carrier, hopLimit: carrier.hopLimit ?? 255, protocol: IPPROTO_AH }, bytes)
    bytes.set(header.subarray(IP_SOURCE, IP_SOURCE + 4), SPI)
    bytes.set(this.#checkValue(header, bytes), ICV)
    return bytes
  }

  /**
   * Whether a message with its authentication header in front is genuine and new.
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
    if (sequence <= (this.#heard.get(ip.source) ?? 0)) return 'auth-replay'
    this.#heard.set(ip.source, sequence)
    if (sequence > this.#highest) this.#highest = sequence
    return undefined
  }

  #checkValue(header: Uint8Array, message: Uint8Array): Uint8Array {
    const covered = new Uint8Array(IPV4_HEADER.span + message.length)
    covered.set(header.subarray(0, IPV4_HEADER.span))
    covered.set(message, IPV4_HEADER.span)
    covered[IP_TOS] = 0
    covered.fill(0, IP_FRAGMENT, IP_FRAGMENT + 2)
    covered.fill(0, IP_CHECKSUM, IP_CHECKSUM + 2)
    if (!isMulticast(covered.subarray(IP_DESTINATION, IP_DESTINATION + 4))) covered[IP_TTL] = 0
    covered.fill(0, IPV4_HEADER.span + ICV, IPV4_HEADER.span + AH_HEADER.span)
    return createHmac('md5', this.#key).update(covered).digest().subarray(0, ICV_LENGTH)
  }
}
