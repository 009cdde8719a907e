/**
 * One socket of the package raw-socket, with its rough edges off: errors with numbers, close-on-exec, closed once.
 */
import { closeSync, openSync, readlinkSync } from 'node:fs'
import type { Socket } from 'raw-socket'
import { messageOf, type SystemError } from '../errors.ts'
import { SO_ATTACH_FILTER, SO_BINDTODEVICE, SO_RCVBUF, SO_RCVBUFFORCE, SOL_SOCKET } from '../linux/constants.ts'
import type { SocketFilter } from '../linux/socket-filter.ts'
import { syscalls } from '../linux/syscalls.ts'
import type { IpFamily } from '../net/index.ts'
import { ERRNO, systemError } from '../netlink/index.ts'

/** The module as it was imported. */
export type RawSocketPackage = typeof import('raw-socket')

/** The option that tells the index of the interface that a socket is bound to. Linux 5.1. */
const SO_BINDTOIFINDEX = 62
/** More than can come within the few system calls of opening a socket. */
const MOST_WAITING = 1000
const F_SETFD = 2
const FD_CLOEXEC = 1
const RECEIVE_BUFFER = 8 * 1024 * 1024
/** Larger than any advert: 255 IPv6 addresses, headers and trailers are 4.3 kB. */
const BUFFER_SIZE = 4608
/** The package throws what strerror(3) says, and no number. */
const NUMBERS = new Map<string, number>([
  ['Operation not permitted', ERRNO.EPERM],
  ['Permission denied', 13],
  ['No such device', ERRNO.ENODEV],
  ['No such device or address', ERRNO.ENXIO],
  ['Invalid argument', ERRNO.EINVAL],
  ['Address already in use', ERRNO.EADDRINUSE],
  ['Cannot assign requested address', ERRNO.EADDRNOTAVAIL],
  ['Network is down', ERRNO.ENETDOWN],
  ['Network is unreachable', ERRNO.ENETUNREACH],
  ['No buffer space available', ERRNO.ENOBUFS],
])

/** An error of the package as a {@link SystemError}; number 5 (EIO) when its text is not known. */
export function toSystemError(call: string, error: unknown): SystemError {
  const text = messageOf(error)
  const errno = NUMBERS.get(text)
  return errno === undefined ? systemError(call, 5, { message: text }) : systemError(call, errno)
}

/** A socket bound to one interface. */
export class OpenSocket {
  readonly #socket: Socket
  readonly #name: string
  #closed = false

  /** @throws SystemError (`ERR_CAPABILITY`, `ERR_INTERFACE`) */
  constructor(raw: RawSocketPackage, family: IpFamily, protocol: number, interfaceName: string) {
    this.#name = `raw IPv${family} protocol ${protocol} ${interfaceName}`
    const lowest = lowestDescriptor()
    try {
      const addressFamily = family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6
      this.#socket = raw.createSocket({ protocol, addressFamily, bufferSize: BUFFER_SIZE })
    } catch (error) {
      const refusal = toSystemError(`socket ${this.#name}`, error)
      if (refusal.errno !== ERRNO.EPERM) throw refusal
      const hint = 'raw sockets need root or the capability CAP_NET_RAW'
      throw systemError(`socket ${this.#name}`, ERRNO.EPERM, { code: 'ERR_CAPABILITY', hint })
    }
    // An error event without a listener would end the process. Errors of receiving are of the past.
    this.#socket.on('error', () => {})
    closeOnExec(lowest)
    try {
      this.set(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${interfaceName}\0`), `bind to ${interfaceName}`)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Index of the interface, as the kernel knows it. @throws SystemError */
  get interfaceIndex(): number {
    const value = Buffer.alloc(4)
    try {
      this.#socket.getOption(SOL_SOCKET, SO_BINDTOIFINDEX, value, value.length)
    } catch (error) {
      throw toSystemError(`getsockopt SO_BINDTOIFINDEX ${this.#name}`, error)
    }
    return value.readInt32LE()
  }

  /** @throws SystemError */
  set(level: number, option: number, value: Uint8Array | number, what: string): void {
    const bytes = Buffer.alloc(typeof value === 'number' ? 4 : value.length)
    if (typeof value === 'number') bytes.writeInt32LE(value)
    else bytes.set(value)
    try {
      this.#socket.setOption(level, option, bytes, bytes.length)
    } catch (error) {
      throw toSystemError(`${what} (${this.#name})`, error)
    }
  }

  /** As large as the process may make it. */
  enlargeReceiveBuffer(): void {
    for (const option of [SO_RCVBUFFORCE, SO_RCVBUF]) {
      try {
        this.set(SOL_SOCKET, option, RECEIVE_BUFFER, 'setsockopt SO_RCVBUF')
        return
      } catch {
        // Without CAP_NET_ADMIN only the second, which has a limit.
      }
    }
  }

  /**
   * Lets the kernel drop what the filter refuses, also of what waits already.
   * @throws SystemError
   */
  filter({ program }: SocketFilter): void {
    this.set(SOL_SOCKET, SO_ATTACH_FILTER, program, 'setsockopt SO_ATTACH_FILTER')
  }

  /**
   * Calls `listener` with each packet (over IPv4 with its header) and the sender's address as the package has it. The
   * bytes are overwritten by the next one.
   */
  onPacket(listener: (packet: Uint8Array, source: string) => void): void {
    this.#socket.on('message', (packet: Uint8Array, source: string) => {
      if (this.#closed) return
      try {
        listener(packet, source)
      } catch (error) {
        // The package would turn an exception of ours into its own error event, which nobody hears.
        process.nextTick(() => {
          throw error
        })
      }
    })
  }

  /** Throws away what came before the socket was configured. */
  discardWaiting(): void {
    const buffer = Buffer.alloc(1)
    try {
      for (let i = 0; i < MOST_WAITING; i++) this.#socket.wrap.recv(buffer, () => {})
    } catch {
      // There is no more.
    }
  }

  /** Does not read. */
  pause(): void {
    this.#socket.pauseRecv()
  }

  /**
   * Sends before it returns: the queue of the package would wait for a turn of the event loop without incoming packets.
   * @throws SystemError
   */
  send(packet: Uint8Array, length: number, destination: string): void {
    // After its close the package would open a fresh socket without any options.
    if (this.#closed) throw systemError(`send ${destination} ${this.#name}`, 9)
    try {
      this.#socket.wrap.send(packet, 0, length, destination, () => {})
    } catch (error) {
      throw toSystemError(`send ${destination} ${this.#name}`, error)
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
  }
}

/** The number that the next descriptor will get. */
function lowestDescriptor(): number {
  const fd = openSync('/dev/null', 'r')
  closeSync(fd)
  return fd
}

/** The package leaves its sockets open in child processes (notify scripts). Needs koffi; without it they stay open. */
function closeOnExec(fd: number): void {
  try {
    if (readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')) syscalls().fcntl(fd, F_SETFD, FD_CLOEXEC)
  } catch {
    // Another thread took the number, or there is no koffi.
  }
}
