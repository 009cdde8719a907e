/**
 * Sends the advertisements of one instance, each from bytes that were encoded once, and are sealed anew where they are
 * authenticated. RFC 9568 §5.2, RFC 3768 §5.3, RFC 2338 §5.3.6.
 */
import {
  type Advertisement,
  AdvertisementTemplate,
  type AhAssociation,
  AhSealer,
  HmacSealer,
  HmacSender,
  passwordBytes,
  type Sealer,
  type WireAuthentication,
} from '../packet/index.ts'
import type { Milliseconds } from '../time/index.ts'
import { destinationsOf } from './destinations.ts'
import type { Channel } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** The voice of one instance. */
export class Advertiser {
  readonly #specification: InstanceSpecification
  #destinations: readonly string[] = []
  #source: string | undefined
  #templates: readonly AdvertisementTemplate[] = []
  readonly #association: AhAssociation | undefined
  readonly #hmac: HmacSender | undefined
  #sealer: Sealer | undefined

  /**
   * @param association - of the ear of the same instance, when authentication is of type AH
   * @param former - voice of the same instance before a change: its sequence numbers go on
   */
  constructor(specification: InstanceSpecification, association?: AhAssociation, former?: Advertiser) {
    const { hmac } = specification
    this.#specification = specification
    this.#association = association
    this.#hmac =
      hmac && hmac.mode !== 'receive-only'
        ? new HmacSender(hmac, former === undefined ? undefined : former.#hmac)
        : undefined
  }

  /** The last number of an authentication trailer that was sent. */
  get sequence(): bigint | undefined {
    return this.#hmac?.last
  }

  /** Goes on from the number of an earlier run, if it is ahead. */
  resume(sequence: bigint): void {
    this.#hmac?.resume(sequence)
  }

  /** Encodes what will be sent from this address, so that a takeover only sends. */
  prepare(source: string | undefined): void {
    if (source !== undefined && source !== this.#source) this.#encode(source)
  }

  /**
   * Sends to every destination.
   * @param priority - 0-255; 0 resigns
   * @param wallTime - Unix time, of which sequence numbers are made
   * @throws SystemError when the kernel refuses, after all destinations were tried
   */
  send(channel: Channel, priority: number, wallTime: Milliseconds): void {
    const { source } = channel
    if (source === undefined) throw new Error(`${this.#specification.interface} has no address to send from`)
    this.prepare(source)
    this.#sealer?.advance(wallTime)
    let failure: unknown
    for (const [i, template] of this.#templates.entries()) {
      template.priority = priority
      try {
        const destination = this.#destinations[i] ?? ''
        channel.send(this.#sealer?.seal(template.bytes, destination) ?? template.bytes, destination)
      } catch (error) {
        failure = error
      }
    }
    if (failure !== undefined) throw failure
  }

  /** One template a destination: the checksum of version 3 covers both addresses. A node is no peer of itself. */
  #encode(source: string): void {
    const advertisement = advertisementOf(this.#specification)
    const { checksumForm } = this.#specification
    this.#destinations = destinationsOf(this.#specification).filter(destination => destination !== source)
    this.#templates = this.#destinations.map(
      destination => new AdvertisementTemplate(advertisement, { source, destination }, { checksumForm }),
    )
    if (this.#association !== undefined) this.#sealer = new AhSealer(this.#association, source)
    else if (this.#hmac !== undefined) this.#sealer = new HmacSealer(this.#hmac, source)
    this.#source = source
  }
}

function advertisementOf(specification: InstanceSpecification): Advertisement {
  const { version, family, vrid, priority, interval, authentication } = specification
  const addresses = specification.addresses.map(({ address }) => address)
  if (version === 3) return { version, family, vrid, priority, interval, addresses }
  return {
    version,
    family: 4,
    vrid,
    priority,
    interval,
    authentication: wireAuthentication(authentication),
    addresses,
  }
}

function wireAuthentication(authentication: InstanceSpecification['authentication']): WireAuthentication {
  if (authentication.type !== 'simple') return { type: authentication.type }
  return { type: 'simple', data: passwordBytes(authentication.password) }
}
