/**
 * The line that tcpdump prints for a VRRP packet, byte for byte as tcpdump 4.99.3 with `-nn -r` and `-nnv -r`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { CapturedPacket } from './captured-packet.ts'
import { MAXIMUM_CAPTURED } from './captured-packet.ts'
import { LINK_TYPE } from './link-header.ts'
import type { PacketLines } from './packet-lines.ts'
import { CUT, PacketText } from './packet-text.ts'
import { RepeatedTexts } from './repeated-texts.ts'
import { writeIpv4 } from './tcpdump-ipv4.ts'
import { writeIpv6 } from './tcpdump-ipv6.ts'
import { TcpdumpTime } from './tcpdump-time.ts'
import type { VrrpFrame } from './vrrp-frame.ts'

/** Longest text that one byte of a packet can become (an IPv6 option of two bytes: 25 characters). */
const TEXT_PER_BYTE = 16
const TEXT_PER_PACKET = 1024
/** Received, broadcast, multicast, to another host, sent. */
const DIRECTIONS = ['In  ', 'B   ', 'M   ', 'P   ', 'Out ']

/** Options of {@link TcpdumpLines}. */
export interface TcpdumpLinesOptions {
  /** Text of `-v`: the IP header, the addresses, the authentication data, wrong checksums. Default false. */
  readonly verbose?: boolean
}

/**
 * Collects the lines of many packets as bytes.
 *
 * @example
 * ```ts
 * const lines = new TcpdumpLines({ verbose: true })
 * const frame = new VrrpFrame()
 * walkCapture('capture.pcap', packet => { if (frame.locate(packet)) lines.add(packet, frame) })
 * process.stdout.write(lines.take())
 * ```
 */
export class TcpdumpLines implements PacketLines {
  private readonly verbose: boolean
  private readonly time = new TcpdumpTime()
  private readonly text = new PacketText()
  private readonly repeated: RepeatedTexts | undefined
  private interfaceNames: ReadonlyMap<number, string> | undefined = undefined

  constructor(options: TcpdumpLinesOptions = {}) {
    this.verbose = options.verbose ?? false
    // A line without -v is made as fast as it is looked up.
    this.repeated = this.verbose ? new RepeatedTexts() : undefined
  }

  get pending(): number {
    return this.text.used
  }

  add(packet: CapturedPacket, frame: VrrpFrame): void {
    const { text } = this
    text.reserve(TEXT_PER_PACKET + TEXT_PER_BYTE * (packet.end - packet.start))
    if (!this.writeInvalidRecord(packet)) {
      this.time.write(packet, text)
      text.bytes = packet.bytes
      text.limit = packet.end
      try {
        this.writePacket(packet, frame)
      } catch (error) {
        if (error !== CUT) throw error
        text.text(' [|')
        text.text(text.protocol)
        text.text(']')
      }
    }
    text.character(10)
  }

  take(): Uint8Array {
    return this.text.take()
  }

  private writePacket(packet: CapturedPacket, frame: VrrpFrame): void {
    const { text } = this
    if (packet.linkType === LINK_TYPE.linuxCooked2) this.writeInterface(packet)
    if (frame.link.vlanTags > 0 && packet.linkType !== LINK_TYPE.ethernet) {
      for (let i = 1; i < frame.link.vlanTags; i++) text.text('ethertype 802.1Q, ')
      text.text(frame.family === 4 ? 'ethertype IPv4, ' : 'ethertype IPv6, ')
    }
    const length = packet.length - (frame.ipAt - packet.start)
    if (frame.family === 4) writeIpv4(text, frame.ipAt, length, this.verbose, this.repeated)
    else writeIpv6(text, frame.ipAt, length, this.verbose, this.repeated)
  }

  /** Linux cooked captures, version 2, hold the index of the interface; tcpdump looks up its name on the machine that reads. */
  private writeInterface(packet: CapturedPacket): void {
    const { text } = this
    this.interfaceNames ??= readInterfaceNames()
    text.text((this.interfaceNames.get(text.uint32(packet.start + 4)) ?? '?').padEnd(6))
    text.text(DIRECTIONS[text.uint8(packet.start + 10)] ?? '?   ')
  }

  /** Lengths that contradict each other are all that tcpdump prints of a packet. */
  private writeInvalidRecord(packet: CapturedPacket): boolean {
    const { text } = this
    const captured = packet.end - packet.start
    const { length } = packet
    if (length >= captured && length <= MAXIMUM_CAPTURED) return false
    text.text('[Invalid header:')
    if (length === 0) text.text(' len==0')
    else if (length < captured) text.text(` len(${length}) < caplen(${captured})`)
    if (length > MAXIMUM_CAPTURED) text.text(` len(${length}) > ${MAXIMUM_CAPTURED}`)
    text.text(']')
    return true
  }
}

function readInterfaceNames(): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const folder = '/sys/class/net'
  try {
    for (const name of readdirSync(folder)) {
      names.set(Number(readFileSync(`${folder}/${name}/ifindex`, 'latin1')), name)
    }
  } catch {
    // Not Linux, or an interface that went away: the number is printed.
  }
  return names
}
