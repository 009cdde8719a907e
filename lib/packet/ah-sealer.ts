/**
 * Seals adverts with the IP authentication header, in place. RFC 2338 §5.3.6.
 */
import { writeU16 } from '../net/big-endian.ts'
import { fieldOffset } from '../net/field-offset.ts'
import { IPPROTO_AH } from '../net/ip.ts'
import { encodeIpv4 } from '../net/ipv4.ts'
import { IPV4_HEADER } from '../net/ipv4-layout.ts'
import type { Milliseconds } from '../time/units.ts'
import { AH_LENGTH, type AhAssociation } from './ah.ts'
import type { Sealer } from './sealer.ts'

const IDENTIFICATION = fieldOffset(IPV4_HEADER, 'identification')

interface Copy {
  /** The IPv4 header that the transport will send, as far as the check value covers it. */
  readonly header: Uint8Array
  /** Authentication header and message. */
  readonly bytes: Uint8Array
}

/**
 * A {@link Sealer} that puts an authentication header in front. Its packets must be sent with the low half of the sequence
 * number as IP identification, which is what the transports do.
 */
export class AhSealer implements Sealer {
  readonly #association: AhAssociation
  readonly #source: string
  readonly #copies = new Map<string, Copy>()
  #sequence = 0

  /** @param source - IPv4 address that the adverts leave from */
  constructor(association: AhAssociation, source: string) {
    this.#association = association
    this.#source = source
  }

  advance(wallTime: Milliseconds): void {
    this.#sequence = this.#association.advance(wallTime)
  }

  /** @throws RangeError naming `destination` or `source` when it is not IPv4 */
  seal(message: Uint8Array, destination: string): Uint8Array {
    const { header, bytes } = this.#copyFor(message.length, destination)
    writeU16(header, IDENTIFICATION, this.#sequence & 0xffff)
    bytes.set(message, AH_LENGTH)
    this.#association.sealInPlace(bytes, header, this.#sequence)
    return bytes
  }

  #copyFor(length: number, destination: string): Copy {
    const known = this.#copies.get(destination)
    if (known !== undefined && known.bytes.length === AH_LENGTH + length) return known
    const bytes = new Uint8Array(AH_LENGTH + length)
    const ip = { source: this.#source, destination, protocol: IPPROTO_AH, hopLimit: 255 }
    const copy = { header: encodeIpv4(ip, bytes).slice(0, IPV4_HEADER.span), bytes }
    this.#copies.set(destination, copy)
    return copy
  }
}
