/**
 * Sends many datagrams with one call: sendmmsg(2) out of one block of memory that is made once and used for ever. A
 * wake-up of the kernel's sending side costs more than the datagram: 64 adverts in one call take a quarter of the time.
 */
import { ERRNO } from '../netlink/system-error.ts'
import { addressOf, nativeSizes, syscalls } from './syscalls.ts'

const SLOTS = 64
/** Larger than any advert: 255 IPv6 addresses, headers and trailers are 4.3 kB. */
const SLOT_SIZE = 4608
const NAME_SIZE = 32

/** Told that the kernel did not take a datagram. `errno` is positive. */
export type Refused = (errno: number) => void

/** A reusable batch, for the sockets of one thread. What waits in it leaves in the order in which it came. */
export class SendBatch {
  readonly #calls = syscalls()
  /** One struct mmsghdr for each slot, in the order of the slots; and a copy of some of them for one socket. */
  readonly #headers: Buffer
  readonly #selection: Buffer
  readonly #headerSize: number
  readonly #nameLengthAt: number
  /** The struct iovec of each slot. */
  readonly #vectors: Buffer
  readonly #vectorSize: number
  readonly #packets: Uint8Array[] = []
  readonly #names: Uint8Array[] = []
  readonly #descriptors = new Int32Array(SLOTS)
  readonly #refused: (Refused | undefined)[] = []
  /** Which slots a call takes: the one at each index of its headers. */
  readonly #chosen = new Int32Array(SLOTS)
  #count = 0

  constructor() {
    const { word } = nativeSizes()
    // struct msghdr: name, its length, vector, its length, control, its length, flags; and the count of bytes sent.
    this.#headerSize = 8 * word
    this.#nameLengthAt = word
    this.#vectorSize = 2 * word
    const vectorStart = SLOTS * this.#headerSize
    const dataStart = vectorStart + SLOTS * this.#vectorSize
    // An ArrayBuffer of this size is never moved, and the class keeps it alive: the pointers stay good.
    const memory = new ArrayBuffer(dataStart + SLOTS * (SLOT_SIZE + NAME_SIZE))
    const base = addressOf(memory)
    const all = Buffer.from(memory)
    const pointer = (at: number, target: number) => {
      if (word === 8) all.writeBigUInt64LE(base + BigInt(target), at)
      else all.writeUInt32LE(Number(base) + target, at)
    }
    for (let i = 0; i < SLOTS; i++) {
      const header = i * this.#headerSize
      const vector = vectorStart + i * this.#vectorSize
      const data = dataStart + i * (SLOT_SIZE + NAME_SIZE)
      pointer(header, data + SLOT_SIZE)
      pointer(header + 2 * word, vector)
      all.writeUInt32LE(1, header + 3 * word)
      pointer(vector, data)
      this.#packets.push(new Uint8Array(memory, data, SLOT_SIZE))
      this.#names.push(new Uint8Array(memory, data + SLOT_SIZE, NAME_SIZE))
      this.#refused.push(undefined)
    }
    this.#headers = all.subarray(0, vectorStart)
    this.#vectors = all.subarray(vectorStart, dataStart)
    this.#selection = Buffer.alloc(vectorStart)
  }

  /** Where the next datagram is to be written. What waits is sent first when the batch is full. */
  next(): Uint8Array {
    if (this.#count === SLOTS) this.flush()
    return this.#packets[this.#count] ?? NOTHING
  }

  /**
   * Takes the datagram that was written where {@link next} said.
   * @param length - of the datagram
   * @param name - the socket address that it goes to
   */
  add(fd: number, length: number, name: Uint8Array, refused: Refused): void {
    const i = this.#count++
    this.#names[i]?.set(name)
    this.#headers.writeUInt32LE(name.length, i * this.#headerSize + this.#nameLengthAt)
    this.#vectors.writeUInt32LE(length, i * this.#vectorSize + this.#vectorSize / 2)
    this.#descriptors[i] = fd
    this.#refused[i] = refused
  }

  /** Sends what waits: one call for each socket. */
  flush(): void {
    const count = this.#count
    this.#count = 0
    let sent = 0
    for (let first = 0; sent < count; first++) {
      const fd = this.#descriptors[first] ?? -1
      if (fd === -1) continue
      const selected = this.#select(fd, first, count)
      this.#send(fd, selected === count ? this.#headers : this.#copy(selected), selected)
      sent += selected
    }
  }

  /** Chooses the slots from `first` on that are for this socket. Returns how many. */
  #select(fd: number, first: number, count: number): number {
    let selected = 0
    for (let i = first; i < count; i++) {
      if (this.#descriptors[i] !== fd) continue
      this.#descriptors[i] = -1
      this.#chosen[selected++] = i
    }
    return selected
  }

  #copy(selected: number): Buffer {
    const size = this.#headerSize
    for (let i = 0; i < selected; i++) {
      const slot = this.#chosen[i] ?? 0
      this.#headers.copy(this.#selection, i * size, slot * size, (slot + 1) * size)
    }
    return this.#selection
  }

  #send(fd: number, headers: Buffer, count: number): void {
    let done = 0
    while (done < count) {
      const rest = done === 0 ? headers : headers.subarray(done * this.#headerSize)
      const result = this.#calls.sendmmsg(fd, rest, count - done, 0)
      if (result > 0) {
        done += result
      } else if (result !== -ERRNO.EINTR) {
        // The kernel stops at the first that it does not take; the others have their chance.
        const slot = this.#chosen[done++] ?? 0
        this.#refused[slot]?.(-result)
      }
    }
  }
}

const NOTHING = new Uint8Array(0)
