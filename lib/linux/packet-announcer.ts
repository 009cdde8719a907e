/**
 * The Announcer port: ready-made Ethernet frames through an AF_PACKET socket. packet(7).
 */
import type { Announcer, LinkState } from '../instance/ports.ts'
import { check, ERRNO, systemError } from '../netlink/system-error.ts'
import { AF_PACKET, SOCK_RAW } from './constants.ts'
import type { LinkTable } from './link-watch.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import { syscalls } from './syscalls.ts'

/** Destination, source, type. */
const ETHERNET_HEADER_LENGTH = 14
const ADDRESS_LENGTH = 6

/** Sends frames from the interfaces of this machine's network namespace. */
export class PacketAnnouncer implements Announcer {
  readonly #calls = syscalls()
  readonly #links: LinkTable
  readonly #descriptor: RawDescriptor
  /** struct sockaddr_ll: family, protocol, index, hardware type, packet type, address length, address. */
  readonly #address = Buffer.alloc(20)
  #addressLength = this.#address.length

  /**
   * @param links where interfaces are looked up; it is not closed with this
   * @throws SystemError (`ERR_CAPABILITY`)
   */
  constructor(links: LinkTable) {
    this.#links = links
    // Protocol 0: it hears nothing.
    this.#descriptor = openDescriptor('packet', [AF_PACKET, SOCK_RAW, 0], socket => socket.prioritize())
    this.#address.writeUInt16LE(AF_PACKET)
    this.#address[11] = ADDRESS_LENGTH
  }

  send(frame: Uint8Array, interfaceName: string): void {
    if (frame.length < ETHERNET_HEADER_LENGTH) throw new RangeError('frame: shorter than an Ethernet header')
    this.#address.set(frame.subarray(12, 14), 2)
    this.#address.set(frame.subarray(0, ADDRESS_LENGTH), 12)
    const call = `send frame ${interfaceName}`
    // A burst must not wait for a look-up that first reads all pending news of the kernel.
    let result = this.#send(frame, this.#links.known(interfaceName))
    if (result === -ERRNO.ENXIO || result === -ERRNO.ENODEV) result = this.#send(frame, this.#links.get(interfaceName))
    if (result === -ERRNO.ENODEV) throw systemError(call, ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
    check(call, result)
  }

  #send(frame: Uint8Array, link: LinkState | undefined): number {
    if (link === undefined) return -ERRNO.ENODEV
    this.#address.writeInt32LE(link.index, 4)
    return this.#calls.sendto(this.#descriptor.fd, frame, frame.length, 0, this.#address, this.#addressLength)
  }

  rehearse(frame: Uint8Array, interfaceName: string): void {
    // An address of no length is refused before anything else is looked at.
    this.#addressLength = 0
    try {
      this.send(frame, interfaceName)
    } catch {
      // As it should be.
    } finally {
      this.#addressLength = this.#address.length
    }
  }

  close(): void {
    this.#descriptor.close()
  }
}
