/**
 * How long ago a message came in. A thread that slept reads it a fraction of a millisecond late, and a deadline that is counted
 * from then is late by as much; the kernel's time stamp tells better. socket(7) SO_TIMESTAMPNS, clock_gettime(2).
 */
import { type Milliseconds, milliseconds } from '../time/units.ts'
import { CLOCK_REALTIME, SO_TIMESTAMPNS, SOL_SOCKET } from './constants.ts'
import { monotonicNow } from './monotonic-clock.ts'
import { nativeSizes, syscalls } from './syscalls.ts'

/**
 * The greatest age that is believed, in milliseconds. What seems older waited for a machine that stood still, or the time of
 * day was set meanwhile, which the stamps are in. An error of so little is mended by the next advert, before it matters.
 */
const GREATEST = 5
const UNKNOWN = milliseconds(0)

/** Reads ages from the control messages of one batch after the other. */
export class AgeReader {
  readonly #calls = syscalls()
  readonly #word = nativeSizes().word
  /** struct timespec: seconds and nanoseconds in words of the machine. */
  readonly #time = Buffer.alloc(16)
  /** When the batch was read: the time of day, and the clock that ages go on with. */
  #seconds = 0
  #nanoseconds = 0
  #read = milliseconds(0)

  /** A batch was read now. */
  begin(): void {
    this.#calls.clock_gettime(CLOCK_REALTIME, this.#time)
    this.#read = monotonicNow()
    this.#seconds = readWord(this.#time, 0)
    this.#nanoseconds = readWord(this.#time, this.#word)
  }

  /** The age of the message that has these control messages; 0 where it is not known. */
  read(control: Uint8Array): Milliseconds {
    const header = this.#word + 8
    for (let at = 0; at + header <= control.length; ) {
      // struct cmsghdr: length (a size_t, of all), level, type; the next one begins aligned to a word.
      const length = readWord(control, at)
      if (length < header || at + length > control.length) break
      const level = readWord(control, at + this.#word)
      const type = readWord(control, at + this.#word + 4)
      if (level === SOL_SOCKET && type === SO_TIMESTAMPNS && length >= header + 2 * this.#word)
        return this.#since(readWord(control, at + header), readWord(control, at + header + this.#word))
      at += (length + this.#word - 1) & -this.#word
    }
    return UNKNOWN
  }

  #since(seconds: number, nanoseconds: number): Milliseconds {
    const waited = ((this.#seconds - seconds) | 0) * 1000 + (this.#nanoseconds - nanoseconds) / 1e6
    if (waited < 0 || waited > GREATEST) return UNKNOWN
    return milliseconds(waited + monotonicNow() - this.#read)
  }
}

/** The low 32 bits of a word of the machine, which is little-endian: of seconds only differences count. */
function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}
