/**
 * Receives many datagrams with one call: recvmmsg(2) into one block of memory that is made once and used for ever.
 */
import type { Milliseconds } from '../time/units.ts'
import { MSG_DONTWAIT } from './constants.ts'
import { AgeReader } from './message-age.ts'
import { addressOf, nativeSizes, syscalls } from './syscalls.ts'

const SLOTS = 32
/** Larger than any advert: 255 IPv6 addresses, headers and trailers are 4.3 kB. */
const SLOT_SIZE = 4608
const NAME_SIZE = 32
const CONTROL_SIZE = 128

/** Offsets within struct mmsghdr, for words of 4 and of 8 bytes. */
function offsets(word: number) {
  return {
    name: 0,
    nameLength: word,
    vector: 2 * word,
    vectorLength: 3 * word,
    control: 4 * word,
    controlLength: 5 * word,
    flags: 6 * word,
    length: 7 * word,
    size: 8 * word,
  }
}

/** A reusable batch. One serves all sockets of a thread, because its content is read before the next `receive`. */
export class MessageBatch {
  readonly #headers: Buffer
  readonly #at: ReturnType<typeof offsets>
  readonly #slots: Uint8Array[] = []
  readonly #names: Uint8Array[] = []
  readonly #controls: Uint8Array[] = []
  /** The last view that was given of each slot. */
  readonly #messages: Uint8Array[] = []
  readonly #told: Uint8Array[] = []
  readonly #ages = new AgeReader()
  /** So many slots have lengths that a message set. */
  #used = SLOTS

  constructor() {
    const { word } = nativeSizes()
    this.#at = offsets(word)
    const slotSpan = SLOT_SIZE + NAME_SIZE + CONTROL_SIZE
    const vectorStart = SLOTS * this.#at.size
    const dataStart = vectorStart + SLOTS * 2 * word
    // An ArrayBuffer of this size is never moved, and the class keeps it alive: the pointers stay good.
    const memory = new ArrayBuffer(dataStart + SLOTS * slotSpan)
    const base = addressOf(memory)
    const all = Buffer.from(memory)
    const pointer = (at: number, target: number) => {
      if (word === 8) all.writeBigUInt64LE(base + BigInt(target), at)
      else all.writeUInt32LE(Number(base) + target, at)
    }
    this.#headers = all.subarray(0, vectorStart)
    for (let i = 0; i < SLOTS; i++) {
      const header = i * this.#at.size
      const vector = vectorStart + i * 2 * word
      const data = dataStart + i * slotSpan
      pointer(header + this.#at.vector, vector)
      all.writeUInt32LE(1, header + this.#at.vectorLength)
      pointer(vector, data)
      all.writeUInt32LE(SLOT_SIZE, vector + word)
      pointer(header + this.#at.name, data + SLOT_SIZE)
      pointer(header + this.#at.control, data + SLOT_SIZE + NAME_SIZE)
      this.#slots.push(new Uint8Array(memory, data, SLOT_SIZE))
      this.#names.push(new Uint8Array(memory, data + SLOT_SIZE, NAME_SIZE))
      this.#controls.push(new Uint8Array(memory, data + SLOT_SIZE + NAME_SIZE, CONTROL_SIZE))
    }
  }

  /** Most datagrams of one batch. */
  get capacity(): number {
    return SLOTS
  }

  /** Fetches what waits, without blocking. The number of datagrams, or minus the error number. */
  receive(fd: number): number {
    for (let i = 0; i < this.#used; i++) {
      const header = i * this.#at.size
      this.#headers.writeUInt32LE(NAME_SIZE, header + this.#at.nameLength)
      this.#headers.writeUInt32LE(CONTROL_SIZE, header + this.#at.controlLength)
    }
    const count = syscalls().recvmmsg(fd, this.#headers, SLOTS, MSG_DONTWAIT, null)
    this.#used = Math.max(count, 0)
    if (count > 0) this.#ages.begin()
    return count
  }

  /** The bytes of datagram `index`: a view that the next `receive` overwrites. */
  message(index: number): Uint8Array {
    const length = this.#headers.readUInt32LE(index * this.#at.size + this.#at.length)
    return viewOf(this.#messages, this.#slots, index, length)
  }

  /** The sender's socket address. */
  name(index: number): Uint8Array {
    return this.#names[index] ?? EMPTY
  }

  /** How long ago datagram `index` came in; 0 where that is not known. */
  age(index: number): Milliseconds {
    return this.#ages.read(this.control(index))
  }

  /** The control messages. */
  control(index: number): Uint8Array {
    const length = this.#headers.readUInt32LE(index * this.#at.size + this.#at.controlLength)
    return viewOf(this.#told, this.#controls, index, length)
  }
}

/** The beginning of a slot. Adverts are of one length nearly always: the view of the last one is used again. */
function viewOf(views: Uint8Array[], slots: readonly Uint8Array[], index: number, length: number): Uint8Array {
  const known = views[index]
  if (known !== undefined && known.length === length) return known
  const view = (slots[index] ?? EMPTY).subarray(0, length)
  views[index] = view
  return view
}

const EMPTY = new Uint8Array(0)
