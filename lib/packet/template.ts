/**
 * An advertisement encoded once and sent many times: the steady state of an active router. Only its priority ever changes,
 * and that is patched in place, checksum included (RFC 1624).
 */
import { readU16, writeU16 } from '../net/big-endian.ts'
import { updateChecksum } from '../net/checksum.ts'
import { requireInteger } from '../net/require-integer.ts'
import type { Advertisement } from './advertisement.ts'
import { type EncodeOptions, encode } from './codec.ts'
import { CHECKSUM, PRIORITY } from './layout.ts'

/**
 * A message ready to be sent. For unicast over version 3 the checksum covers the destination: one template a peer.
 *
 * @example
 * const template = new AdvertisementTemplate(advertisement, { source, destination: VRRP_GROUP_IPV4 })
 * channel.send(template.bytes)
 * template.priority = 0
 * channel.send(template.bytes)
 */
export class AdvertisementTemplate {
  /** The message as it stands; the same array for the life of the template, patched in place. */
  readonly bytes: Uint8Array

  /** Parameters and errors as `encode`. */
  constructor(
    advertisement: Advertisement,
    ip: { readonly source: string; readonly destination: string },
    options?: EncodeOptions,
  ) {
    this.bytes = encode(advertisement, ip, options)
  }

  /** 0-255. Setting it patches the message. @throws TypeError, RangeError naming `priority`. */
  get priority(): number {
    return this.bytes[PRIORITY] as number
  }
  set priority(priority: number) {
    if (priority === this.bytes[PRIORITY]) return
    const before = readU16(this.bytes, PRIORITY)
    this.bytes[PRIORITY] = requireInteger(priority, 'priority', 0, 255)
    const checksum = updateChecksum(readU16(this.bytes, CHECKSUM), before, readU16(this.bytes, PRIORITY))
    writeU16(this.bytes, CHECKSUM, checksum)
  }
}
