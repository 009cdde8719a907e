/**
 * The part of a transport that is the same over every kind of socket: one endpoint for each interface and family, shared by
 * the channels on it; messages go to channels by VRID; sockets are opened anew when the interface is made anew.
 *
 * One socket per interface and not per virtual router, because the kernel copies every message into each socket of
 * the protocol: 255 sockets cost 30 times the CPU of one.
 */
import { SystemError, VrrpError } from '../errors.ts'
import type { Channel, ChannelOptions, LinkState, LinkWatch, PacketListener, Transport } from '../instance/ports.ts'
import type { IpEnvelope } from '../net/index.ts'
import { ChannelSet } from './channel-set.ts'
import type { OpenEndpoint } from './endpoint.ts'
import { OpenChannel, type Port } from './open-channel.ts'
import { requireChannel } from './require-channel.ts'
import { primaryAddress } from './source-address.ts'

/** Options of a transport. */
export interface TransportOptions {
  /** Where interfaces and their addresses are looked up. The transport does not close it. */
  readonly links: LinkWatch
  /** Whether a virtual router put an address on an interface: such a one is never chosen as the source. Default: none is. */
  readonly isVirtual?: (address: string, interfaceName: string) => boolean
  /** Sends what the endpoints were given to post. Absent: they cannot. */
  readonly flush?: () => void
}

/** A {@link Transport} over endpoints that `open` makes. */
export class ChannelTransport implements Transport {
  onUnclaimed: Transport['onUnclaimed']
  readonly #links: LinkWatch
  readonly #isVirtual: (address: string, interfaceName: string) => boolean
  readonly #open: OpenEndpoint
  readonly #flush: (() => void) | undefined
  readonly #ports = new Map<string, Port>()
  #batching = false
  /** Links are watched while a channel is open: a subscription keeps the process alive. */
  #unsubscribe: (() => void) | undefined
  #closed = false

  constructor(options: TransportOptions, open: OpenEndpoint) {
    this.#links = options.links
    this.#isVirtual = options.isVirtual ?? (() => false)
    this.#open = open
    this.#flush = options.flush
  }

  batch(work: () => void): void {
    if (this.#flush === undefined || this.#batching) return work()
    this.#batching = true
    try {
      work()
    } finally {
      this.#batching = false
      this.#flush()
    }
  }

  open(options: ChannelOptions, listener: PacketListener): Channel {
    if (this.#closed) throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'the transport is closed')
    const { family, interface: name } = requireChannel(options)
    const link = this.#links.get(name)
    if (link === undefined) throw new VrrpError('ERR_INTERFACE', `interface '${name}' does not exist`)
    const key = `${family} ${name}`
    const known = this.#ports.get(key)
    const port = known ?? {
      family,
      interfaceName: name,
      channels: new ChannelSet(),
      endpoint: undefined,
      index: link.index,
    }
    const channel = new OpenChannel(
      options,
      listener,
      port,
      closed => this.#closeChannel(key, port, closed),
      silent => this.#updateSource(silent, this.#links.get(name)),
      () => this.#batching,
    )
    if (port.endpoint === undefined || port.index !== link.index) this.#reopen(port, link)
    if (port.endpoint !== undefined) channel.attach(port.endpoint)
    port.channels.add(channel)
    this.#ports.set(key, port)
    this.#unsubscribe ??= this.#links.subscribe((changed, state) => this.#linkChanged(changed, state))
    this.#updateSource(channel, link)
    return channel
  }

  close(): void {
    this.#closed = true
    for (const port of [...this.#ports.values()]) for (const channel of [...port.channels]) channel.close()
  }

  #closeChannel(key: string, port: Port, channel: OpenChannel): void {
    port.channels.delete(channel)
    const { group } = channel
    if (port.channels.size === 0) {
      this.#closeEndpoint(port)
      this.#ports.delete(key)
      if (this.#ports.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
    } else if (group !== undefined && ![...port.channels].some(other => other.group === group)) {
      port.endpoint?.leave(group)
    }
  }

  #deliver(port: Port, message: Uint8Array, ip: IpEnvelope, vrid: number): void {
    let taken = false
    for (const channel of port.channels.of(vrid)) {
      if (!channel.takes(ip)) continue
      taken = true
      channel.listener(message, ip)
    }
    if (!taken) this.onUnclaimed?.(message, ip, port.interfaceName)
  }

  #linkChanged(name: string, link: LinkState | undefined): void {
    for (const port of this.#ports.values()) {
      if (port.interfaceName !== name) continue
      if (link === undefined) {
        this.#closeEndpoint(port)
      } else if (port.endpoint === undefined || port.index !== link.index) {
        try {
          this.#reopen(port, link)
        } catch (error) {
          // It can go again while its sockets are being opened. Until the next change of the link tries again, sends are refused.
          if (!(error instanceof SystemError)) throw error
        }
      }
      for (const channel of port.channels) this.#updateSource(channel, link)
    }
  }

  #closeEndpoint(port: Port): void {
    // What waits is for this descriptor, whose number another socket may get.
    if (this.#batching) this.#flush?.()
    port.endpoint?.close()
    port.endpoint = undefined
  }

  #reopen(port: Port, link: LinkState): void {
    this.#closeEndpoint(port)
    const endpoint = this.#open(port.family, link, (message, ip, vrid) => this.#deliver(port, message, ip, vrid))
    try {
      for (const channel of port.channels) channel.attach(endpoint)
    } catch (error) {
      endpoint.close()
      throw error
    }
    port.endpoint = endpoint
    port.index = link.index
  }

  #updateSource(channel: OpenChannel, link: LinkState | undefined): void {
    channel.setSource(primaryAddress(link, channel.family, this.#isVirtual, channel.knownSource))
  }
}
