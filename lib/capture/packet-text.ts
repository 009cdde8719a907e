/**
 * Text about a packet, written as bytes: strings of a million lines would cost more than all the decoding.
 */

const INITIAL_CAPACITY = 1 << 18
const LONG_TEXT = 32
const ZERO = 48
const COLON = 58

/** Each octet in decimal with a dot behind it, four bytes apart: `255.`, `7.`; the unused bytes are zero. */
const OCTETS = new Uint8Array(256 * 4)
/** Length of each, the dot included. */
const OCTET_LENGTHS = new Uint8Array(256)
for (let octet = 0; octet < 256; octet++) {
  const spelt = `${octet}.`
  for (let i = 0; i < spelt.length; i++) OCTETS[octet * 4 + i] = spelt.charCodeAt(i)
  OCTET_LENGTHS[octet] = spelt.length
}

/** Text to bytes, for {@link PacketText.raw}. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0))
}

const HEX = ascii('0123456789abcdef')

/** Thrown where a field lies beyond the captured bytes; a constant, since a capture may be cut in every packet. */
export const CUT = Symbol('beyond the captured bytes')

/** A growing text, and the packet bytes that it is about. */
export class PacketText {
  /** The text so far: `output.subarray(0, used)`. */
  output = new Uint8Array(INITIAL_CAPACITY)
  used = 0
  /** The bytes that the text is about. */
  bytes: Uint8Array = new Uint8Array(0)
  /** End of what may be read of {@link bytes}. */
  limit = 0
  /** The protocol in whose header a cut would be now. */
  protocol = ''

  /** Makes room for `size` more bytes of text. Nothing else checks for room. */
  reserve(size: number): void {
    if (this.output.length - this.used >= size) return
    const larger = new Uint8Array(Math.max(this.output.length * 2, this.used + size))
    larger.set(this.output.subarray(0, this.used))
    this.output = larger
  }

  /** The text so far; the next begins anew. Valid until more is written. */
  take(): Uint8Array {
    const text = this.output.subarray(0, this.used)
    this.used = 0
    return text
  }

  /** Byte of the packet. @throws CUT when it was not captured. */
  uint8(at: number): number {
    if (at >= this.limit) throw CUT
    return this.bytes[at] as number
  }

  /** 16 bits of the packet, network order. @throws CUT */
  uint16(at: number): number {
    if (at + 2 > this.limit) throw CUT
    return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number)
  }

  /** 32 bits of the packet, network order. @throws CUT */
  uint32(at: number): number {
    if (at + 4 > this.limit) throw CUT
    return this.uint16(at) * 0x10000 + this.uint16(at + 2)
  }

  /** Writes ASCII text. */
  text(ascii: string): void {
    const { output } = this
    let used = this.used
    for (let i = 0; i < ascii.length; i++) output[used++] = ascii.charCodeAt(i)
    this.used = used
  }

  /** Writes bytes of ready text. */
  raw(text: Uint8Array): void {
    const { output, used } = this
    const { length } = text
    // A short copy by hand is faster than the call of set.
    if (length > LONG_TEXT) output.set(text, used)
    else for (let i = 0; i < length; i++) output[used + i] = text[i] as number
    this.used = used + length
  }

  /** Writes one character. */
  character(code: number): void {
    this.output[this.used++] = code
  }

  /** Writes an unsigned integer. */
  decimal(value: number): void {
    if (value < 256) {
      this.octet(value)
      this.used--
    } else if (value > 0x7fffffff) this.text(String(value))
    else {
      let size = 3
      for (let bound = 1000; value >= bound; bound *= 10) size++
      this.digits(value, size)
    }
  }

  /** Writes an octet and a dot. */
  private octet(value: number): void {
    const { output, used } = this
    const at = value * 4
    // All four bytes at once: what is too much is written over.
    output[used] = OCTETS[at] as number
    output[used + 1] = OCTETS[at + 1] as number
    output[used + 2] = OCTETS[at + 2] as number
    output[used + 3] = OCTETS[at + 3] as number
    this.used = used + (OCTET_LENGTHS[value] as number)
  }

  /** Writes the last `size` decimal digits of an integer below 2^31. */
  digits(value: number, size: number): void {
    const { output } = this
    let rest = value
    for (let at = this.used + size - 1; at >= this.used; at--) {
      const quotient = (rest / 10) | 0
      output[at] = ZERO + rest - quotient * 10
      rest = quotient
    }
    this.used += size
  }

  /** Writes an unsigned integer below 2^32 in lower-case hexadecimal, padded with zeros to `width`. */
  hex(value: number, width = 1): void {
    const { output } = this
    const significant = (35 - Math.clz32(value)) >>> 2
    for (let shift = 4 * (Math.max(width, significant) - 1); shift >= 0; shift -= 4) {
      output[this.used++] = HEX[(value >>> shift) & 15] as number
    }
  }

  /** Writes the IPv4 address at `at`. @throws CUT */
  ipv4(at: number): void {
    if (at + 4 > this.limit) throw CUT
    const { bytes } = this
    this.octet(bytes[at] as number)
    this.octet(bytes[at + 1] as number)
    this.octet(bytes[at + 2] as number)
    this.octet(bytes[at + 3] as number)
    this.used--
  }

  /**
   * Writes the IPv6 address at `at` as tcpdump does: as RFC 5952, but with an embedded IPv4 address in dotted form.
   * @throws CUT
   */
  ipv6(at: number): void {
    if (at + 16 > this.limit) throw CUT
    let best = -1
    let bestLength = 1
    for (let i = 0; i < 8; i++) {
      let length = 0
      while (i + length < 8 && this.uint16(at + 2 * (i + length)) === 0) length++
      if (length > bestLength) {
        best = i
        bestLength = length
      }
      if (length > 0) i += length
    }
    const embedded = best === 0 && (bestLength === 6 || (bestLength === 5 && this.uint16(at + 10) === 0xffff))
    for (let i = 0; i < 8; i++) {
      if (i === best) {
        this.output[this.used++] = COLON
        i += bestLength - 1
        if (i === 7) this.output[this.used++] = COLON
        continue
      }
      if (i > 0) this.output[this.used++] = COLON
      if (i === 6 && embedded) {
        this.ipv4(at + 12)
        return
      }
      this.hex(this.uint16(at + 2 * i))
    }
  }
}
