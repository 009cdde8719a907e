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
import type { Milliseconds } from '../time/units.ts'
import { ChannelSet } from './channel-set.ts'
import type { OpenEndpoint, OpenSender, OpenTap, Tap } from './endpoint.ts'
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
  /** Opens what channels with a virtual MAC need. Absent: they are refused. */
  readonly virtualMac?: { readonly openSender: OpenSender; readonly openTap: OpenTap }
}

/** A {@link Transport} over endpoints that `open` makes. */
export class ChannelTransport implements Transport {
  onUnclaimed: Transport['onUnclaimed']
  readonly #links: LinkWatch
  readonly #isVirtual: (address: string, interfaceName: string) => boolean
  readonly #open: OpenEndpoint
  readonly #flush: (() => void) | undefined
  readonly #virtualMac: TransportOptions['virtualMac']
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
    this.#virtualMac = options.virtualMac
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
    if (options.virtualMac !== undefined && this.#virtualMac === undefined) {
      const text = 'this transport cannot use a virtual MAC: vrrp-ts/linux has one that can'
      throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', text)
    }
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
      tap: undefined,
      macs: new Map(),
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
    try {
      this.#heed(port, channel, link)
      this.#openMouth(channel)
    } catch (error) {
      channel.close()
      throw error
    }
    return channel
  }

  close(): void {
    this.#closed = true
    for (const port of [...this.#ports.values()]) for (const channel of [...port.channels]) channel.close()
  }

  #closeChannel(key: string, port: Port, channel: OpenChannel): void {
    port.channels.delete(channel)
    const { group } = channel
    if (channel.virtualMac !== undefined) {
      if (this.#batching) this.#flush?.()
      this.#ignore(port, channel)
    }
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

  #deliver(port: Port, message: Uint8Array, ip: IpEnvelope, vrid: number, age?: Milliseconds): void {
    let taken = false
    for (const channel of port.channels.of(vrid)) {
      if (!channel.takes(ip)) continue
      taken = true
      channel.listener(message, ip, age)
    }
    if (!taken) this.onUnclaimed?.(message, ip, port.interfaceName)
  }

  #linkChanged(name: string, link: LinkState | undefined): void {
    this.#reopenMouths(name)
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
      this.#updateSources(port, link)
    }
  }

  #closeEndpoint(port: Port): void {
    // What waits is for this descriptor, whose number another socket may get.
    if (this.#batching) this.#flush?.()
    port.endpoint?.close()
    port.endpoint = undefined
    port.tap?.close()
    port.tap = undefined
  }

  #reopen(port: Port, link: LinkState): void {
    this.#closeEndpoint(port)
    const endpoint = this.#open(port.family, link, (message, ip, vrid, age) =>
      this.#deliver(port, message, ip, vrid, age),
    )
    try {
      for (const channel of port.channels) channel.attach(endpoint)
    } catch (error) {
      endpoint.close()
      throw error
    }
    port.endpoint = endpoint
    port.index = link.index
    for (const mac of port.macs.keys()) this.#tapFor(port, link)?.add(mac)
  }

  #tapFor(port: Port, link: LinkState): Tap | undefined {
    port.tap ??= this.#virtualMac?.openTap(port.family, link, (message, ip, vrid, age) =>
      this.#deliver(port, message, ip, vrid, age),
    )
    return port.tap
  }

  /** Peers of a channel with a virtual MAC send from that too: the tap hears them. */
  #heed(port: Port, { group, virtualMac }: OpenChannel, link: LinkState): void {
    if (group === undefined || virtualMac === undefined) return
    const { mac } = virtualMac
    const count = port.macs.get(mac) ?? 0
    port.macs.set(mac, count + 1)
    if (count === 0) this.#tapFor(port, link)?.add(mac)
  }

  #ignore(port: Port, { group, virtualMac }: OpenChannel): void {
    const count = port.macs.get(virtualMac?.mac ?? '')
    if (group === undefined || virtualMac === undefined || count === undefined) return
    if (count > 1) {
      port.macs.set(virtualMac.mac, count - 1)
      return
    }
    port.macs.delete(virtualMac.mac)
    port.tap?.remove(virtualMac.mac)
    if (port.macs.size > 0) return
    port.tap?.close()
    port.tap = undefined
  }

  #openMouth(channel: OpenChannel): void {
    if (!channel.hasMouth || channel.virtualMac === undefined) return
    const link = this.#links.get(channel.virtualMac.interface)
    if (this.#batching) this.#flush?.()
    channel.setMouth(link && this.#virtualMac?.openSender(channel.family, link))
  }

  #reopenMouths(name: string): void {
    for (const { channels } of this.#ports.values()) {
      for (const channel of channels) {
        if (channel.virtualMac?.interface !== name) continue
        try {
          this.#openMouth(channel)
        } catch (error) {
          if (!(error instanceof SystemError)) throw error
        }
      }
    }
  }

  /** One look for all channels: with 255 of them that take over at once it is asked 255 times. */
  #updateSources(port: Port, link: LinkState | undefined): void {
    let source: string | undefined
    let looked = false
    for (const channel of port.channels) {
      if (channel.hasFixedSource) continue
      if (!looked || source !== channel.knownSource) {
        source = primaryAddress(link, port.family, this.#isVirtual, channel.knownSource)
        looked = true
      }
      channel.setSource(source)
    }
  }

  #updateSource(channel: OpenChannel, link: LinkState | undefined): void {
    if (channel.hasFixedSource) return
    channel.setSource(primaryAddress(link, channel.family, this.#isVirtual, channel.knownSource))
  }
}
