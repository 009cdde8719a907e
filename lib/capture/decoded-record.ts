/**
 * All that can be read of one VRRP packet in a capture, as plain data: what `vrrp-cli decode --json` prints, a line each.
 */
import type { ChecksumForm } from '../packet/advertisement.ts'
import type { Problem } from '../packet/inspection.ts'

/** A decoded VRRP packet. A field is absent when the captured bytes end before it, or the packet has no such thing. */
export interface DecodedRecord {
  /** Ordinal in the capture, from 1, counting packets of every protocol. */
  readonly number: number
  /** When it was captured: ISO 8601, UTC, microseconds (`2023-11-14T22:13:20.123456Z`). Absent in simple packet blocks. */
  readonly time?: string
  /** Name of the interface (pcapng), or `#3` for the index that a Linux cooked capture, version 2, holds. */
  readonly interface?: string
  /** Addresses of the IP header, canonical text. */
  readonly source?: string
  readonly destination?: string
  /** TTL or hop limit, 0-255. */
  readonly ttl?: number
  /** VLAN id, 0-4095; of the innermost tag when there are several. */
  readonly vlan?: number
  /** VLAN ids of several tags, outermost first. */
  readonly vlans?: readonly number[]
  /** 0-15; 2 and 3 exist. */
  readonly version?: number
  /** 0-15; 1 is an advertisement. */
  readonly type?: number
  readonly vrid?: number
  readonly priority?: number
  /** Authentication type of version 2: 0 none, 1 simple password, 2 IP authentication header. */
  readonly authType?: number
  /** Authentication data of version 2 as text, a character a byte (Latin-1), without the zeros that pad it; absent when all zero. */
  readonly authData?: string
  /** Security parameters index and sequence number of the IP authentication header in front of the message. */
  readonly ah?: { readonly spi: number; readonly sequence: number }
  readonly intervalMs?: number
  /** The addresses that are there, canonical text. */
  readonly addresses?: readonly string[]
  readonly checksum?: {
    readonly value: number
    /** What it covers; absent when no form fits. */
    readonly form?: ChecksumForm
    /** Absent when the message was not captured whole. */
    readonly ok?: boolean
  }
  /** Length of the message in bytes, as the IP header says it. */
  readonly length?: number
  /** All that is wrong; offsets count from the start of the message, negative ones are in the headers before it. */
  readonly problems: readonly Problem[]
}
