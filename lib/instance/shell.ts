/**
 * The shell around the pure machine: feeds it what happens, does what it asks for, and holds its one timer.
 * bytes -> Receiver -> step -> actions -> Transport, AddressManager, Announcer.
 */
import { messageOf } from '../errors.ts'
import {
  initialState,
  type MachineAction,
  type MachineEvent,
  type MachineState,
  nextDeadline,
  step,
  type VirtualRouter,
} from '../machine/index.ts'
import type { IpEnvelope } from '../net/index.ts'
import type { Clock, Milliseconds } from '../time/index.ts'
import { Advertiser } from './advertiser.ts'
import { Alarm } from './alarm.ts'
import { Announcements } from './announcements.ts'
import type { Fault, InstanceEvent } from './event.ts'
import { FaultSet } from './fault-set.ts'
import { HeldAddresses } from './held-addresses.ts'
import { InstanceHistory } from './history.ts'
import { interfacesOf, isLinkFault, linkFaults } from './link-faults.ts'
import { Listener } from './listener.ts'
import { Occasions } from './occasion.ts'
import type { Ports } from './ports.ts'
import { type InstanceSnapshot, takeSnapshot } from './snapshot.ts'
import type { InstanceSpecification } from './specification.ts'
import { type TrackerReport, TrackerVerdicts } from './tracker-verdicts.ts'

/** What the shell tells its owner. */
export interface ShellHooks {
  /** Called after all work of an occasion is done, in order. It may call the shell back. */
  emit(event: InstanceEvent): void
  /** Member of a sync group: it wants to become active, or no longer does. */
  wish?(active: boolean): void
}

/** One running virtual router. */
export class InstanceShell {
  readonly specification: InstanceSpecification
  readonly #clock: Clock
  readonly #ports: Ports
  readonly #hooks: ShellHooks
  readonly #occasions: Occasions
  readonly #alarm: Alarm
  readonly #listener: Listener
  readonly #advertiser: Advertiser
  readonly #announcements: Announcements
  readonly #held: HeldAddresses
  readonly #trackers: TrackerVerdicts
  readonly #faults = new FaultSet()
  readonly #history: InstanceHistory
  #router: VirtualRouter
  #machine: MachineState
  #unsubscribe: () => void = () => {}
  #running = false

  /** @param grouped - member of a sync group: tells `hooks.wish` instead of taking over by itself */
  constructor(specification: InstanceSpecification, clock: Clock, ports: Ports, hooks: ShellHooks, grouped = false) {
    this.specification = specification
    this.#clock = clock
    this.#ports = ports
    this.#hooks = hooks
    this.#router = { ...specification, grouped }
    this.#machine = initialState(this.#router)
    this.#history = new InstanceHistory(clock)
    this.#occasions = new Occasions(
      event => hooks.emit(event),
      () => this.#setAlarm(),
    )
    this.#alarm = new Alarm(clock, () => this.#occasions.run(() => this.#timeOut()))
    this.#listener = new Listener(specification, ports.transport, (message, ip) => this.#receive(message, ip))
    this.#advertiser = new Advertiser(specification)
    this.#announcements = new Announcements(specification, ports, event => this.#occasions.note(event))
    this.#held = new HeldAddresses(specification, ports.addressManager, message => {
      this.addFault({ type: 'addresses', message })
    })
    this.#trackers = new TrackerVerdicts(specification.trackers)
  }

  /** The faults now. */
  get faults(): readonly Fault[] {
    return this.#faults.list()
  }

  /** Removes what an earlier run left on the interfaces, and begins if there is no fault. */
  start(): void {
    if (this.#running) return
    this.#running = true
    const interfaces = interfacesOf(this.specification)
    this.#unsubscribe = this.#ports.links.subscribe(name => {
      if (interfaces.has(name)) this.#occasions.run(() => this.#checkLinks())
    })
    this.#held.removeLeftOver().then(addresses => {
      if (addresses.length > 0)
        this.#occasions.run(() => this.#occasions.note({ type: 'left-over-removed', addresses }))
    })
    this.#occasions.run(() => {
      for (const fault of [...linkFaults(this.specification, this.#ports.links), ...this.#trackers.faults()]) {
        this.#noteFault(fault)
      }
      this.#begin()
    })
  }

  /** Resigns if active and takes the addresses away. Resolves when the kernel says they are gone. */
  async stop(): Promise<void> {
    if (this.#running) this.#occasions.run(() => this.#feed({ type: 'shutdown', cause: 'stop' }))
    this.close()
    await this.#held.settled()
  }

  /** Drops everything at once and silently, as a crash would: nothing is sent, addresses stay. */
  close(): void {
    this.#running = false
    this.#announcements.cancel()
    this.#unsubscribe()
    this.#listener.close()
    this.#alarm.set(undefined)
  }

  /** A new base priority, 1-254. An owner keeps its own. @throws RangeError */
  setPriority(priority: number): void {
    if (!Number.isInteger(priority) || priority < 1 || priority > 254)
      throw new RangeError(`priority: a whole number from 1 to 254 is needed, not ${priority}`)
    if (this.#router.priority === 255) return
    this.#router = { ...this.#router, priority }
    this.#occasions.run(() => this.#applyTrackers())
  }

  /** A tracked thing's verdict. Does nothing where the instance does not track it. */
  setTracker(report: TrackerReport): void {
    if (this.#trackers.set(report)) this.#occasions.run(() => this.#applyTrackers())
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
    if (this.#machine.state !== 'active') return
    this.#occasions.run(() => this.#announcements.start('lower-priority-advertisement', this.#clock.now()))
  }

  /** What it is and knows now. */
  snapshot(): InstanceSnapshot {
    const { specification, faults } = this
    const now = { trackers: this.#trackers.list(), source: this.#listener.source }
    return takeSnapshot({ specification, router: this.#router, machine: this.#machine, faults, ...now }, this.#history)
  }

  #setAlarm(): void {
    const machine = nextDeadline(this.#machine)
    const frame = this.#announcements.nextAt()
    const next = machine === undefined || frame === undefined ? (machine ?? frame) : Math.min(machine, frame)
    this.#alarm.set(this.#running ? (next as Milliseconds | undefined) : undefined)
  }

  #timeOut(): void {
    this.#feed({ type: 'timer' })
    this.#announcements.sendDue(this.#clock.now())
  }

  #receive(message: Uint8Array, ip: IpEnvelope): void {
    // RFC 9568 §6.4.1: nothing is heard in initialize.
    if (this.#machine.state === 'initialize') return
    this.#occasions.run(() => {
      const verdict = this.#listener.accept(message, ip, this.#clock.wallTime())
      if (!verdict.accepted) {
        const { reason, message: text } = verdict
        this.#history.refused(reason)
        this.#occasions.note({ type: 'advertisement-refused', source: ip.source, reason, message: text })
        return
      }
      const { priority, interval, source } = verdict.advertisement
      const { checksumForm } = verdict
      this.#history.heard(verdict.advertisement, checksumForm, verdict.warnings)
      for (const { message: text } of this.#history.freshWarnings(source, verdict.warnings)) {
        this.#occasions.note({ type: 'advertisement-questioned', source, message: text })
      }
      this.#occasions.note({ type: 'advertisement-received', source, priority, checksumForm })
      const localAddress = this.#listener.source ?? source
      this.#feed({ type: 'advertisement', priority, interval, source, localAddress })
    })
  }

  #feed(event: MachineEvent): void {
    const { state, actions } = step(this.#router, this.#machine, event, this.#clock.now())
    this.#machine = state
    // Told first, though done last: listeners run after all actions anyway, and so hear the cause before its effects.
    const last = actions.at(-1)
    if (last?.type === 'transition') this.#occasions.note(this.#history.transition(last, state.priority))
    for (const action of actions) this.#perform(action)
  }

  #perform(action: MachineAction): void {
    switch (action.type) {
      case 'send-advertisement':
        return this.#advertise(action.priority)
      case 'set-addresses':
        return this.#setAddresses(action.present)
      case 'announce':
        return this.#announcements.start(action.cause, this.#clock.now())
      case 'cancel-announcements':
        return this.#announcements.cancel()
      case 'want-active':
        return this.#hooks.wish?.(true)
      case 'want-backup':
        return this.#hooks.wish?.(false)
      case 'notice':
        return this.#occasions.note({ type: 'notice', notice: action.notice })
      case 'transition':
        return
    }
  }

  #advertise(priority: number): void {
    try {
      this.#advertiser.send(this.#listener.channel, priority)
      this.#history.sent(priority)
      this.#occasions.note({ type: 'advertisement-sent', priority })
    } catch (error) {
      const count = this.#history.sendFailed()
      this.#occasions.note({ type: 'send-failed', what: 'advertisement', message: messageOf(error), count })
    }
  }

  #setAddresses(present: boolean): void {
    if (!this.#held.set(present)) return
    this.#occasions.note({ type: 'addresses', present, addresses: this.#held.addresses })
  }

  #applyTrackers(): void {
    const failing = this.#trackers.faults()
    const gone = this.#faults.without(failing).filter(fault => this.#trackers.knows(fault))
    this.#feed({ type: 'priority', priority: this.#trackers.effectivePriority(this.#router.priority) })
    this.#changeFaults(failing, gone)
    this.#begin() // the first result of a script may be what it waited for
  }

  #checkLinks(): void {
    const now = linkFaults(this.specification, this.#ports.links)
    const others = this.#faults.without(now)
    const gone = others.filter(isLinkFault)
    // What the kernel refused on an interface that went away may work on the one that came back.
    const refused = others.filter(({ type }) => type === 'addresses' || type === 'transport')
    this.#changeFaults(now, gone.length > 0 ? [...gone, ...refused] : [])
    if (this.#faults.size === 0) this.#open()
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
    if (!this.#running || this.#machine.state !== 'initialize') return
    if (this.#faults.size > 0 || this.#trackers.pending) return
    this.#open()
    if (this.#faults.size === 0) this.#feed({ type: 'startup' })
  }

  #open(): void {
    try {
      this.#listener.open(this.#ports.links.get(this.specification.interface))
      this.#advertiser.prepare(this.#listener.source)
      this.#announcements.prepare()
    } catch (error) {
      this.#changeFaults([{ type: 'transport', message: messageOf(error) }], [])
    }
  }
}
