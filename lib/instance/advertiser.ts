/**
 * Sends the advertisements of one instance, each from bytes that were encoded once. RFC 9568 §5.2, RFC 3768 §5.3.
 */
import { type Advertisement, AdvertisementTemplate, passwordBytes } from '../packet/index.ts'
import { destinationsOf } from './destinations.ts'
import type { Channel } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

/** The voice of one instance. */
export class Advertiser {
  readonly #specification: InstanceSpecification
  #destinations: readonly string[] = []
  #source: string | undefined
  #templates: readonly AdvertisementTemplate[] = []

  constructor(specification: InstanceSpecification) {
    this.#specification = specification
  }

  /** Encodes what will be sent from this address, so that a takeover only sends. */
  prepare(source: string | undefined): void {
    if (source !== undefined && source !== this.#source) this.#encode(source)
  }

  /**
   * Sends to every destination.
   * @param priority - 0-255; 0 resigns
   * @throws SystemError when the kernel refuses, after all destinations were tried
   */
  send(channel: Channel, priority: number): void {
    const { source } = channel
    if (source === undefined) throw new Error(`${this.#specification.interface} has no address to send from`)
    this.prepare(source)
    let failure: unknown
    for (const [i, template] of this.#templates.entries()) {
      template.priority = priority
      try {
        channel.send(template.bytes, this.#destinations[i] ?? '')
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
    authentication:
      authentication.type === 'none'
        ? { type: 'none' }
        : { type: 'simple', data: passwordBytes(authentication.password) },
    addresses,
  }
}
