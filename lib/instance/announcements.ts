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
import { planExtraAnnouncements } from './extra-announcements.ts'
import type { Announcer, LinkWatch, VirtualAddress } from './ports.ts'
import type { AnnouncementTiming, InstanceSpecification } from './specification.ts'

const PAST = milliseconds(0)

/** Where the gaps end, by group: all instances that send through one announcer share them. */
const GAPS = new WeakMap<Announcer, Map<string, Milliseconds>>()

/** A frame, good for as long as the interface has this address. */
interface PreparedFrame {
  readonly mac: string
  readonly bytes: Uint8Array
}

/** The announcements of one instance. */
export class Announcements {
  #specification: InstanceSpecification
  readonly #gaps: Map<string, Milliseconds>
  readonly #announcer: Announcer
  readonly #links: LinkWatch
  readonly #emit: (event: InstanceEvent) => void
  #addresses: ReadonlyMap<string, VirtualAddress>
  readonly #frames = new Map<string, PreparedFrame>()
  #plan: AnnouncementPlan | undefined
  /** What is still to be sent of bursts that an earlier configuration began, and for addresses that it added. */
  #others: readonly AnnouncementPlan[] = []
  /** Those on interfaces that adverts do not leave from. */
  #extra: AnnouncementPlan | undefined
  #failures = 0

  constructor(
    specification: InstanceSpecification,
    ports: { readonly announcer: Announcer; readonly links: LinkWatch },
    emit: (event: InstanceEvent) => void,
  ) {
    this.#specification = specification
    this.#announcer = ports.announcer
    this.#gaps = GAPS.get(ports.announcer) ?? new Map()
    GAPS.set(ports.announcer, this.#gaps)
    this.#links = ports.links
    this.#emit = emit
    this.#addresses = addressesOf(specification)
  }

  /**
   * Takes another specification. Bursts under way go on for the addresses that stay, new addresses get one of their own,
   * refreshes go on for all.
   * @param active - whether the addresses are held now
   */
  reconfigure(specification: InstanceSpecification, active: boolean, now: Milliseconds): void {
    const [timing, plan, known] = [specification.announcements, this.#plan, this.#addresses]
    const refreshAt = timing.refresh === this.#timing.refresh ? plan?.refreshAt : undefined
    this.#specification = specification
    this.#addresses = addressesOf(specification)
    if (!active) return
    const extra = planExtraAnnouncements(specification, now)
    const samePace = extra !== undefined && this.#extra?.timing.refresh === extra.timing.refresh
    this.#extra = samePace ? { ...extra, refreshAt: this.#extra?.refreshAt } : extra
    const all = [...this.#addresses.keys()]
    const moved = (address: string) => known.get(address)?.interface !== this.#addresses.get(address)?.interface
    const freeAt = plan?.freeAt ?? now
    const still = { ...timing, repeat: 0 }
    // Nothing is repeated for what stays: only its refreshes are planned anew.
    const quiet = startPlan(still, 'takeover', all, now)
    this.#plan = {
      ...quiet,
      timing,
      freeAt,
      refreshAt: quiet.refreshAt === undefined ? undefined : (refreshAt ?? quiet.refreshAt),
    }
    if (plan !== undefined) this.#others = [...this.#others, { ...plan, refreshAt: undefined }]
    this.prepare()
    const added = startPlan({ ...timing, refreshRepeat: 0 }, 'takeover', all.filter(moved), now)
    this.#others = [...this.#others, { ...added, freeAt }]
    this.sendDue(now)
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
    if (cause === 'takeover') {
      this.#others = []
      this.#extra = planExtraAnnouncements(this.#specification, now)
    }
    this.#plan = this.#planFor(cause, now)
    this.sendDue(now)
  }

  #planFor(cause: PlanCause, now: Milliseconds): AnnouncementPlan {
    const running = cause === 'takeover' ? undefined : this.#plan
    return startPlan(this.#timing, cause, [...this.#addresses.keys()], now, running)
  }

  /** Forgets all that is still to come. */
  cancel(): void {
    this.#plan = undefined
    this.#others = []
    this.#extra = undefined
  }

  /** When the next frame is due. */
  nextAt(): Milliseconds | undefined {
    let next = this.#soonest(this.#plan, undefined)
    for (const plan of this.#others) next = this.#soonest(plan, next)
    return this.#soonest(this.#extra, next)
  }

  #soonest(plan: AnnouncementPlan | undefined, next: Milliseconds | undefined): Milliseconds | undefined {
    const at = plan === undefined ? undefined : nextFrameAt(this.#paced(plan))
    return at !== undefined && (next === undefined || at < next) ? at : next
  }

  /** Sends what is due by now. */
  sendDue(now: Milliseconds): void {
    if (this.#others.length > 0) {
      this.#others = this.#others
        .map(plan => this.#sendFrames(plan, now))
        .filter(plan => nextFrameAt(plan) !== undefined)
    }
    if (this.#plan !== undefined) this.#plan = this.#sendFrames(this.#plan, now)
    if (this.#extra !== undefined) this.#extra = this.#sendFrames(this.#extra, now)
  }

  /** Sends what is due of one plan. Returns what is left of it. */
  #sendFrames(from: AnnouncementPlan, now: Milliseconds): AnnouncementPlan {
    const { frames, plan } = dueFrames(this.#paced(from), now)
    if (plan.timing.gap > 0 && frames.length > 0) this.#gaps.set(this.#gapGroup, plan.freeAt)
    for (const { address, cause } of frames) {
      const held = this.#addresses.get(address)
      if (held === undefined) continue
      this.#send(held)
      this.#emit({ type: 'announced', address, interface: held.interface, cause })
    }
    return plan
  }

  /** The plan, with the gap that another instance, or another plan of ours, has begun. */
  #paced(plan: AnnouncementPlan): AnnouncementPlan {
    if (plan.timing.gap === 0) return plan
    const freeAt = this.#gaps.get(this.#gapGroup)
    return freeAt !== undefined && freeAt > plan.freeAt ? { ...plan, freeAt } : plan
  }

  get #timing(): AnnouncementTiming {
    return this.#specification.announcements
  }

  get #gapGroup(): string {
    return this.#timing.gapGroup ?? this.#specification.interface
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

function addressesOf({ addresses, excludedAddresses }: InstanceSpecification): ReadonlyMap<string, VirtualAddress> {
  return new Map([...addresses, ...excludedAddresses].map(address => [address.address, address]))
}
