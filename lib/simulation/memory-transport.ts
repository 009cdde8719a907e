/**
 * The {@link Transport} port on a simulated host.
 */
import { VrrpError } from '../errors.ts'
import type { Channel, ChannelOptions, PacketListener, Transport } from '../instance/ports.ts'
import { readU16 } from '../net/big-endian.ts'
import { IPPROTO_AH, IPPROTO_VRRP, type IpEnvelope } from '../net/ip.ts'
import { encodeIpv4 } from '../net/ipv4.ts'
import type { MemoryHost } from './memory-host.ts'
import type { MemoryInterface, Receiver } from './memory-interface.ts'

/** Length of the authentication header with its 96-bit ICV, in front of the message (RFC 4302). */
const AH_LENGTH = 24
/** Where it has the low half of its sequence number, which senders take for the identification of the packet. */
const AH_SEQUENCE_LOW = 10
const IPV4_HEADER_LENGTH = 20

interface Opened {
  readonly options: ChannelOptions
  readonly listener: PacketListener
}

/** Moves messages between simulated hosts. */
export class MemoryTransport implements Transport, Receiver {
  onUnclaimed?: ((message: Uint8Array, ip: IpEnvelope, interfaceName: string) => void) | undefined
  readonly #host: MemoryHost
  readonly #opened = new Set<Opened>()

  constructor(host: MemoryHost) {
    this.#host = host
    for (const member of host.interfaces.values()) member.receivers.add(this)
  }

  open(options: ChannelOptions, listener: PacketListener): Channel {
    const own = this.#host.interfaces.get(options.interface)
    if (own === undefined) throw new VrrpError('ERR_INTERFACE', `interface ${options.interface} does not exist`)
    // What leaves a virtual interface leaves by the one below, and what comes there is for both.
    const from = own.parent ?? own
    const opened: Opened = { options: { ...options, interface: from.name }, listener }
    const source = options.source ?? own.primary(options.family)
    this.#opened.add(opened)
    return {
      source,
      send: (message, destination) => {
        if (source === undefined || !this.#opened.has(opened)) return
        // one copy for all receivers: the sender may reuse its buffer
        const copy = Uint8Array.from(message)
        const ip = envelope(copy, options, source, destination)
        if (isMulticast(destination)) this.#multicast(from, copy, ip)
        else this.#unicast(from, copy, ip)
      },
      close: () => this.#opened.delete(opened),
    }
  }

  joined(interfaceName: string, group: string): boolean {
    for (const { options } of this.#opened) if (hears(options, interfaceName, group)) return true
    return false
  }

  receive(interfaceName: string, message: Uint8Array, ip: IpEnvelope): void {
    const vrid = message[ip.protocol === IPPROTO_AH ? AH_LENGTH + 1 : 1]
    const multicast = isMulticast(ip.destination)
    let listening = false
    let claimed = false
    for (const { options, listener } of this.#opened) {
      if (options.interface !== interfaceName || options.family !== ip.family) continue
      if (ip.protocol === IPPROTO_AH && options.authenticationHeader !== true) continue
      listening = true
      if (options.vrid !== vrid) continue
      // One socket of an interface hears all, and each channel takes what was sent its way.
      if (multicast ? !hears(options, interfaceName, ip.destination) : options.destination.type === 'multicast')
        continue
      claimed = true
      listener(message, ip)
    }
    if (listening && !claimed) this.onUnclaimed?.(message, ip, interfaceName)
  }

  close(): void {
    this.#opened.clear()
    for (const member of this.#host.interfaces.values()) member.receivers.delete(this)
  }

  #multicast(from: MemoryInterface, message: Uint8Array, ip: IpEnvelope): void {
    for (const to of this.#host.network.segment(from.name)) {
      if (to === from) continue
      for (const receiver of to.receivers) {
        if (!receiver.joined(to.name, ip.destination)) continue
        this.#carry(from, to, message, ip)
        break
      }
    }
  }

  #unicast(from: MemoryInterface, message: Uint8Array, ip: IpEnvelope): void {
    const to = this.#host.network.find(ip.destination)
    if (to !== undefined && to !== from) this.#carry(from, to, message, ip)
  }

  #carry(from: MemoryInterface, to: MemoryInterface, message: Uint8Array, ip: IpEnvelope): void {
    this.#host.network.carry(from, to, () => {
      for (const receiver of to.receivers) receiver.receive(to.name, message, ip)
    })
  }
}

function hears(options: ChannelOptions, interfaceName: string, group: string): boolean {
  const { destination } = options
  return options.interface === interfaceName && destination.type === 'multicast' && destination.group === group
}

function isMulticast(address: string): boolean {
  const first = Number.parseInt(address, 10)
  return address.startsWith('ff') || (!address.includes(':') && first >= 224 && first < 240)
}

function envelope(message: Uint8Array, options: ChannelOptions, source: string, destination: string): IpEnvelope {
  // an authentication header begins with the protocol it protects, a VRRP message with its version: they cannot be mistaken
  const protocol = message[0] === IPPROTO_VRRP ? IPPROTO_AH : IPPROTO_VRRP
  const ip = { family: options.family, source, destination, hopLimit: options.ttl ?? 255, protocol }
  if (protocol !== IPPROTO_AH) return ip
  const identification = readU16(message, AH_SEQUENCE_LOW)
  return { ...ip, header: encodeIpv4({ ...ip, tos: 0xc0, identification }, message).subarray(0, IPV4_HEADER_LENGTH) }
}
