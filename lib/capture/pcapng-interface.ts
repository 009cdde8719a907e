/**
 * The interface of a pcapng section: its link type and what its timestamps mean (draft-ietf-opsawg-pcapng, section 4.2).
 */
import { DecodeError } from '../errors.ts'

const OPTION_NAME = 2
const OPTION_TIMESTAMP_RESOLUTION = 9
const OPTION_TIMESTAMP_OFFSET = 14
/** A name longer than the kernel could ever give is cut: the file decides how many there are. */
const NAME_LIMIT = 256

/** An instant of a capture. */
export interface CaptureInstant {
  seconds: number
  nanoseconds: number
}

/** One interface description block. */
export class PcapngInterface {
  readonly linkType: number
  /** 0: no limit. */
  readonly snapshot: number
  readonly name: string | undefined
  private readonly offsetSeconds: number
  private readonly unitsPerSecond: number
  /** Whether fractions can be scaled to nanoseconds in 53 bits. */
  private readonly exact: boolean

  /** Reads the block body at `[at, end)` of a buffer; `offset` is its place in the file, for errors. @throws DecodeError */
  constructor(words: DataView, at: number, end: number, little: boolean, offset: number) {
    this.linkType = words.getUint16(at, little)
    this.snapshot = words.getUint32(at + 4, little)
    let name: string | undefined
    let unitsPerSecond = 1e6
    let offsetSeconds = 0
    let option = at + 8
    while (end - option >= 4) {
      const code = words.getUint16(option, little)
      const length = words.getUint16(option + 2, little)
      const value = option + 4
      if (code === 0) break
      if (length > end - value) {
        throw new DecodeError('ERR_CAPTURE_FORMAT', `option ${code} of an interface overruns its block`, offset)
      }
      if (code === OPTION_NAME) {
        name = decodeName(words, value, length)
      } else if (code === OPTION_TIMESTAMP_RESOLUTION && length === 1) {
        const resolution = words.getUint8(value)
        const exponent = resolution & 0x7f
        const binary = resolution > 0x7f
        if (exponent > (binary ? 63 : 19)) {
          throw new DecodeError(
            'ERR_CAPTURE_FORMAT',
            `time resolution ${resolution} of an interface is too fine`,
            offset,
          )
        }
        unitsPerSecond = binary ? 2 ** exponent : 10 ** exponent
      } else if (code === OPTION_TIMESTAMP_OFFSET && length === 8) {
        const high = words.getInt32(little ? value + 4 : value, little)
        offsetSeconds = high * 0x100000000 + words.getUint32(little ? value : value + 4, little)
      }
      option = value + length + (-length & 3)
    }
    this.name = name
    this.offsetSeconds = offsetSeconds
    this.unitsPerSecond = unitsPerSecond
    this.exact = 1e9 % unitsPerSecond === 0 || unitsPerSecond <= 2 ** 23
  }

  /** The 64-bit count of units, given as two halves, as an instant; fractions below a nanosecond are cut off. */
  instant(high: number, low: number, into: CaptureInstant): void {
    const units = this.unitsPerSecond
    if (!this.exact) {
      this.instantOfFineUnits(high, low, into)
      return
    }
    // Long division by pieces of 16 bits: every intermediate value stays within 53 bits.
    let seconds = Math.floor(high / units)
    let rest = (high % units) * 0x10000 + (low >>> 16)
    seconds = seconds * 0x10000 + Math.floor(rest / units)
    rest = (rest % units) * 0x10000 + (low & 0xffff)
    seconds = seconds * 0x10000 + Math.floor(rest / units)
    into.seconds = seconds + this.offsetSeconds
    into.nanoseconds = Math.floor(((rest % units) * 1e9) / units)
  }

  private instantOfFineUnits(high: number, low: number, into: CaptureInstant): void {
    const units = BigInt(this.unitsPerSecond)
    const count = (BigInt(high) << 32n) | BigInt(low)
    into.seconds = Number(count / units) + this.offsetSeconds
    into.nanoseconds = Number(((count % units) * 1000000000n) / units)
  }
}

function decodeName(words: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(words.buffer, words.byteOffset + at, Math.min(length, NAME_LIMIT)))
}
