/**
 * A router sends the same advert second after second: its long text (`-v`, JSON) is made once and copied from then on.
 */
import { readI32, readU16 } from '../net/big-endian.ts'
import type { PacketText } from './packet-text.ts'

const SLOTS = 1 << 13
/** Longer ones are rare, and the memory is bounded. */
const MAXIMUM_KEY = 512
const MAXIMUM_TEXT = 1024

interface Repeated {
  readonly key: DataView
  /** Length of the addresses: the same bytes mean something else in the other version of IP. */
  readonly addresses: number
  readonly hopLimit: number
  readonly text: Uint8Array
}

/**
 * Texts by what they are made of: the addresses and the message, which lie side by side in a packet, and the TTL. A
 * direct-mapped table; a text is kept when it was made twice, so that a flood of different packets costs nothing but the look-up.
 */
export class RepeatedTexts {
  private readonly hashes = new Int32Array(SLOTS)
  private readonly entries = new Array<Repeated | undefined>(SLOTS).fill(undefined)
  private bytes: Uint8Array = new Uint8Array(0)
  private words: DataView = new DataView(new ArrayBuffer(0))
  private slot = 0
  private wanted = false

  /**
   * Writes the text of `[addresses, end)` with the message at `message`, if it is known; else false, and {@link keep} may follow.
   */
  write(text: PacketText, addresses: number, message: number, end: number, hopLimit: number): boolean {
    const { bytes } = text
    this.wanted = false
    if (end - message < 8 || end - addresses > MAXIMUM_KEY) return false
    const hash =
      Math.imul(readI32(bytes, message), 31) ^
      Math.imul(readU16(bytes, message + 6), 0x9e3779) ^
      readI32(bytes, message - 20)
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1)
    this.slot = slot
    if (this.hashes[slot] !== hash) {
      this.hashes[slot] = hash
      this.entries[slot] = undefined
      return false
    }
    const entry = this.entries[slot]
    if (
      entry !== undefined &&
      entry.hopLimit === hopLimit &&
      entry.addresses === message - addresses &&
      this.equal(entry.key, bytes, addresses, end)
    ) {
      text.raw(entry.text)
      return true
    }
    this.wanted = true
    return false
  }

  /** What was written since `from` is the text of the `[addresses, end)` that {@link write} was just asked for. */
  keep(text: PacketText, from: number, addresses: number, message: number, end: number, hopLimit: number): void {
    if (!this.wanted || text.used - from > MAXIMUM_TEXT) return
    const key = new DataView(text.bytes.slice(addresses, end).buffer)
    this.entries[this.slot] = {
      key,
      addresses: message - addresses,
      hopLimit,
      text: text.output.slice(from, text.used),
    }
  }

  private equal(key: DataView, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (key.byteLength !== length) return false
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    const { words } = this
    let i = 0
    for (; i + 3 < length; i += 4) if (key.getInt32(i) !== words.getInt32(start + i)) return false
    for (; i < length; i++) if (key.getUint8(i) !== words.getUint8(start + i)) return false
    return true
  }
}
