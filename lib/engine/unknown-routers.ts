/**
 * Virtual routers that are heard and not ours: other pairs on the same network, or ours under a number that was mistyped.
 * keepalived: log_unknown_vrids.
 */
import { IPPROTO_AH, type IpEnvelope, type IpFamily } from '../net/index.ts'

/** Adverts of one sender for a virtual router that this node does not have. */
export interface UnknownRouter {
  readonly interface: string
  readonly family: IpFamily
  /** 0-255; 0 when the message was too short to have one. */
  readonly vrid: number
  /** The first sender. */
  readonly source: string
  readonly count: number
}

/** Most that are told apart. What a forger adds beyond is in the counter of the node alone. */
const LIMIT = 64

/** A bounded table of them. */
export class UnknownRouters {
  readonly #routers = new Map<string, Map<number, { -readonly [Key in keyof UnknownRouter]: UnknownRouter[Key] }>>()
  #size = 0
  #total = 0

  /** How many adverts there were, those that are not in the table too. */
  get total(): number {
    return this.#total
  }

  /** Notes an advert. Allocates nothing for a router that is known. */
  hear(message: Uint8Array, { family, protocol, source }: IpEnvelope, interfaceName: string): void {
    this.#total++
    // RFC 4302 §2.2: the length of an authentication header counts words less 2.
    const start = protocol === IPPROTO_AH ? ((message[1] ?? 0) + 2) * 4 : 0
    const vrid = message[start + 1] ?? 0
    const key = family * 256 + vrid
    let known = this.#routers.get(interfaceName)
    const router = known?.get(key)
    if (router !== undefined) {
      router.count++
      return
    }
    if (this.#size >= LIMIT) return
    if (known === undefined) {
      known = new Map()
      this.#routers.set(interfaceName, known)
    }
    known.set(key, { interface: interfaceName, family, vrid, source, count: 1 })
    this.#size++
  }

  /** In the order in which they were first heard on each interface. */
  list(): readonly UnknownRouter[] {
    return [...this.#routers.values()].flatMap(known => [...known.values()].map(router => ({ ...router })))
  }
}
