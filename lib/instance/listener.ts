/**
 * The open ear and mouth of one instance: its channel, bound to the interface and primary address of the moment, and the
 * checks of what comes in.
 */

import type { IpEnvelope } from '../net/index.ts'
import { type Acceptance, type AhAssociation, Receiver, type ReplayMemory } from '../packet/index.ts'
import type { Milliseconds } from '../time/index.ts'
import { destinationsOf, wayOf } from './destinations.ts'
import { primaryAddress } from './link-faults.ts'
import type { Channel, LinkState, PacketListener, Transport } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'
import { virtualChannel } from './virtual-interfaces.ts'

/** What a channel tells. */
export interface ListenerHooks {
  readonly hear: PacketListener
  /** An advert that was sent within a batch was refused by the kernel. */
  readonly refused: (error: unknown) => void
  /** The last number of an authentication trailer that was sent. */
  readonly sent: () => bigint | undefined
}

/** The channel of one instance. */
export class Listener {
  #specification: InstanceSpecification
  readonly #transport: Transport
  readonly #hooks: ListenerHooks
  #receiver: Receiver
  #open: { readonly channel: Channel; readonly index: number; readonly source: string | undefined } | undefined

  constructor(specification: InstanceSpecification, transport: Transport, hooks: ListenerHooks) {
    this.#specification = specification
    this.#transport = transport
    this.#hooks = hooks
    this.#receiver = receiverOf(specification)
  }

  /** Takes another specification. A channel that no longer fits it is closed. */
  reconfigure(specification: InstanceSpecification): void {
    const fits = channelKey(specification) === channelKey(this.#specification)
    this.#specification = specification
    this.#receiver = receiverOf(specification, this.#receiver)
    if (!fits) this.close()
  }

  /** What ear and mouth share when authentication is of type AH. */
  get association(): AhAssociation | undefined {
    return this.#receiver.association
  }

  /** What the ear must not accept again; undefined where authentication has no numbers. */
  get memory(): ReplayMemory | undefined {
    return this.#receiver.memory
  }

  /** Does not accept again what an earlier run accepted. */
  remember(memory: ReplayMemory): void {
    this.#receiver.remember(memory)
  }

  /** The channel, if one is open. */
  get openChannel(): Channel | undefined {
    return this.#open?.channel
  }

  /** The channel. @throws Error when none is open */
  get channel(): Channel {
    if (this.#open === undefined) throw new Error('no channel is open')
    return this.#open.channel
  }

  /** The address that adverts leave from. */
  get source(): string | undefined {
    return this.#open?.channel.source
  }

  /**
   * Opens the channel on this link; one that fits it already stays.
   * @returns false when nothing changed
   * @throws what Transport.open throws
   */
  open(link: LinkState | undefined): boolean {
    const { interface: name, family, vrid, authentication } = this.#specification
    const index = link?.index ?? 0
    const source = link === undefined ? undefined : primaryAddress(this.#specification, link)
    if (this.#open !== undefined && this.#open.index === index && this.#open.source === source) return false
    this.close()
    const virtualMac = virtualChannel(this.#specification)
    const options = {
      interface: name,
      family,
      vrid,
      ...wayOf(this.#specification),
      ...(source !== undefined && { source }),
      ...(authentication.type === 'ah' && { authenticationHeader: true }),
      ...(virtualMac !== undefined && { virtualMac }),
    }
    const channel = this.#transport.open(options, this.#hooks.hear)
    channel.onRefused = this.#hooks.refused
    this.#open = { channel, index, source }
    return true
  }

  /** Whether the own address is among the unicast peers. */
  get isOwnPeer(): boolean {
    const { source } = this
    if (this.#specification.destination.type === 'multicast' || source === undefined) return false
    return destinationsOf(this.#specification).includes(source)
  }

  /** Closes it. */
  close(): void {
    this.#open?.channel.close()
    this.#open = undefined
  }

  /** Runs the receive checks of the RFC on one message. */
  accept(message: Uint8Array, ip: IpEnvelope, wallTime: Milliseconds): Acceptance {
    const sent = ip.source === this.source ? this.#hooks.sent() : undefined
    return this.#receiver.accept(message, ip, wallTime, sent)
  }
}

/** What a channel depends on, as text. */
function channelKey(specification: InstanceSpecification): string {
  const { destination, source, authentication } = specification
  return JSON.stringify([destination, source, authentication.type === 'ah', virtualChannel(specification)])
}

function receiverOf(specification: InstanceSpecification, former?: Receiver): Receiver {
  return new Receiver({ ...specification, addresses: specification.addresses.map(({ address }) => address) }, former)
}
