/**
 * One packet of a capture file, as the readers hand it out.
 */

/**
 * A packet inside the reader's buffer. The readers reuse one object and one buffer for all packets: what is needed after
 * the visit must be copied ({@link CapturedPacket.copy}).
 */
export class CapturedPacket {
  /** Ordinal in the capture, from 1, counting packets of every protocol. */
  number = 0
  /** Link type as the file names it: 1 Ethernet, 113 and 276 Linux cooked, 101 raw IP … (the LINKTYPE_ registry of libpcap). */
  linkType = 0
  /** Seconds since the Unix epoch. */
  seconds = 0
  /** Nanoseconds after {@link seconds}; 1000000000 and more only when the file is mangled. */
  nanoseconds = 0
  /** The buffer that holds the packet. */
  bytes: Uint8Array = new Uint8Array(0)
  /** Where the packet starts in {@link bytes}. */
  start = 0
  /** Where the captured part of the packet ends in {@link bytes}. */
  end = 0
  /** Length of the packet on the wire, in bytes; more than was captured when the snapshot length cut it. */
  length = 0
  /** Name of the interface, when the capture says it (pcapng). */
  interfaceName: string | undefined = undefined

  /** A packet with its own bytes, which the reader will not change. */
  copy(): CapturedPacket {
    const own = new CapturedPacket()
    own.number = this.number
    own.linkType = this.linkType
    own.seconds = this.seconds
    own.nanoseconds = this.nanoseconds
    own.bytes = this.bytes.slice(this.start, this.end)
    own.end = own.bytes.length
    own.length = this.length
    own.interfaceName = this.interfaceName
    return own
  }
}

/** Receives each packet; returning `false` ends the reading. */
export type PacketVisitor = (packet: CapturedPacket) => boolean | undefined

/** More captured bytes than this make a record invalid, as for libpcap. It bounds the reader's memory. */
export const MAXIMUM_CAPTURED = 262144
