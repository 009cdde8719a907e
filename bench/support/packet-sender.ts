/**
 * Sends prepared Ethernet frames as fast as a C program: sendmmsg(2) on an AF_PACKET socket, packet(7). Everything the
 * kernel reads is laid out once, outside the JavaScript heap. For 64-bit little-endian Linux.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load(null)
const socket = libc.func('int socket(int domain, int type, int protocol)')
const bind = libc.func('int bind(int fd, void *address, unsigned int length)')
const sendmmsg = libc.func('int sendmmsg(int fd, uintptr_t headers, unsigned int count, int flags)')

const AF_PACKET = 17
const SOCK_RAW = 3
/** struct mmsghdr, and the struct iovec behind it. */
const HEADER = 64
const VECTOR = 16

/** Frames, ready to be sent by number. */
export class PacketSender {
  readonly #fd: number
  readonly #headers: bigint
  // The kernel reads it through addresses: it must live as long as they do.
  readonly #memory: ArrayBuffer
  readonly #count: number

  /** @param device - Ethernet interface. @throws Error when the socket cannot be made */
  constructor(device: string, frames: readonly Uint8Array[]) {
    this.#fd = check(socket(AF_PACKET, SOCK_RAW, 0), 'socket')
    const address = Buffer.alloc(20)
    address.writeUInt16LE(AF_PACKET)
    address.writeInt32LE(Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'latin1')), 4)
    check(bind(this.#fd, address, address.length), 'bind')

    this.#count = frames.length
    const vectors = frames.length * HEADER
    const data = vectors + frames.length * VECTOR
    this.#memory = new ArrayBuffer(data + frames.reduce((total, { length }) => total + length, 0))
    this.#headers = koffi.address(this.#memory)
    const all = Buffer.from(this.#memory)
    let at = data
    for (const [index, frame] of frames.entries()) {
      const vector = vectors + index * VECTOR
      all.writeBigUInt64LE(this.#headers + BigInt(vector), index * HEADER + 16)
      all.writeBigUInt64LE(1n, index * HEADER + 24)
      all.writeBigUInt64LE(this.#headers + BigInt(at), vector)
      all.writeBigUInt64LE(BigInt(frame.length), vector + 8)
      all.set(frame, at)
      at += frame.length
    }
  }

  /** Sends `count` frames from number `first` on, beginning anew after the last. @throws Error */
  send(first: number, count: number): void {
    let next = first % this.#count
    for (let left = count; left > 0; ) {
      const wanted = Math.min(left, this.#count - next, 1024)
      const sent = check(sendmmsg(this.#fd, this.#headers + BigInt(next * HEADER), wanted, 0), 'sendmmsg')
      left -= sent
      next = (next + sent) % this.#count
    }
  }
}

function check(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: error ${koffi.errno()}`)
  return result
}
