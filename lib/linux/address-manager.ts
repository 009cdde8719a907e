/**
 * The AddressManager port over rtnetlink. Level-triggered: each `apply` asserts everything that is desired, whatever is
 * there already, so that it also repairs what somebody else took away.
 */
import type { AddressManager, VirtualAddress } from '../instance/ports.ts'
import { NLMSG_NOOP } from '../netlink/constants.ts'
import {
  ERRNO,
  NetlinkClient,
  type NetlinkRequest,
  NLM_F_CREATE,
  NLM_F_EXCL,
  type Refusal,
  RTM_DELADDR,
  RTM_NEWADDR,
  refusalError,
  systemError,
} from '../netlink/index.ts'
import { addressBody, addressKey, canonical } from './address-request.ts'
import type { LinkTable } from './link-watch.ts'
import { LinuxNetlinkSocket } from './netlink-socket.ts'

/** Who holds addresses in a rehearsal. */
const NOBODY = ''

/** A request with the address it is for. */
interface Step {
  readonly verb: 'add' | 'delete'
  readonly address: VirtualAddress
}

/** Puts addresses on the interfaces of this machine's network namespace. */
export class LinuxAddressManager implements AddressManager {
  readonly #client: NetlinkClient
  readonly #links: LinkTable
  /** What each owner holds, by {@link addressKey}. */
  readonly #held = new Map<string, ReadonlyMap<string, VirtualAddress>>()
  #rehearsing = false

  /**
   * @param links where interfaces are looked up; it is not closed with this
   * @throws SystemError
   */
  constructor(links: LinkTable) {
    this.#links = links
    this.#client = new NetlinkClient(new LinuxNetlinkSocket())
  }

  /** Whether a virtual router holds that address on that interface. */
  holds(address: string, interfaceName: string): boolean {
    for (const held of this.#held.values()) {
      for (const other of held.values()) {
        if (other.address === address && other.interface === interfaceName) return true
      }
    }
    return false
  }

  async apply(owner: string, desired: readonly VirtualAddress[]): Promise<void> {
    const next = new Map(desired.map(address => [addressKey(address), canonical(address)]))
    const before = this.#held.get(owner) ?? new Map<string, VirtualAddress>()
    if (next.size === 0) this.#held.delete(owner)
    else this.#held.set(owner, next)
    const steps: Step[] = []
    for (const [key, address] of before) {
      const other = next.get(key) ?? this.#holder(key)
      // What is only written differently (label, scope) must go before it can come back.
      if (other === undefined || !sameAttributes(other, address)) steps.push({ verb: 'delete', address })
    }
    const deleted = new Set(steps.map(({ address }) => address.interface))
    for (const address of next.values()) steps.push({ verb: 'add', address })
    // The kernel takes away all secondary addresses of a subnet with its primary one, whoever they belong to.
    for (const [other, held] of deleted.size > 0 ? this.#held : []) {
      if (other === owner) continue
      for (const address of held.values()) if (deleted.has(address.interface)) steps.push({ verb: 'add', address })
    }
    this.#run(steps)
  }

  async removeLeftOver(addresses: readonly VirtualAddress[]): Promise<readonly VirtualAddress[]> {
    // Nobody is asked what is there: with many instances each would read the addresses of all.
    const done = this.#run(addresses.map(address => ({ verb: 'delete', address: canonical(address) })))
    return done.map(({ address }) => address)
  }

  rehearse(addresses: readonly VirtualAddress[]): void {
    this.#rehearsing = true
    this.apply(NOBODY, addresses).catch(() => {})
    this.#rehearsing = false
    this.#held.delete(NOBODY)
  }

  close(): void {
    this.#client.close()
  }

  /** The address as another owner holds it. */
  #holder(key: string): VirtualAddress | undefined {
    for (const held of this.#held.values()) {
      const address = held.get(key)
      if (address !== undefined) return address
    }
    return undefined
  }

  /**
   * Sends all steps; throws the first refusal that is not the state we wanted anyway, after all were tried.
   * @returns those that changed something
   */
  #run(steps: readonly Step[]): readonly Step[] {
    const sent: Step[] = []
    const requests: NetlinkRequest[] = []
    let failure: unknown
    for (const step of steps) {
      // As last heard: a takeover must not wait for a look-up that first reads all pending news of the kernel.
      const name = step.address.interface
      const link = this.#links.known(name) ?? this.#links.get(name)
      if (link !== undefined) {
        sent.push(step)
        requests.push(this.#rehearsing ? noOperation(step, link.index) : request(step, link.index))
      } else if (step.verb === 'add') {
        failure ??= systemError(describe(step), ERRNO.ENODEV, { code: 'ERR_INTERFACE' })
      }
    }
    const results = this.#client.transact(requests)
    sent.forEach((step, i) => {
      const refusal = results[i]
      if (refusal !== undefined && !isDone(step, refusal)) failure ??= refusalError(describe(step), refusal)
    })
    if (failure !== undefined) throw failure
    return sent.filter((_, i) => results[i] === undefined)
  }
}

function request({ verb, address }: Step, index: number): NetlinkRequest {
  const body = addressBody(address, index)
  return verb === 'add'
    ? { type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, body }
    : { type: RTM_DELADDR, flags: 0, body }
}

/**
 * The real request, but for its type: a no-op is acknowledged without the lock that every change of an interface, in any
 * namespace of the machine, holds; to wait for that was seen to delay a takeover by half a second.
 */
function noOperation(step: Step, index: number): NetlinkRequest {
  return { ...request(step, index), type: NLMSG_NOOP, flags: 0 }
}

/** There already, or gone already (with its interface, too). */
function isDone({ verb }: Step, { errno }: Refusal): boolean {
  return verb === 'add' ? errno === ERRNO.EEXIST : errno === ERRNO.EADDRNOTAVAIL || errno === ERRNO.ENODEV
}

function describe({ verb, address }: Step): string {
  return `ip address ${verb} ${address.address}/${address.prefixLength} dev ${address.interface}`
}

function sameAttributes(a: VirtualAddress, b: VirtualAddress): boolean {
  return (
    a.scope === b.scope &&
    a.label === b.label &&
    a.broadcast === b.broadcast &&
    a.peer === b.peer &&
    a.preferredLifetime === b.preferredLifetime &&
    a.flags?.join() === b.flags?.join()
  )
}
