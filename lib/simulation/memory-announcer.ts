/**
 * The {@link Announcer} port on a simulated host.
 */
import type { Announcer } from '../instance/ports.ts'
import { announcedAddress } from './announced-address.ts'
import type { MemoryHost } from './memory-host.ts'

/** Sends frames to the clients of a simulated segment, which believe what they hear. */
export class MemoryAnnouncer implements Announcer {
  readonly #host: MemoryHost
  #closed = false

  constructor(host: MemoryHost) {
    this.#host = host
  }

  /** @throws DecodeError when the frame is malformed. @throws RangeError when there is no such interface. */
  send(frame: Uint8Array, interfaceName: string): void {
    if (this.#closed) return
    const from = this.#host.interfaces.get(interfaceName)
    if (from === undefined) throw new RangeError(`interface: host '${this.#host.name}' has no '${interfaceName}'`)
    const announced = announcedAddress(frame)
    if (announced === undefined) return
    const { network, name } = this.#host
    network.emit({ type: 'announcement', at: network.clock.now(), host: name, interface: interfaceName, ...announced })
    network.announce(from.parent ?? from, announced.address)
  }

  close(): void {
    this.#closed = true
  }
}
