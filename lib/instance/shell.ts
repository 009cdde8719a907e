/**
 * The shell around the pure machine: feeds it what happens, does what it asks for, and holds its one timer.
 * bytes -> Receiver -> step -> actions -> Transport, AddressManager, Announcer.
 */
import { messageOf } from '../errors.ts'
import { type MachineAction, type MachineEvent, reconfigure, type Step } from '../machine/index.ts'
import type { IpEnvelope } from '../net/index.ts'
import type { Acceptance } from '../packet/index.ts'
import type { Clock } from '../time/index.ts'
import { ADVERT_SLACK, Alarm, earlier } from './alarm.ts'
import { Course, type Membership } from './course.ts'
import { Equipment } from './equipment.ts'
import type { Fault, InstanceEvent } from './event.ts'
import { FaultSet } from './fault-set.ts'
import { InstanceHistory } from './history.ts'
import { sameAdverts } from './identity.ts'
import { isLinkFault } from './link-faults.ts'
import { Occasions } from './occasion.ts'
import type { Ports } from './ports.ts'
import { type InstanceSnapshot, takeSnapshot } from './snapshot.ts'
import type { InstanceSpecification } from './specification.ts'
import type { TrackerReport } from './tracker-verdicts.ts'

/** What the shell tells its owner. */
export interface ShellHooks {
  /** Called after all work of an occasion is done, in order. It may call the shell back. */
  emit(event: InstanceEvent): void
  /** Member of a sync group: it wants to become active, or no longer does. */
  wish?(active: boolean): void
  /** Events of adverts that only repeat themselves are not wanted. */
  readonly quiet?: boolean
}

/** One running virtual router. */
export class InstanceShell {
  readonly #clock: Clock
  readonly #ports: Ports
  readonly #hooks: ShellHooks
  readonly #occasions: Occasions
  readonly #alarm: Alarm
  readonly #equipment: Equipment
  /** Goes through a takeover and a stop without consequences, so that the code is warm when they come. */
  readonly rehearse: () => void
  /** Replay memory: what must not be accepted again. */
  readonly numbers: Pick<Equipment, 'memory' | 'remember'>
  readonly #faults = new FaultSet()
  readonly #history: InstanceHistory
  readonly #course: Course
  readonly #advertiseAgain = (course: Course) => this.#equipment.advertiseAgain(course)
  readonly #hearAgain = (verdict: Acceptance) => this.#equipment.hearAgain(verdict, this.#course)
  #unsubscribe: () => void = () => {}
  #running = false

  /** @param grouped - member of a sync group: tells `hooks.wish` instead of taking over by itself */
  constructor(specification: InstanceSpecification, clock: Clock, ports: Ports, hooks: ShellHooks, grouped = false) {
    this.#clock = clock
    this.#ports = ports
    this.#hooks = hooks
    this.#course = new Course({ ...specification, grouped })
    this.#history = new InstanceHistory(clock)
    const settle = () => this.#setAlarm()
    this.#occasions = new Occasions(event => hooks.emit(event), settle)
    this.rehearse = () => this.#equipment.rehearse((...cast) => new InstanceShell(...cast))
    this.#alarm = new Alarm(clock, () => this.#wake(), this.rehearse)
    this.#equipment = new Equipment(specification, clock, ports, this.#history, {
      hear: (message, ip, age) => this.#receive(message, ip, age),
      note: event => this.#occasions.run(() => this.#occasions.note(event)),
      fault: fault => this.addFault(fault),
      clear: fault => this.clearFault(fault),
    })
    this.numbers = this.#equipment
  }

  /** What it was last told to be. */
  get specification(): InstanceSpecification {
    return this.#equipment.specification
  }

  /** Member of a sync group. */
  get grouped(): boolean {
    return this.#course.router.grouped
  }

  /** What it has to say as the member of a sync group. */
  get membership(): Membership {
    return this.#course.membership
  }

  /** An error came out of its own work: it must not be trusted any more. */
  get broken(): boolean {
    return this.#occasions.broken
  }

  /** The faults now. */
  get faults(): readonly Fault[] {
    return this.#faults.list()
  }

  /** Removes what an earlier run left on the interfaces, and begins if there is no fault. */
  start(): void {
    if (this.#running) return
    this.#running = true
    this.#unsubscribe = this.#ports.links.subscribe(name => {
      if (this.#equipment.interfaces.has(name)) this.#occasions.run(() => this.#checkLinks())
    })
    void this.#equipment.held.removeLeftOver()
    this.#occasions.run(() => {
      for (const fault of this.#equipment.faults()) this.#noteFault(fault)
      this.#begin()
    })
  }

  /**
   * Takes another specification of the same identity (interface, family, vrid, version) without leaving
   * the state: addresses are moved by their difference, the new ones announced, and other adverts sent at once.
   */
  reconfigure(specification: InstanceSpecification, grouped: boolean): void {
    const [old, before] = [this.specification, this.#course.router]
    this.#course.router = { ...specification, grouped }
    this.#equipment.refit(specification)
    if (!this.#running) return
    this.#occasions.run(() => {
      if (this.#course.at !== 'initialize') this.#open()
      const priority = this.#equipment.trackers.effectivePriority(specification.priority)
      const change = { before, after: this.#course.router, priority, advertise: !sameAdverts(old, specification) }
      this.#carryOut(reconfigure(change, this.#course.state, this.#clock.now()))
      this.#equipment.moveAddresses(this.#course.at === 'active')
      const faults = this.#equipment.faults()
      this.#changeFaults(faults, this.#equipment.endedBy(this.#faults.without(faults)))
      this.#begin()
    })
  }

  /** Resigns if active and takes the addresses away. Resolves when the kernel says they are gone. */
  async stop(): Promise<void> {
    if (this.#running) this.#occasions.run(() => this.#feed({ type: 'shutdown', cause: 'stop' }))
    this.close()
    await this.#equipment.settled()
  }

  /** Drops everything at once and silently, as a crash would: nothing is sent, addresses stay. */
  close(): void {
    this.#running = false
    this.#unsubscribe()
    this.#equipment.close()
    this.#alarm.set(undefined)
  }

  /** A new base priority, 1-254. An owner keeps its own. @throws RangeError */
  setPriority(priority: number): void {
    if (!Number.isInteger(priority) || priority < 1 || priority > 254)
      throw new RangeError(`priority: a whole number from 1 to 254 is needed, not ${priority}`)
    if (this.#course.router.priority === 255) return
    this.#course.router = { ...this.#course.router, priority }
    this.#occasions.run(() => this.#applyTrackers())
  }

  /** A tracked thing's verdict. Does nothing where the instance does not track it. */
  setTracker(report: TrackerReport): void {
    if (this.#equipment.trackers.set(report)) this.#occasions.run(() => this.#applyTrackers())
  }

  /** Holds the instance in initialize. */
  addFault(fault: Fault): void {
    this.#occasions.run(() => this.#changeFaults([fault], []))
  }

  /** Takes a fault back. With the last one gone the instance begins again. */
  clearFault(fault: Fault): void {
    this.#occasions.run(() => this.#changeFaults([], [fault]))
  }

  /** The sync group's word. */
  obey(order: 'takeover' | 'yield'): void {
    this.#occasions.run(() => this.#feed({ type: order }))
  }

  /** Announces the addresses again, if active: another member of the sync group heard a losing advert. */
  announce(): void {
    if (this.#course.at !== 'active') return
    this.#occasions.run(() => this.#equipment.announcements.start('lower-priority-advertisement', this.#clock.now()))
  }

  /** What it is and knows now. */
  snapshot(): InstanceSnapshot {
    const { specification, faults } = this
    const { router, state: machine } = this.#course
    const now = { trackers: this.#equipment.trackers.list(), source: this.#equipment.source }
    return takeSnapshot({ specification, router, machine, faults, ...now }, this.#history)
  }

  #setAlarm(): void {
    const next = earlier(this.#course.deadline, this.#equipment.announcements.nextAt())
    this.#alarm.set(this.#running ? next : undefined, this.#course.at === 'active' ? ADVERT_SLACK : undefined)
  }

  #wake(): void {
    if (this.#hooks.quiet === true && this.#occasions.attempt(this.#advertiseAgain, this.#course))
      return this.#setAlarm()
    this.#occasions.run(() => {
      this.#feed({ type: 'timer' })
      this.#equipment.announcements.sendDue(this.#clock.now())
    })
  }

  #receive(message: Uint8Array, ip: IpEnvelope, age = 0): void {
    // RFC 9568 §6.4.1: nothing is heard in initialize.
    const verdict = this.#course.at === 'initialize' ? undefined : this.#equipment.judge(message, ip, age)
    if (verdict === undefined) return
    if (this.#hooks.quiet === true && this.#occasions.attempt(this.#hearAgain, verdict)) return this.#setAlarm()
    this.#occasions.run(() => {
      const heard = this.#equipment.hear(verdict, ip)
      if (heard !== undefined) this.#carryOut(this.#course.step(heard, this.#equipment.heardAt))
    })
  }

  #feed(event: MachineEvent): void {
    this.#carryOut(this.#course.step(event, this.#clock.now()))
  }

  #carryOut({ state, actions }: Step): void {
    this.#course.state = state
    // Told first, though done last: listeners run after all actions anyway, and so hear the cause before its effects.
    const last = actions.at(-1)
    if (last?.type === 'transition') this.#occasions.note(this.#history.transition(last, state.priority))
    for (const action of actions) this.#perform(action)
  }

  #perform(action: MachineAction): void {
    switch (action.type) {
      case 'send-advertisement':
        return this.#equipment.advertise(action.priority)
      case 'set-addresses':
        return this.#equipment.setAddresses(action.present)
      case 'announce':
        return this.#equipment.announcements.start(action.cause, this.#clock.now())
      case 'cancel-announcements':
        return this.#equipment.announcements.cancel()
      case 'want-active':
      case 'want-backup':
        return this.#hooks.wish?.(action.type === 'want-active')
      case 'notice':
        return this.#occasions.note(this.#history.notice(action.notice))
      case 'transition':
        return
    }
  }

  #applyTrackers(): void {
    const failing = this.#equipment.trackers.faults()
    const gone = this.#faults.without(failing).filter(fault => this.#equipment.trackers.knows(fault))
    this.#feed({ type: 'priority', priority: this.#equipment.trackers.effectivePriority(this.#course.router.priority) })
    this.#changeFaults(failing, gone)
    this.#begin() // the first result of a script may be what it waited for
  }

  #checkLinks(): void {
    const now = this.#equipment.linkFaults()
    const others = this.#faults.without(now)
    const gone = others.filter(isLinkFault)
    // What the kernel refused on an interface that went away may work on the one that came back.
    const refused = others.filter(({ type }) => type === 'addresses' || type === 'transport')
    this.#changeFaults(now, gone.length > 0 ? [...gone, ...refused] : [])
    if (this.#faults.size > 0) return
    this.#open()
    this.#equipment.held.check()
  }

  #changeFaults(added: readonly Fault[], removed: readonly Fault[]): void {
    if (!this.#running) return
    const before = this.#faults.size
    for (const fault of added) this.#noteFault(fault)
    if (before === 0 && this.#faults.size > 0) this.#feed({ type: 'shutdown', cause: 'fault' })
    for (const fault of removed) {
      if (!this.#faults.delete(fault)) continue
      this.#occasions.note({ type: 'fault-cleared', fault, count: this.#faults.size })
    }
    if (before > 0) this.#begin()
  }

  #noteFault(fault: Fault): void {
    if (this.#faults.add(fault)) this.#occasions.note({ type: 'fault', fault, count: this.#faults.size })
  }

  #begin(): void {
    if (!this.#running || this.#course.at !== 'initialize') return
    if (this.#faults.size > 0 || this.#equipment.trackers.pending) return
    this.#open()
    if (this.#faults.size === 0) this.#feed({ type: 'startup' })
  }

  #open(): void {
    try {
      this.#equipment.open()
    } catch (error) {
      this.#changeFaults([{ type: 'transport', message: messageOf(error) }], [])
    }
  }
}
