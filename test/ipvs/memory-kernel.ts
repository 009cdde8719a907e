/**
 * The IPVS of a kernel by hand: a table of attributes as they were sent, the error numbers of Linux 6.1, and its manners:
 * an unknown service has no destinations, a second dump on one socket is refused, a family gets another number.
 */
import type { IpvsKernel } from '../../lib/ipvs/index.ts'
import {
  type Attribute,
  decodeGeneric,
  decodeMessages,
  decodeWholeAttributes,
  encodeAttributes,
  encodeGenericHeader,
  encodeMessages,
  GENL_ID_CTRL,
  type NetlinkMessage,
  type NetlinkSocket,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLMSG_DONE,
  NLMSG_ERROR,
  systemError,
} from '../../lib/netlink/index.ts'

type Attributes = Map<number, Uint8Array>
interface KernelService {
  attributes: Attributes
  readonly destinations: Map<string, Attributes>
}

const ENOENT = 2
const ESRCH = 3
const EBUSY = 16
const EEXIST = 17
const EINVAL = 22
const ENOBUFS = 105
const SERVICE_KEY = [1, 2, 3, 4, 5]
const DESTINATION_KEY = [1, 2, 11]

/** A kernel with IPVS, or one that has lost it. */
export class MemoryKernel implements IpvsKernel {
  readonly services = new Map<string, KernelService>()
  /** Commands that were sent, by number. */
  readonly written: number[] = []
  /** Messages of each datagram. */
  readonly datagrams: number[] = []
  readonly schedulers = new Set(['rr', 'wlc', 'lc', 'wrr', 'sh', 'mh', 'lblcr'])
  readonly engines = new Set(['sip'])
  /** The family's number; undefined when the module is not there. */
  family: number | undefined = 28
  /** Connections of every destination. */
  connections = 0
  sockets = 0
  /** Called before each message is worked off: others write to the table too. */
  meanwhile: ((command: number) => void) | undefined
  /** So many datagrams from now on are lost. */
  losses = 0
  connectionText = ''

  openSocket(): NetlinkSocket {
    this.sockets++
    return new MemorySocket(this)
  }

  async *readConnections(): AsyncGenerator<string> {
    for (let at = 0; at < this.connectionText.length; at += 50) yield this.connectionText.slice(at, at + 50)
  }

  /** Answers to one message: what it asks for, and an error number. */
  answer({ type, flags, body }: NetlinkMessage): { readonly bodies: readonly Uint8Array[]; readonly errno: number } {
    const request = decodeGeneric(body)
    if (type === GENL_ID_CTRL) return this.#familyAnswer()
    if (type !== this.family || request === undefined) return { bodies: [], errno: ENOENT }
    const nest = (number: number) => decodeWholeAttributes(request.attributes.get(number) ?? new Uint8Array())
    const service = nest(1) ?? new Map()
    this.meanwhile?.(request.command)
    if (request.command === 4 || request.command === 8) {
      return this.#tell(request.command, (flags & NLM_F_DUMP) !== 0, service)
    }
    this.written.push(request.command)
    return { bodies: [], errno: this.#write(request.command, service, nest(2) ?? new Map()) }
  }

  #familyAnswer() {
    if (this.family === undefined) return { bodies: [], errno: ENOENT }
    const id = Buffer.alloc(2)
    id.writeUInt16LE(this.family)
    const attributes = encodeAttributes([
      { type: 1, value: id },
      { type: 2, value: Buffer.from('IPVS\0') },
    ])
    return { bodies: [Buffer.concat([encodeGenericHeader(1, 2), attributes])], errno: 0 }
  }

  #tell(command: number, dump: boolean, asked: Attributes) {
    const found = this.services.get(keyOf(asked, SERVICE_KEY))
    if (command === 8) {
      const destinations = [...(found?.destinations.values() ?? [])]
      return { bodies: destinations.map(attributes => this.#destinationBody(attributes)), errno: 0 }
    }
    if (dump) return { bodies: [...this.services.values()].map(({ attributes }) => serviceBody(attributes)), errno: 0 }
    return found === undefined ? { bodies: [], errno: ESRCH } : { bodies: [serviceBody(found.attributes)], errno: 0 }
  }

  #destinationBody(attributes: Attributes): Uint8Array {
    const count = Buffer.alloc(4)
    count.writeUInt32LE(this.connections)
    const none = Buffer.alloc(4)
    return body(5, 2, [...attributes, [7, count], [8, none], [9, none]])
  }

  #write(command: number, service: Attributes, destination: Attributes): number {
    const key = keyOf(service, SERVICE_KEY)
    const found = this.services.get(key)
    if (command === 17) {
      this.services.clear()
      return 0
    }
    if (command === 1 || command === 2) {
      if (command === 1 && found !== undefined) return EEXIST
      if (command === 2 && found === undefined) return ESRCH
      if (!this.schedulers.has(textOf(service.get(6)))) return ENOENT
      if (service.has(11) && !this.engines.has(textOf(service.get(11)))) return ENOENT
      if (service.get(1)?.[0] === 10 && service.get(9)?.[0] === 0) return EINVAL
      if (found !== undefined) found.attributes = service
      else this.services.set(key, { attributes: service, destinations: new Map() })
      return 0
    }
    if (found === undefined) return ESRCH
    if (command === 3) return this.services.delete(key) ? 0 : ESRCH
    const name = keyOf(destination, DESTINATION_KEY)
    const exists = found.destinations.has(name)
    if (command === 5 && exists) return EEXIST
    if (command !== 5 && !exists) return ENOENT
    if (command === 7) found.destinations.delete(name)
    else found.destinations.set(name, destination)
    return 0
  }
}

class MemorySocket implements NetlinkSocket {
  readonly #kernel: MemoryKernel
  readonly #queue: Uint8Array[] = []
  #dumping = false

  constructor(kernel: MemoryKernel) {
    this.#kernel = kernel
  }

  send(datagram: Uint8Array): void {
    const messages = decodeMessages(datagram)
    this.#kernel.datagrams.push(messages.length)
    for (const message of messages) this.#answer({ ...message, body: new Uint8Array(message.body) })
  }

  receive(): Uint8Array | undefined {
    if (this.#kernel.losses > 0) {
      this.#kernel.losses--
      this.#queue.shift()
      throw systemError('receive netlink', ENOBUFS)
    }
    const next = this.#queue.shift()
    if (this.#queue.length === 0) this.#dumping = false
    return next
  }

  close(): void {
    this.#kernel.sockets--
  }

  #answer(message: NetlinkMessage): void {
    const { sequence, flags, type } = message
    const dump = (flags & NLM_F_DUMP) !== 0
    const { bodies, errno } = dump && this.#dumping ? { bodies: [], errno: EBUSY } : this.#kernel.answer(message)
    for (const body of bodies) this.#queue.push(encodeMessages([{ type, flags: 0, sequence, body }]))
    if (dump && errno === 0) {
      this.#dumping = true
      this.#queue.push(encodeMessages([{ type: NLMSG_DONE, flags: 0, sequence, body: new Uint8Array(4) }]))
    } else if (errno !== 0 || (flags & NLM_F_ACK) !== 0) {
      const body = Buffer.alloc(20)
      body.writeInt32LE(-errno)
      this.#queue.push(encodeMessages([{ type: NLMSG_ERROR, flags: 0, sequence, body }]))
    }
  }
}

function keyOf(attributes: Attributes, types: readonly number[]): string {
  return types.map(type => Buffer.from(attributes.get(type) ?? []).toString('hex')).join()
}

function textOf(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? [])
    .toString()
    .replace(/\0$/, '')
}

function serviceBody(attributes: Attributes): Uint8Array {
  return body(1, 1, [...attributes])
}

function body(command: number, nest: number, attributes: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const inner: Attribute[] = attributes.map(([type, value]) => ({ type, value }))
  return Buffer.concat([
    encodeGenericHeader(command, 1),
    encodeAttributes([{ type: nest, value: encodeAttributes(inner) }]),
  ])
}
