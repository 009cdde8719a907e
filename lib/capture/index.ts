/**
 * Capture files: readers of pcap and pcapng, VRRP in them, and its text as tcpdump prints it.
 * @module
 */
export { FINDING_TYPES, type Finding, formatFinding } from './analysis-finding.ts'
export { CaptureStream } from './capture-stream.ts'
export { CapturedAdvertisement } from './captured-advertisement.ts'
export { CapturedPacket, type PacketVisitor } from './captured-packet.ts'
export type { DecodedRecord } from './decoded-record.ts'
export { LinkHeader } from './link-header.ts'
export type { PacketLines } from './packet-lines.ts'
export { type CaptureSource, readAdvertisements, readCapture } from './read-capture.ts'
export { TcpdumpLines, type TcpdumpLinesOptions } from './tcpdump-line.ts'
export { TrafficAnalysis } from './traffic-analysis.ts'
export { VrrpFrame } from './vrrp-frame.ts'
export { walkAdvertisements, walkCapture } from './walk-capture.ts'
