/**
 * What one virtual router works with, all of it made from its specification: ear, mouth, addresses, announcements,
 * trackers. It can be fitted to another specification while the router runs.
 */
import { messageOf } from '../errors.ts'
import type { MachineEvent } from '../machine/index.ts'
import type { IpEnvelope } from '../net/index.ts'
import type { Acceptance, ReplayMemory } from '../packet/index.ts'
import { type Clock, type Milliseconds, milliseconds } from '../time/index.ts'
import { Advertiser } from './advertiser.ts'
import { Announcements } from './announcements.ts'
import type { Course } from './course.ts'
import type { Fault, InstanceEvent } from './event.ts'
import { HeldAddresses, withoutAddresses } from './held-addresses.ts'
import type { InstanceHistory } from './history.ts'
import { interfacesOf, isLinkFault, linkFaults } from './link-faults.ts'
import { Listener } from './listener.ts'
import type { PacketListener, Ports } from './ports.ts'
import { RefusalGate } from './refusal-gate.ts'
import { type Cast, rehearse } from './rehearsal.ts'
import type { InstanceSpecification } from './specification.ts'
import { TrackerVerdicts } from './tracker-verdicts.ts'
import { VirtualInterfaces } from './virtual-interfaces.ts'

/** What the equipment tells. */
export interface EquipmentHooks {
  readonly hear: PacketListener
  note(event: InstanceEvent): void
  /** The kernel refused an address, or somebody takes them away. */
  fault(fault: Fault): void
  /** The end of such a fault. */
  clear(fault: Fault): void
}

/** The equipment of one instance. */
export class Equipment {
  readonly announcements: Announcements
  readonly held: HeldAddresses
  readonly #listener: Listener
  readonly #virtual: VirtualInterfaces
  readonly #clock: Clock
  readonly #ports: Ports
  readonly #history: InstanceHistory
  readonly #note: EquipmentHooks['note']
  readonly #refusals = new RefusalGate()
  /** An advert was refused since one was accepted: that the next is accepted is worth telling. */
  #suspicious = false
  #heardAt = milliseconds(0)
  #specification: InstanceSpecification
  #advertiser: Advertiser
  #trackers: TrackerVerdicts
  #interfaces: ReadonlySet<string>

  constructor(
    specification: InstanceSpecification,
    clock: Clock,
    ports: Ports,
    history: InstanceHistory,
    hooks: EquipmentHooks,
  ) {
    const refused = (error: unknown) => this.#refused(error)
    const sent = () => this.#advertiser.sequence
    this.#listener = new Listener(specification, ports.transport, { hear: hooks.hear, refused, sent })
    this.#history = history
    this.announcements = new Announcements(specification, ports, event => hooks.note(event))
    this.#virtual = new VirtualInterfaces(specification, ports, event => hooks.note(event))
    this.held = new HeldAddresses(specification, ports, clock, {
      fault: fault => hooks.fault(fault),
      clear: fault => hooks.clear(fault),
      note: event => hooks.note(event),
      restored: () => this.announcements.start('takeover', clock.now()),
    })
    this.#clock = clock
    this.#ports = ports
    this.#note = event => hooks.note(event)
    this.#specification = specification
    this.#advertiser = new Advertiser(specification, this.#listener.association)
    this.#trackers = new TrackerVerdicts(specification.trackers)
    this.#interfaces = interfacesOf(specification)
  }

  get specification(): InstanceSpecification {
    return this.#specification
  }

  /** The address that adverts leave from, while the channel is open. */
  get source(): string | undefined {
    return this.#listener.source
  }

  /** When the message arrived that was judged last: deadlines count from then, not from when somebody had time for it. */
  get heardAt(): Milliseconds {
    return this.#heardAt
  }

  get trackers(): TrackerVerdicts {
    return this.#trackers
  }

  /** What it must not accept again, and has sent; undefined where authentication has no numbers. */
  get memory(): ReplayMemory | undefined {
    const heard = this.#listener.memory
    const sent = this.#advertiser.sequence
    return heard === undefined || sent === undefined ? heard : { ...heard, sent }
  }

  /** Does not accept again what an earlier run accepted, and goes on from what it sent. */
  remember(memory: ReplayMemory): void {
    this.#listener.remember(memory)
    if (memory.scheme === 'hmac' && memory.sent !== undefined) this.#advertiser.resume(memory.sent)
  }

  /** Every interface that it stands on. */
  get interfaces(): ReadonlySet<string> {
    return this.#interfaces
  }

  /** The faults that the interfaces are now, once virtual ones that are missing are made. */
  linkFaults(): readonly Fault[] {
    if (this.#virtual.ensure()) this.held.renew()
    return linkFaults(this.#specification, this.#ports.links)
  }

  /** The faults that interfaces and trackers are now. */
  faults(): readonly Fault[] {
    return [...this.linkFaults(), ...this.#trackers.faults()]
  }

  /** Which of these faults a new configuration may have ended. Those of sync groups and of programs it cannot know. */
  endedBy(faults: readonly Fault[]): readonly Fault[] {
    return faults.filter(fault => {
      if (fault.type === 'tracker') return fault.kind !== 'program' || this.#trackers.knows(fault)
      return isLinkFault(fault) || fault.type === 'addresses' || fault.type === 'transport'
    })
  }

  /** Opens the channel and makes everything beforehand, so that a takeover only sends. @throws what Transport.open throws */
  open(): void {
    const opened = this.#listener.open(this.#ports.links.get(this.#specification.interface))
    if (opened && this.#listener.isOwnPeer) this.#note({ type: 'own-peer', address: this.#listener.source ?? '' })
    this.#advertiser.prepare(this.#listener.source)
    this.announcements.prepare()
  }

  /** Lets a stand-in take over and stop, with this equipment and without consequences. Does nothing while no channel is open. */
  rehearse(cast: Cast): void {
    const { openChannel: channel } = this.#listener
    const { specification } = this
    if (channel !== undefined) rehearse({ specification, channel, ports: this.#ports, now: this.#clock.now() }, cast)
  }

  /** Closes the channel and forgets announcements that are still to come. */
  close(): void {
    this.announcements.cancel()
    this.held.close()
    this.#listener.close()
  }

  /** Takes virtual interfaces away. Resolves when they and the addresses are gone. */
  async settled(): Promise<void> {
    const removed = this.#virtual.remove()
    await this.held.settled()
    await removed
  }

  /** Sends one advert, and tells how that went; of success only when not `quiet`. */
  advertise(priority: number, quiet = false): void {
    try {
      this.#advertiser.send(this.#listener.channel, priority, this.#clock.wallTime())
      this.#history.sent(priority)
      if (!quiet) this.#note({ type: 'advertisement-sent', priority })
    } catch (error) {
      this.#sendFailed(error)
    }
  }

  /** An advert that counted as sent left in a batch, and the kernel did not take it. */
  #refused(error: unknown): void {
    this.#history.unsent()
    this.#sendFailed(error)
  }

  #sendFailed(error: unknown): void {
    const count = this.#history.sendFailed()
    this.#note({ type: 'send-failed', what: 'advertisement', message: messageOf(error), count })
  }

  /** Runs the receive checks on a message, and counts a refusal. Undefined when nothing is to be told of it. */
  judge(message: Uint8Array, ip: IpEnvelope, age: number): Acceptance | undefined {
    this.#heardAt = milliseconds(this.#clock.now() - age)
    const verdict = this.#listener.accept(message, ip, this.#clock.wallTime())
    if (verdict.accepted) return verdict
    this.#suspicious = true
    this.#history.refused(verdict.reason)
    return this.#refusals.admit(this.#clock.now()) ? verdict : undefined
  }

  /**
   * Sends the advert of the steady state, like the last and nothing to be told of it.
   * @returns false, and does nothing, when that is not all there is to do
   */
  advertiseAgain(course: Course): boolean {
    const now = this.#clock.now()
    const next = this.announcements.nextAt()
    if (this.#history.failing || (next !== undefined && now >= next) || !course.advertisesAgain(now)) return false
    this.advertise(course.priority, true)
    return true
  }

  /**
   * Takes note of an advert of the steady state, like the last and nothing to be told of it.
   * @returns false, and does nothing, when there is more to it
   */
  hearAgain(verdict: Acceptance, course: Course): boolean {
    if (!verdict.accepted || verdict.warnings.length > 0 || this.#suspicious) return false
    if (!course.hearsAgain(verdict.advertisement, this.#heardAt)) return false
    this.#history.heard(verdict.advertisement, verdict.checksumForm, verdict.warnings)
    return true
  }

  /** Tells of what the checks found. Returns what the machine is to hear. */
  hear(verdict: Acceptance, ip: IpEnvelope): MachineEvent | undefined {
    if (!verdict.accepted) {
      const { reason, message: text } = verdict
      const untold = this.#refusals.takeUntold()
      const more = untold > 0 ? { untold } : {}
      this.#note({ type: 'advertisement-refused', source: ip.source, reason, message: text, ...more })
      return undefined
    }
    this.#suspicious = false
    const { checksumForm, advertisement } = verdict
    const { priority, interval, source } = advertisement
    this.#history.heard(advertisement, checksumForm, verdict.warnings)
    for (const { message: text } of this.#history.freshWarnings(source, verdict.warnings)) {
      this.#note({ type: 'advertisement-questioned', source, message: text })
    }
    this.#note({ type: 'advertisement-received', source, priority, checksumForm })
    const { ownerIgnoresAdverts, priority: own } = this.#specification
    if (ownerIgnoresAdverts === true && own === 255) return undefined
    return { type: 'advertisement', priority, interval, source, localAddress: this.source ?? source }
  }

  /** Puts the addresses on or off. */
  setAddresses(present: boolean): void {
    if (!this.held.set(present)) return
    this.#note({ type: 'addresses', present, addresses: this.held.addresses })
  }

  /** Takes another specification; nothing is sent and no address moved before {@link moveAddresses}. */
  refit(specification: InstanceSpecification): void {
    this.#specification = specification
    this.#virtual.replace(specification)
    this.#listener.reconfigure(specification)
    this.#advertiser = new Advertiser(specification, this.#listener.association, this.#advertiser)
    this.#trackers = new TrackerVerdicts(specification.trackers, this.#trackers)
    this.#interfaces = interfacesOf(specification)
  }

  /** Holds and announces the addresses of the new specification instead of the old ones. */
  moveAddresses(active: boolean): void {
    const { addresses, excludedAddresses } = this.#specification
    const [old, next] = [this.held.addresses, [...addresses, ...excludedAddresses]]
    const [added, removed] = [withoutAddresses(next, old), withoutAddresses(old, next)]
    this.#virtual.ensure()
    this.held.replace(this.#specification)
    if (active && removed.length > 0) this.#note({ type: 'addresses', present: false, addresses: removed })
    if (active && added.length > 0) this.#note({ type: 'addresses', present: true, addresses: added })
    this.announcements.reconfigure(this.#specification, active, this.#clock.now())
  }
}
