/**
 * The part of a transport that is the same over every kind of socket: one endpoint for each interface and family, shared by
 * the channels on it; messages go to channels by VRID; sockets are opened anew when the interface is made anew.
 *
 * One socket per interface and not per virtual router, because the kernel copies every message into each socket of
 * the protocol: 255 sockets cost 30 times the CPU of one.
 */
import { SystemError, VrrpError } from '../errors.ts'
import type { Channel, ChannelOptions, LinkState, LinkWatch, PacketListener, Transport } from '../instance/ports.ts'
import { canonicalIp, familyOf, type IpEnvelope, type IpFamily, isMulticast, requireIp } from '../net/index.ts'
import { ERRNO, systemError } from '../netlink/system-error.ts'
import type { Endpoint, OpenEndpoint, Route } from './endpoint.ts'
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

/** The sockets of one interface and family, with the channels on them. */
interface Port {
  readonly family: IpFamily
  readonly interfaceName: string
  readonly channels: Set<OpenChannel>
  /** Undefined while the interface does not exist. */
  endpoint: Endpoint | undefined
  /** Index of the interface that the sockets belong to. */
  index: number
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
    const { family, interface: name } = validate(options)
    const link = this.#links.get(name)
    if (link === undefined) throw new VrrpError('ERR_INTERFACE', `interface '${name}' does not exist`)
    const key = `${family} ${name}`
    const known = this.#ports.get(key)
    const port = known ?? { family, interfaceName: name, channels: new Set(), endpoint: undefined, index: link.index }
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
    for (const channel of port.channels) {
      if (channel.vrid !== vrid || !channel.takes(ip)) continue
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

class OpenChannel implements Channel {
  onRefused: Channel['onRefused']
  readonly family: IpFamily
  readonly vrid: number
  readonly listener: PacketListener
  /** The group that it hears; undefined for unicast. */
  readonly group: string | undefined
  readonly #port: Port
  readonly #destinations: ReadonlySet<string>
  readonly #fixedSource: string | undefined
  readonly #ttl: number
  readonly #ah: boolean
  readonly #onClose: (channel: OpenChannel) => void
  readonly #onMissingSource: (channel: OpenChannel) => void
  readonly #isBatching: () => boolean
  /** The same function for every message, so that posting one allocates nothing. */
  readonly #refused = (errno: number) => this.onRefused?.(systemError(`send on ${this.#port.interfaceName}`, errno))
  #source: string | undefined
  /** By destination, as long as the source and the sockets stay the same. */
  readonly #routes = new Map<string, Route>()
  #closed = false

  constructor(
    options: ChannelOptions,
    listener: PacketListener,
    port: Port,
    onClose: (channel: OpenChannel) => void,
    onMissingSource: (channel: OpenChannel) => void,
    isBatching: () => boolean,
  ) {
    const { destination } = options
    this.family = options.family
    this.vrid = options.vrid
    this.listener = listener
    this.group = destination.type === 'multicast' ? canonicalIp(destination.group) : undefined
    const destinations = destination.type === 'multicast' ? [destination.group] : destination.peers
    this.#destinations = new Set(destinations.map(address => canonicalIp(address)))
    this.#fixedSource = options.source === undefined ? undefined : canonicalIp(options.source)
    this.#source = this.#fixedSource
    this.#ttl = options.ttl ?? 255
    this.#ah = options.authenticationHeader ?? false
    this.#port = port
    this.#onClose = onClose
    this.#onMissingSource = onMissingSource
    this.#isBatching = isBatching
  }

  get source(): string | undefined {
    // An address that just came may not have been told of yet.
    if (this.#source === undefined && !this.#closed) this.#onMissingSource(this)
    return this.#source
  }

  /** The source, without a look at the interface. */
  get knownSource(): string | undefined {
    return this.#source
  }

  setSource(address: string | undefined): void {
    if (this.#fixedSource !== undefined || address === this.#source) return
    this.#source = address
    this.#routes.clear()
  }

  /** Whether the destination of a packet is this channel's: its group, or for unicast no group. */
  takes(ip: IpEnvelope): boolean {
    if (this.#closed) return false
    return this.group === undefined ? !isGroup(ip.destination) : ip.destination === this.group
  }

  attach(endpoint: Endpoint): void {
    this.#routes.clear()
    if (this.group !== undefined) endpoint.join(this.group)
    if (this.#ah) endpoint.hearAh()
  }

  send(message: Uint8Array, destination: string): void {
    const { endpoint, interfaceName } = this.#port
    if (this.#closed) throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'the channel is closed')
    if (endpoint === undefined) throw systemError(`send on ${interfaceName}`, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    const route = this.#routes.get(destination) ?? this.#addRoute(endpoint, destination)
    if (endpoint.post !== undefined && this.onRefused !== undefined && this.#isBatching()) {
      endpoint.post(message, route, this.#refused)
    } else {
      endpoint.send(message, route)
    }
  }

  #addRoute(endpoint: Endpoint, destination: string): Route {
    const { source } = this
    if (source === undefined) {
      const kind = this.family === 4 ? 'IPv4' : 'IPv6 link-local'
      const name = this.#port.interfaceName
      throw new VrrpError('ERR_INTERFACE', `interface '${name}' has no ${kind} address to send from`)
    }
    const address = canonicalIp(destination, 'destination')
    if (!this.#destinations.has(address)) {
      throw new RangeError(`destination: '${destination}' is none of the channel's`)
    }
    const route = endpoint.route(source, address, this.#ttl)
    this.#routes.set(destination, route)
    return route
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClose(this)
  }
}

function isGroup(address: string): boolean {
  return isMulticast(requireIp(address, 'group'))
}

/** @throws RangeError naming the option */
function validate(options: ChannelOptions): ChannelOptions {
  const { destination, family, vrid, source, ttl = 255 } = options
  if (options.interface === '') throw new RangeError('interface: empty')
  if (!Number.isInteger(vrid) || vrid < 1 || vrid > 255) throw new RangeError(`vrid: ${vrid} is not within 1-255`)
  const require = (address: string, option: string) => {
    if (familyOf(address) !== family) throw new RangeError(`${option}: '${address}' is not an IPv${family} address`)
  }
  if (source !== undefined) require(source, 'source')
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 255) throw new RangeError(`ttl: ${ttl} is not within 0-255`)
  if (destination.type === 'multicast') {
    require(destination.group, 'group')
    if (ttl !== 255) throw new RangeError(`ttl: multicast adverts have 255 (RFC 9568 §5.1.1.3), not ${ttl}`)
    if (!isGroup(destination.group)) {
      throw new RangeError(`group: '${destination.group}' is not a multicast address`)
    }
  } else {
    for (const peer of destination.peers) require(peer, 'peers')
  }
  return options
}
