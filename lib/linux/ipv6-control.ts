/**
 * What the kernel tells of a received IPv6 message beside its bytes: sender, destination and hop limit. RFC 3542 §4, §6.
 */
import { formatIp, IPPROTO_VRRP, type IpEnvelope } from '../net/index.ts'
import { IPPROTO_IPV6, IPV6_HOPLIMIT, IPV6_PKTINFO } from './constants.ts'

/** Offset of the address in struct sockaddr_in6. */
const NAME_ADDRESS = 8
/** Most senders that are remembered. */
const CACHE_SIZE = 1024

/** Makes envelopes of socket addresses and control messages; the same object for the same sender. */
export class Ipv6EnvelopeReader {
  readonly #word: 4 | 8
  readonly #envelopes = new Map<string, IpEnvelope>()

  /** @param word size of size_t on this machine */
  constructor(word: 4 | 8) {
    this.#word = word
  }

  /** Undefined when the kernel left something out. */
  read(name: Uint8Array, control: Uint8Array): IpEnvelope | undefined {
    const view = new DataView(control.buffer, control.byteOffset, control.length)
    const header = this.#word + 8
    let destination: Uint8Array | undefined
    let hopLimit: number | undefined
    for (let at = 0; at + header <= control.length; ) {
      // struct cmsghdr: length (a size_t, of all), level, type; the next one begins aligned to a word.
      const length = view.getUint32(at, true)
      if (length < header || at + length > control.length) break
      const level = view.getInt32(at + this.#word, true)
      const type = view.getInt32(at + this.#word + 4, true)
      const data = at + header
      if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO && length >= header + 16) {
        destination = control.subarray(data, data + 16)
      } else if (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT && length >= header + 4) {
        hopLimit = view.getInt32(data, true)
      }
      at += (length + this.#word - 1) & -this.#word
    }
    if (destination === undefined || hopLimit === undefined || name.length < NAME_ADDRESS + 16) return undefined
    return this.#envelope(name.subarray(NAME_ADDRESS, NAME_ADDRESS + 16), destination, hopLimit)
  }

  #envelope(source: Uint8Array, destination: Uint8Array, hopLimit: number): IpEnvelope {
    const key = `${Buffer.from(source).toString('latin1')}${Buffer.from(destination).toString('latin1')}${hopLimit}`
    const known = this.#envelopes.get(key)
    if (known !== undefined) return known
    const ip: IpEnvelope = {
      family: 6,
      source: formatIp(source, 0, 6),
      destination: formatIp(destination, 0, 6),
      hopLimit,
      protocol: IPPROTO_VRRP,
    }
    if (this.#envelopes.size >= CACHE_SIZE) this.#envelopes.clear()
    this.#envelopes.set(key, ip)
    return ip
  }
}
