/**
 * Hears the VRRP packets of an interface without taking part: an AF_PACKET socket with a filter in the kernel, not
 * promiscuous, and membership of the groups, so that a switch with snooping passes them. packet(7).
 */
import { readFileSync } from 'node:fs'
import { messageOf, VrrpError } from '../errors.ts'
import { familyOf, requireIp } from '../net/index.ts'
import { ERRNO } from '../netlink/system-error.ts'
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  ETH_P_ALL,
  IP_ADD_MEMBERSHIP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  SO_ATTACH_FILTER,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
} from './constants.ts'
import { MessageBatch } from './message-batch.ts'
import { vrrpFilter } from './packet-filter.ts'
import { openDescriptor, type RawDescriptor } from './raw-descriptor.ts'
import { mainReactor, type Watch } from './reactor.ts'
import { nativeSizes } from './syscalls.ts'

/** A captured frame; the bytes are valid during the call only. */
export interface CapturedFrame {
  readonly bytes: Uint8Array
  /** The kernel's time stamp. */
  readonly seconds: number
  readonly nanoseconds: number
}

/** What a {@link PacketCapture} hears. */
export interface PacketCaptureOptions {
  /** An Ethernet interface, or one that looks like it (veth, bridge, VLAN, loopback). */
  readonly interface: string
  /** Multicast groups to join. */
  readonly groups: readonly string[]
  readonly listener: (frame: CapturedFrame) => void
}

/** ARPHRD_ETHER, ARPHRD_LOOPBACK */
const ETHERNET_TYPES: readonly number[] = [1, 772]
const BATCHES_PER_TURN = 8

/** An open capture. */
export class PacketCapture {
  /** Groups that could not be joined (no address of the family, or no IPv6), with the reason. */
  readonly notJoined: readonly string[]
  readonly #packets: RawDescriptor
  readonly #members: RawDescriptor[] = []
  readonly #batch = new MessageBatch()
  readonly #listener: (frame: CapturedFrame) => void
  readonly #watch: Watch
  #closed = false

  /**
   * @throws SystemError (`ERR_CAPABILITY` without CAP_NET_RAW), VrrpError (`ERR_INTERFACE`, `ERR_TRANSPORT_UNAVAILABLE`)
   */
  constructor({ interface: name, groups, listener }: PacketCaptureOptions) {
    this.#listener = listener
    const index = etherIndex(name)
    // Protocol 0 hears nothing: what comes between the opening and the filter would come unfiltered.
    this.#packets = openDescriptor(`packet ${name}`, [AF_PACKET, SOCK_RAW, 0], socket => {
      const filter = vrrpFilter()
      socket.set(SOL_SOCKET, SO_ATTACH_FILTER, filter.program, 'SO_ATTACH_FILTER')
      socket.set(SOL_SOCKET, SO_TIMESTAMPNS, 1, 'SO_TIMESTAMPNS')
      socket.enlargeReceiveBuffer()
      const address = Buffer.alloc(20)
      address.writeUInt16LE(AF_PACKET)
      address.writeUInt16BE(ETH_P_ALL, 2)
      address.writeInt32LE(index, 4)
      socket.bind(address)
    })
    try {
      this.notJoined = groups.flatMap(group => this.#join(group, name, index))
      this.#watch = mainReactor().watch(this.#packets.fd, () => this.#receive())
    } catch (error) {
      this.#closeSockets()
      throw error
    }
  }

  /** Ends it. Twice is once. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#watch.close()
    this.#closeSockets()
  }

  #closeSockets(): void {
    for (const descriptor of [this.#packets, ...this.#members]) descriptor.close()
  }

  /** The groups of an interface belong to it, not to a kind of socket: one that never receives anything joins. */
  #join(group: string, name: string, index: number): readonly string[] {
    try {
      this.#members.push(
        familyOf(group) === 4
          ? openDescriptor(`group ${group} ${name}`, [AF_INET, SOCK_DGRAM, 0], socket => {
              // struct ip_mreqn: group, address, index.
              const request = Buffer.alloc(12)
              request.set(requireIp(group, 'group'))
              request.writeInt32LE(index, 8)
              socket.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, request, `IP_ADD_MEMBERSHIP ${group}`)
            })
          : openDescriptor(`group ${group} ${name}`, [AF_INET6, SOCK_DGRAM, 0], socket => {
              // struct ipv6_mreq: group, index.
              const request = Buffer.alloc(20)
              request.set(requireIp(group, 'group'))
              request.writeInt32LE(index, 16)
              socket.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request, `IPV6_ADD_MEMBERSHIP ${group}`)
            }),
      )
      return []
    } catch (error) {
      return [messageOf(error)]
    }
  }

  #receive(): void {
    for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
      const count = this.#batch.receive(this.#packets.fd)
      if (count <= 0) {
        // ENETDOWN tells once that the interface went down; the socket stays good.
        if (count === -ERRNO.EINTR || count === -ERRNO.ENETDOWN) continue
        return
      }
      for (let i = 0; i < count && !this.#closed; i++) {
        this.#listener({ bytes: this.#batch.message(i), ...timeOf(this.#batch.control(i)) })
      }
      if (this.#closed || count < this.#batch.capacity) return
    }
  }
}

/** The index of an interface with Ethernet headers. @throws VrrpError `ERR_INTERFACE` */
function etherIndex(name: string): number {
  if (!/^[^/\s]+$/.test(name) || name === '.' || name === '..') {
    throw new VrrpError('ERR_INTERFACE', `'${name}' is no name of an interface`)
  }
  const read = (leaf: string) => Number(readFileSync(`/sys/class/net/${name}/${leaf}`, 'latin1'))
  let index: number
  let type: number
  try {
    index = read('ifindex')
    type = read('type')
  } catch {
    throw new VrrpError('ERR_INTERFACE', `there is no interface ${name}`)
  }
  if (ETHERNET_TYPES.includes(type)) return index
  throw new VrrpError('ERR_INTERFACE', `${name} has no Ethernet headers (link type ${type})`)
}

/** SCM_TIMESTAMPNS: a `struct cmsghdr` (length, level, type), then a `struct timespec`. */
function timeOf(control: Uint8Array): Pick<CapturedFrame, 'seconds' | 'nanoseconds'> {
  const { word } = nativeSizes()
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength)
  const at = word + 8
  if (control.length >= at + 2 * word && view.getInt32(word + 4, true) === SO_TIMESTAMPNS) {
    const read = (offset: number) => (word === 8 ? Number(view.getBigInt64(offset, true)) : view.getInt32(offset, true))
    return { seconds: read(at), nanoseconds: read(at + word) }
  }
  const now = Date.now()
  return { seconds: Math.floor(now / 1000), nanoseconds: (now % 1000) * 1e6 }
}
