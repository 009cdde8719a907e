/**
 * One virtual router's share of the sockets of an interface.
 */
import { VrrpError } from '../errors.ts'
import type { Channel, ChannelOptions, PacketListener, VirtualMacChannel } from '../instance/ports.ts'
import { canonicalIp, type IpEnvelope, type IpFamily, isMulticast, requireIp } from '../net/index.ts'
import { ERRNO, systemError } from '../netlink/system-error.ts'
import type { ChannelSet } from './channel-set.ts'
import type { Endpoint, Route, Sender, Tap } from './endpoint.ts'

/** The sockets of one interface and family, with the channels on them. */
export interface Port {
  readonly family: IpFamily
  readonly interfaceName: string
  readonly channels: ChannelSet<OpenChannel>
  /** Undefined while the interface does not exist. */
  endpoint: Endpoint | undefined
  /** Index of the interface that the sockets belong to. */
  index: number
  /** Hears what comes from virtual MACs that are ours, too. */
  tap: Tap | undefined
  /** These MACs, with how many channels have each. */
  readonly macs: Map<string, number>
}

/** The destination of rehearsals. */
const NOWHERE = ''
const NO_NAME = new Uint8Array(0)

/** A {@link Channel} of a `ChannelTransport`. */
export class OpenChannel implements Channel {
  onRefused: Channel['onRefused']
  readonly family: IpFamily
  readonly vrid: number
  readonly listener: PacketListener
  /** The group that it hears; undefined for unicast. */
  readonly group: string | undefined
  /** Its own MAC address, if it has one. */
  readonly virtualMac: VirtualMacChannel | undefined
  readonly #port: Port
  readonly #destinations: ReadonlySet<string>
  readonly #fixedSource: string | undefined
  readonly #ttl: number
  readonly #ah: boolean
  readonly #onClose: (channel: OpenChannel) => void
  readonly #onMissingSource: (channel: OpenChannel) => void
  readonly #isBatching: () => boolean
  /** Sends with the virtual MAC; undefined while its interface does not exist. */
  #mouth: Sender | undefined
  /** The same function for every message, so that posting one allocates nothing. */
  readonly #refused = (errno: number) => this.onRefused?.(systemError(`send on ${this.#port.interfaceName}`, errno))
  #source: string | undefined
  /** Where the last unicast message was sent to. */
  #ownAddress: string | undefined
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
    this.virtualMac = options.virtualMac
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

  /** It was told where to send from. */
  get hasFixedSource(): boolean {
    return this.#fixedSource !== undefined
  }

  setSource(address: string | undefined): void {
    if (this.hasFixedSource || address === this.#source) return
    this.#source = address
    this.#routes.clear()
    if (this.#port.endpoint !== undefined) this.#hearUnicast(this.#port.endpoint)
  }

  /** Whether it sends from another interface than the one it hears on. */
  get hasMouth(): boolean {
    return this.virtualMac?.transmit === true
  }

  /** Takes the sender of that interface, as it is now, and closes the one before. */
  setMouth(sender: Sender | undefined): void {
    this.#mouth?.close()
    this.#mouth = sender
    this.#routes.clear()
  }

  /** Whether the destination of a packet is this channel's: its group, or for unicast no group. */
  takes(ip: IpEnvelope): boolean {
    if (this.#closed) return false
    const { destination } = ip
    if (this.group !== undefined) return destination === this.group
    // One address nearly always: looked at once.
    if (destination === this.#ownAddress) return true
    if (isMulticast(requireIp(destination, 'destination'))) return false
    this.#ownAddress = destination
    return true
  }

  attach(endpoint: Endpoint): void {
    this.#routes.clear()
    if (this.group !== undefined) endpoint.join(this.group)
    this.#hearUnicast(endpoint)
    if (this.#ah) endpoint.hearAh()
  }

  #hearUnicast(endpoint: Endpoint): void {
    if (this.group === undefined && this.#source !== undefined) endpoint.hear?.(this.#source)
  }

  send(message: Uint8Array, destination: string): void {
    const sender = this.hasMouth ? this.#mouth : this.#port.endpoint
    if (this.#closed) throw new VrrpError('ERR_TRANSPORT_UNAVAILABLE', 'the channel is closed')
    if (sender === undefined) {
      const name = this.hasMouth ? this.virtualMac?.interface : this.#port.interfaceName
      throw systemError(`send on ${name}`, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    }
    const route = this.#routes.get(destination) ?? this.#addRoute(sender, destination)
    if (sender.post !== undefined && this.onRefused !== undefined && this.#isBatching()) {
      sender.post(message, route, this.#refused)
    } else {
      sender.send(message, route)
    }
  }

  rehearse(message: Uint8Array, destination: string): void {
    const sender = this.hasMouth ? this.#mouth : this.#port.endpoint
    if (sender === undefined || this.#isBatching()) return
    try {
      const route = this.#routes.get(destination) ?? this.#addRoute(sender, destination)
      // A socket address of no length is refused before anything else is looked at.
      this.#routes.set(NOWHERE, { ...route, name: NO_NAME })
      this.send(message, NOWHERE)
    } catch {
      // As it should be.
    }
  }

  #addRoute(sender: Sender, destination: string): Route {
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
    const route = sender.route(source, address, this.#ttl)
    this.#routes.set(destination, route)
    return route
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClose(this)
    this.setMouth(undefined)
  }
}
