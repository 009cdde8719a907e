/**
 * A socket descriptor with an owner: opened with close-on-exec and without blocking, configured call by call, closed once.
 */
import { check, ERRNO, systemError } from '../netlink/system-error.ts'
import {
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_TIMESTAMPNS,
  SOCK_FLAGS,
  SOL_SOCKET,
} from './constants.ts'
import { syscalls } from './syscalls.ts'

/** Class of a packet in the queues of the interface: control traffic, before all others (TC_PRIO_CONTROL). */
const PRIORITY_CONTROL = 7
/** The kernel doubles it, and takes 0.8 kB for an advert: 20,000 of them, 0.2 s of a flood of 100,000 a second. */
const RECEIVE_BUFFER = 8 * 1024 * 1024

/** An open socket. */
export class RawDescriptor {
  readonly fd: number
  readonly #name: string
  #closed = false

  /**
   * @param name what the socket is for, in errors
   * @throws SystemError (`ERR_CAPABILITY` when the process may not open raw sockets)
   */
  constructor(name: string, domain: number, type: number, protocol: number) {
    this.#name = name
    const fd = syscalls().socket(domain, type | SOCK_FLAGS, protocol)
    if (fd === -ERRNO.EPERM) {
      const hint = 'raw sockets need root or the capability CAP_NET_RAW'
      throw systemError(`socket ${name}`, ERRNO.EPERM, { code: 'ERR_CAPABILITY', hint })
    }
    this.fd = check(`socket ${name}`, fd)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Sets an option to an `int` or to bytes. @throws SystemError */
  set(level: number, option: number, value: number | Uint8Array, what: string): void {
    check(`setsockopt ${what} ${this.#name}`, this.#set(level, option, value))
  }

  /** Hears and sends on this interface alone. @throws SystemError */
  bindToDevice(interfaceName: string): void {
    const result = this.#set(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${interfaceName}\0`))
    if (result === -ERRNO.ENODEV) {
      throw systemError(`bind to ${interfaceName}`, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    }
    check(`setsockopt SO_BINDTODEVICE ${this.#name}`, result)
  }

  /** Room for thousands of adverts: the default holds 10 ms of a full table. Less without CAP_NET_ADMIN. */
  enlargeReceiveBuffer(): void {
    if (this.#set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER) < 0) this.#set(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
  }

  /** Before other traffic in the interface's queue, where the process may ask for that. */
  prioritize(): void {
    this.#set(SOL_SOCKET, SO_PRIORITY, PRIORITY_CONTROL)
  }

  /** Each message is told with the time of its arrival, where the kernel can: {@link MessageBatch.age}. */
  tellArrivals(): void {
    this.#set(SOL_SOCKET, SO_TIMESTAMPNS, 1)
  }

  /** @throws SystemError */
  bind(address: Uint8Array): void {
    check(`bind ${this.#name}`, syscalls().bind(this.fd, address, address.length))
  }

  /** @throws SystemError */
  connect(address: Uint8Array): void {
    check(`connect ${this.#name}`, syscalls().connect(this.fd, address, address.length))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    syscalls().close(this.fd)
  }

  #set(level: number, option: number, value: number | Uint8Array): number {
    let bytes = value
    if (typeof bytes === 'number') {
      const int = Buffer.alloc(4)
      int.writeInt32LE(bytes)
      bytes = int
    }
    return syscalls().setsockopt(this.fd, level, option, bytes, bytes.length)
  }
}

/** Opens and configures; when the configuration throws, the descriptor does not leak. */
export function openDescriptor(
  name: string,
  [domain, type, protocol]: readonly [number, number, number],
  configure: (descriptor: RawDescriptor) => void,
): RawDescriptor {
  const descriptor = new RawDescriptor(name, domain, type, protocol)
  try {
    configure(descriptor)
  } catch (error) {
    descriptor.close()
    throw error
  }
  return descriptor
}
