/** Types of pcap-parser 0.2.1, which has none. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'

  interface Packet {
    readonly header: {
      readonly timestampSeconds: number
      readonly timestampMicroseconds: number
      readonly capturedLength: number
      readonly originalLength: number
    }
    readonly data: Buffer
  }

  interface Parser extends EventEmitter {
    on(event: 'packet', listener: (packet: Packet) => void): this
    on(event: 'end', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }

  /** Reads a classic capture with microseconds. */
  export function parse(path: string): Parser
}
