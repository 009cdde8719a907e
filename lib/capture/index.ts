/**
 * Capture files: readers of pcap and pcapng, VRRP in them, and its text as tcpdump prints it.
 * @module
 */
export { CaptureStream } from './capture-stream.ts'
export { CapturedPacket, type PacketVisitor } from './captured-packet.ts'
export { LinkHeader } from './link-header.ts'
export { TcpdumpLines, type TcpdumpLinesOptions } from './tcpdump-line.ts'
export { VrrpFrame } from './vrrp-frame.ts'
