/**
 * Carries out the plan of announcements: builds each frame that is due and hands it to the announcer. RFC 9568 §6.4.2 (105), (110).
 */
import { messageOf } from '../errors.ts'
import {
  type AnnouncementPlan,
  dueFrames,
  gratuitousArp,
  nextFrameAt,
  type PlanCause,
  startPlan,
  unsolicitedNeighborAdvertisement,
} from '../garp/index.ts'
import { type Milliseconds, milliseconds } from '../time/index.ts'
import type { InstanceEvent } from './event.ts'
import type { Announcer, LinkWatch, VirtualAddress } from './ports.ts'
import type { InstanceSpecification } from './specification.ts'

const PAST = milliseconds(0)

/** A frame, good for as long as the interface has this address. */
interface PreparedFrame {
  readonly mac: string
  readonly bytes: Uint8Array
}

/** The announcements of one instance. */
export class Announcements {
  readonly #specification: InstanceSpecification
  readonly #announcer: Announcer
  readonly #links: LinkWatch
  readonly #emit: (event: InstanceEvent) => void
  readonly #addresses: ReadonlyMap<string, VirtualAddress>
  readonly #frames = new Map<string, PreparedFrame>()
  #plan: AnnouncementPlan | undefined
  #failures = 0

  constructor(
    specification: InstanceSpecification,
    ports: { readonly announcer: Announcer; readonly links: LinkWatch },
    emit: (event: InstanceEvent) => void,
  ) {
    this.#specification = specification
    this.#announcer = ports.announcer
    this.#links = ports.links
    this.#emit = emit
    const held = [...specification.addresses, ...specification.excludedAddresses]
    this.#addresses = new Map(held.map(address => [address.address, address]))
  }

  /** Builds the frames for the interfaces as they are now, so that a takeover only sends. */
  prepare(): void {
    for (const { address, interface: name } of this.#addresses.values()) {
      const mac = this.#links.get(name)?.mac
      if (mac === undefined || this.#frames.get(address)?.mac === mac) continue
      const bytes = address.includes(':')
        ? unsolicitedNeighborAdvertisement({ mac, address, router: true })
        : gratuitousArp({ mac, address })
      this.#frames.set(address, { mac, bytes })
    }
    // Planned once for nothing: code is compiled when it first runs, and a takeover must not wait for that.
    dueFrames(this.#planFor('takeover', PAST), PAST)
  }

  /** Starts a burst, and sends what is due at once. A takeover begins anew, a losing advert adds to what is under way. */
  start(cause: PlanCause, now: Milliseconds): void {
    this.#plan = this.#planFor(cause, now)
    this.sendDue(now)
  }

  #planFor(cause: PlanCause, now: Milliseconds): AnnouncementPlan {
    const running = cause === 'takeover' ? undefined : this.#plan
    return startPlan(this.#specification.announcements, cause, [...this.#addresses.keys()], now, running)
  }

  /** Forgets all that is still to come. */
  cancel(): void {
    this.#plan = undefined
  }

  /** When the next frame is due. */
  nextAt(): Milliseconds | undefined {
    return this.#plan === undefined ? undefined : nextFrameAt(this.#plan)
  }

  /** Sends what is due by now. */
  sendDue(now: Milliseconds): void {
    if (this.#plan === undefined) return
    const { frames, plan } = dueFrames(this.#plan, now)
    this.#plan = plan
    for (const { address, cause } of frames) {
      const held = this.#addresses.get(address)
      if (held === undefined) continue
      this.#send(held)
      this.#emit({ type: 'announced', address, interface: held.interface, cause })
    }
  }

  #send({ address, interface: name }: VirtualAddress): void {
    try {
      const frame = this.#frames.get(address)
      if (frame === undefined) throw new Error(`interface ${name} has no Ethernet address`)
      this.#announcer.send(frame.bytes, name)
      this.#failures = 0
    } catch (error) {
      this.#failures++
      const message = messageOf(error)
      this.#emit({ type: 'send-failed', what: 'announcement', message, count: this.#failures })
    }
  }
}
