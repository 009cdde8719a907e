/**
 * Hears adverts that come from a virtual MAC address which is ours, too: the other routers of a virtual router send from it
 * (RFC 9568 §7.3), and the kernel gives such a frame to the virtual interface alone, which has joined no group. One
 * socket on the interface below hears them all; 255 virtual interfaces in the group would cost 255 copies of each frame.
 */
import type { LinkState } from '../instance/ports.ts'
import { decodeIpv6, IPPROTO_VRRP, type IpFamily, parseMac, readU16, readU32 } from '../net/index.ts'
import { AF_PACKET, ETH_P_ALL, SO_ATTACH_FILTER, SOCK_RAW, SOL_SOCKET } from './constants.ts'
import type { Deliver, EndpointContext, Tap } from './endpoint.ts'
import { Ipv4Reader } from './ipv4-header.ts'
import type { MessageBatch } from './message-batch.ts'
import { groupFilter } from './packet-filter.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import type { Watch } from './reactor.ts'
import { TurnReader } from './turn-reader.ts'

const ETHERNET_HEADER_LENGTH = 14
const SOURCE_MAC = 6
const SOL_PACKET = 263
/** What this machine sends is not heard (Linux 4.20). */
const PACKET_IGNORE_OUTGOING = 23

/** An open tap. */
export class VirtualMacTap implements Tap {
  readonly #deliver: Deliver
  readonly #turn: TurnReader
  readonly #family: IpFamily
  readonly #reader = new Ipv4Reader()
  readonly #descriptor: RawDescriptor
  readonly #watch: Watch
  /** Our own virtual MACs, as numbers. */
  readonly #macs = new Set<number>()
  #closed = false

  /** @throws SystemError */
  constructor(family: IpFamily, link: LinkState, deliver: Deliver, context: EndpointContext) {
    this.#family = family
    this.#deliver = deliver
    this.#turn = new TurnReader(context.inbox, index => this.#read(context.inbox, index))
    // Protocol 0 hears nothing: what comes between the opening and the filter would come unfiltered.
    this.#descriptor = openDescriptor(`packet ${link.name}`, [AF_PACKET, SOCK_RAW, 0], socket => {
      socket.set(SOL_SOCKET, SO_ATTACH_FILTER, groupFilter(family).program, 'SO_ATTACH_FILTER')
      socket.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, 'PACKET_IGNORE_OUTGOING')
      socket.enlargeReceiveBuffer()
      socket.tellArrivals()
      const address = Buffer.alloc(20)
      address.writeUInt16LE(AF_PACKET)
      address.writeUInt16BE(ETH_P_ALL, 2)
      address.writeInt32LE(link.index, 4)
      socket.bind(address)
    })
    try {
      const { fd } = this.#descriptor
      this.#watch = context.reactor.watch(fd, () => this.#turn.read(fd))
    } catch (error) {
      this.#descriptor.close()
      throw error
    }
  }

  /** Delivers what comes from this one, too. */
  add(mac: string): void {
    this.#macs.add(macNumber(parseMac(mac), 0))
  }

  /** Delivers it no longer. */
  remove(mac: string): void {
    this.#macs.delete(macNumber(parseMac(mac), 0))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#turn.close()
    this.#watch.close()
    this.#descriptor.close()
  }

  #read(batch: MessageBatch, index: number): void {
    const frame = batch.message(index)
    // What comes from another MAC reaches the other socket.
    if (frame.length < ETHERNET_HEADER_LENGTH || !this.#macs.has(macNumber(frame, SOURCE_MAC))) return
    if (this.#family === 4) {
      const packet = this.#reader.read(frame.subarray(ETHERNET_HEADER_LENGTH))
      if (packet !== undefined) this.#deliver(packet.message, packet.ip, packet.vrid, batch.age(index))
      return
    }
    const ip = readIpv6(frame)
    if (ip === undefined) return
    const message = frame.subarray(ip.payloadOffset, ip.payloadOffset + ip.payloadLength)
    const { source, destination, hopLimit } = ip
    const envelope = { family: 6, source, destination, hopLimit, protocol: IPPROTO_VRRP } as const
    this.#deliver(message, envelope, message[1] ?? 0, batch.age(index))
  }
}

/** The IPv6 header of a frame that carries VRRP; undefined for what is cut off or something else. */
function readIpv6(frame: Uint8Array): ReturnType<typeof decodeIpv6> | undefined {
  try {
    const ip = decodeIpv6(frame, ETHERNET_HEADER_LENGTH)
    return ip.protocol === IPPROTO_VRRP ? ip : undefined
  } catch {
    return undefined
  }
}

function macNumber(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset) * 0x10000 + readU16(bytes, offset + 4)
}
