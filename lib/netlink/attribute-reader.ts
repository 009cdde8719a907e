/**
 * Reads attributes in place: for dumps of thousands of messages, where a view for each attribute would be most of the
 * work. netlink(7), struct nlattr.
 */
import { align } from './message.ts'

const HEADER_LENGTH = 4
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are flags in the type. */
const TYPE_MASK = 0x3fff
const EMPTY = new Uint8Array()

/** Where the attributes of one list are. Made once and used for many lists, one at a time. */
export class AttributeReader {
  /** Where the value begins, by type; 0 for a missing one: a header is before the first. */
  readonly #offsets: Uint32Array
  readonly #lengths: Uint32Array
  #bytes: Uint8Array = EMPTY
  #view: DataView = new DataView(EMPTY.buffer)

  /** @param highest type that matters; others are passed over */
  constructor(highest: number) {
    this.#offsets = new Uint32Array(highest + 1)
    this.#lengths = new Uint32Array(highest + 1)
  }

  /** Reads a list from `start` to the end; of a repeated attribute the last counts. False when anything is cut off. */
  read(bytes: Uint8Array, start = 0): boolean {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.#scan(start, bytes.length)
  }

  /** Reads the list inside an attribute of another reader. False when there is none, or anything is cut off. */
  readNest(outer: AttributeReader, type: number): boolean {
    const start = outer.#offsets[type] ?? 0
    this.#bytes = outer.#bytes
    this.#view = outer.#view
    return start !== 0 && this.#scan(start, start + (outer.#lengths[type] ?? 0))
  }

  /** The bytes that {@link offset} counts in. */
  get source(): Uint8Array {
    return this.#bytes
  }

  has(type: number): boolean {
    return (this.#offsets[type] ?? 0) !== 0
  }

  /** Octets of the value; 0 when it is missing. */
  length(type: number): number {
    return this.has(type) ? (this.#lengths[type] ?? 0) : 0
  }

  /** Where in {@link source} the value begins; undefined when it has fewer octets. */
  offset(type: number, octets: number): number | undefined {
    return this.has(type) && this.length(type) >= octets ? this.#offsets[type] : undefined
  }

  /** Undefined when the value is missing or short, as all that follow. */
  u8(type: number): number | undefined {
    const at = this.offset(type, 1)
    return at === undefined ? undefined : this.#view.getUint8(at)
  }

  u16(type: number): number | undefined {
    const at = this.offset(type, 2)
    return at === undefined ? undefined : this.#view.getUint16(at, true)
  }

  /** In the order of the network. */
  u16be(type: number): number | undefined {
    const at = this.offset(type, 2)
    return at === undefined ? undefined : this.#view.getUint16(at)
  }

  u32(type: number): number | undefined {
    const at = this.offset(type, 4)
    return at === undefined ? undefined : this.#view.getUint32(at, true)
  }

  u64(type: number): bigint | undefined {
    const at = this.offset(type, 8)
    if (at === undefined) return undefined
    // Most counters are small, and two halves are cheaper to look at than a bigint to make.
    if (this.#view.getUint32(at, true) === 0 && this.#view.getUint32(at + 4, true) === 0) return 0n
    return this.#view.getBigUint64(at, true)
  }

  /** The text up to its zero byte. */
  text(type: number): string | undefined {
    const start = this.offset(type, 0)
    if (start === undefined) return undefined
    const value = this.#bytes.subarray(start, start + this.length(type))
    const end = value.indexOf(0)
    return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString()
  }

  #scan(start: number, end: number): boolean {
    this.#offsets.fill(0)
    let at = start
    while (at < end) {
      const length = at + HEADER_LENGTH <= end ? this.#view.getUint16(at, true) : 0
      if (length < HEADER_LENGTH || at + length > end) return false
      const type = this.#view.getUint16(at + 2, true) & TYPE_MASK
      if (type < this.#offsets.length) {
        this.#offsets[type] = at + HEADER_LENGTH
        this.#lengths[type] = length - HEADER_LENGTH
      }
      at += align(length)
    }
    return true
  }
}
