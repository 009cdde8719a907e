/**
 * What the kernel tells of a received IPv6 message beside its bytes: sender, destination and hop limit. RFC 3542 §4, §6.
 */
import { formatIp, IPPROTO_VRRP, type IpEnvelope, readU32 } from '../net/index.ts'
import { IPPROTO_IPV6, IPV6_HOPLIMIT, IPV6_PKTINFO } from './constants.ts'

/** Offset of the address in struct sockaddr_in6. */
const NAME_ADDRESS = 8
/** Most senders that are remembered. */
const CACHE_SIZE = 1024

/** An envelope with the bytes that it was made of. */
interface Known {
  readonly source: Uint8Array
  readonly destination: Uint8Array
  readonly ip: IpEnvelope
}

/** Makes envelopes of socket addresses and control messages; the same object for the same sender. */
export class Ipv6EnvelopeReader {
  readonly #word: 4 | 8
  readonly #envelopes = new Map<number, Known>()

  /** @param word size of size_t on this machine */
  constructor(word: 4 | 8) {
    this.#word = word
  }

  /** Undefined when the kernel left something out. */
  read(name: Uint8Array, control: Uint8Array): IpEnvelope | undefined {
    const header = this.#word + 8
    let destination = -1
    let hopLimit = -1
    for (let at = 0; at + header <= control.length; ) {
      // struct cmsghdr: length (a size_t, of all), level, type; the next one begins aligned to a word.
      const length = readHost(control, at)
      if (length < header || at + length > control.length) break
      const level = readHost(control, at + this.#word)
      const type = readHost(control, at + this.#word + 4)
      const data = at + header
      if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO && length >= header + 16) destination = data
      else if (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT && length >= header + 4) {
        hopLimit = readHost(control, data)
      }
      at += (length + this.#word - 1) & -this.#word
    }
    if (destination < 0 || hopLimit < 0 || hopLimit > 255 || name.length < NAME_ADDRESS + 16) return undefined
    return this.#envelope(name, control, destination, hopLimit)
  }

  #envelope(name: Uint8Array, control: Uint8Array, at: number, hopLimit: number): IpEnvelope {
    // A small integer of what differs most, so that looking up allocates nothing; the bytes decide.
    const key = readU32(name, NAME_ADDRESS + 12) ^ readU32(name, NAME_ADDRESS + 8) ^ (hopLimit << 16)
    const known = this.#envelopes.get(key)
    if (
      known !== undefined &&
      known.ip.hopLimit === hopLimit &&
      holds(name, NAME_ADDRESS, known.source) &&
      holds(control, at, known.destination)
    ) {
      return known.ip
    }
    const source = Uint8Array.from(name.subarray(NAME_ADDRESS, NAME_ADDRESS + 16))
    const destination = Uint8Array.from(control.subarray(at, at + 16))
    const ip: IpEnvelope = {
      family: 6,
      source: formatIp(source),
      destination: formatIp(destination),
      hopLimit,
      protocol: IPPROTO_VRRP,
    }
    if (this.#envelopes.size >= CACHE_SIZE) this.#envelopes.clear()
    this.#envelopes.set(key, { source, destination, ip })
    return ip
  }
}

/** A 32-bit integer in the byte order of the machine, which is little-endian. */
function readHost(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

function holds(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}
