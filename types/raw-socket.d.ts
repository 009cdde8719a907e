/** Types of raw-socket 1.8.1, as far as vrrp-ts uses it. It has none of its own. */
declare module 'raw-socket' {
  import type { EventEmitter } from 'node:events'

  export interface SocketOptions {
    readonly protocol: number
    readonly addressFamily: number
    /** Size of the one receive buffer. */
    readonly bufferSize: number
  }
  /** The native part: its calls are synchronous and throw. */
  export interface SocketWrap {
    send(buffer: Uint8Array, offset: number, length: number, address: string, sent: (bytes: number) => void): void
    /** Reads one packet. Throws when none waits. */
    recv(buffer: Uint8Array, received: (buffer: Uint8Array, bytes: number, source: string) => void): void
  }
  export interface Socket extends EventEmitter {
    readonly wrap: SocketWrap
    getOption(level: number, option: number, value: Uint8Array, length: number): number
    setOption(level: number, option: number, value: Uint8Array, length: number): void
    pauseRecv(): this
    close(): this
  }
  export function createSocket(options: SocketOptions): Socket
  export const AddressFamily: { readonly IPv4: number; readonly IPv6: number }
}
