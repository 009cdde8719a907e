/**
 * From the events of an engine to notifications, in keepalived's order: members of a sync group before their group, at
 * start behind it; an unchanged state is told once.
 */
import type { EngineEvent, NodeSpecification } from '../engine/index.ts'
import { describeFault } from '../instance/describe-fault.ts'
import { sameIdentity } from '../instance/identity.ts'
import type { Fault, InstanceSpecification, TransitionEvent } from '../instance/index.ts'
import type { Notification, Notifier, NotifyState } from '../notify/index.ts'
import type { Milliseconds } from '../time/index.ts'

interface Instance {
  readonly specification: InstanceSpecification
  readonly group: string | undefined
  readonly faults: Map<string, Fault>
  /** The state that the outside knows. */
  told: NotifyState | undefined
  priority: number
  /** Backup or active. */
  running: boolean
}

interface Group {
  readonly name: string
  readonly members: readonly string[]
  told: NotifyState | undefined
}

/** Tells a notifier what the engine's events mean. */
export class Notifications {
  readonly #notifier: Pick<Notifier, 'tell' | 'stop'>
  #instances = new Map<string, Instance>()
  #groups = new Map<string, Group>()
  /** What is to be told at the end of this turn of the event loop. */
  #pending: Notification[] = []

  constructor(notifier: Pick<Notifier, 'tell' | 'stop'>, specification: NodeSpecification) {
    this.#notifier = notifier
    this.configure(specification)
  }

  /**
   * Takes (other) instances and groups: call it before the notifier and the engine take theirs. What was told of those
   * that stay is kept; those that are gone are told as DELETED, which a notifier makes FAULT where nobody asked for that word.
   */
  configure({ instances, syncGroups }: NodeSpecification): void {
    const [oldInstances, oldGroups] = [this.#instances, this.#groups]
    const gone = new Set(oldInstances.values())
    this.#instances = new Map(
      instances.map(specification => {
        const { name, priority } = specification
        const group = syncGroups.find(({ members }) => members.includes(name))?.name
        const old = predecessorOf(specification, oldInstances)
        if (old !== undefined) gone.delete(old)
        const { faults = new Map(), told, priority: known = priority, running = false } = old ?? {}
        return [name, { specification, group, faults, told, priority: known, running }]
      }),
    )
    this.#groups = new Map(
      syncGroups.map(({ name, members }) => [name, { name, members, told: oldGroups.get(name)?.told }]),
    )
    for (const each of gone) {
      this.#tell({ ...about(each), state: 'DELETED', reason: 'shutdown', ...previousOf(each) })
    }
    this.#flush()
  }

  /** Takes an event of the engine. What follows from it is told when the engine is done. */
  hear(event: EngineEvent): void {
    const instance = this.#instances.get(event.instance)
    if (instance === undefined) return
    switch (event.type) {
      case 'transition':
        return this.#hearTransition(instance, event)
      case 'fault':
        instance.faults.set(JSON.stringify(event.fault), event.fault)
        // Of one that runs a transition follows, with its reason; one that cannot even start has none.
        if (!instance.running) this.#tellState(instance, 'FAULT', { reason: 'fault' })
        return
      case 'fault-cleared':
        instance.faults.delete(JSON.stringify(event.fault))
        return
      case 'notice':
        if (event.notice.type === 'lower-priority-advertisement') {
          this.#tell({ ...about(instance), state: 'MASTER_RX_LOWER_PRI', peer: event.notice.source })
        } else if (event.notice.type === 'priority-changed') {
          instance.priority = event.notice.to
          const word = instance.told
          if (word === 'MASTER' || word === 'BACKUP') this.#tell({ ...about(instance), state: `${word}_PRIORITY` })
        }
        return
    }
  }

  /** Tells of the end: every instance, then every group. Resolves when all is done, after `grace` at the latest. */
  stop(grace: Milliseconds): Promise<void> {
    this.#flush()
    const end = { state: 'STOP', reason: 'shutdown' } as const
    const instances = [...this.#instances.values()].map(each => ({ ...about(each), ...end, ...previousOf(each) }))
    const groups = [...this.#groups.values()].map(each => ({ ...aboutGroup(each), ...end, ...previousOf(each) }))
    return this.#notifier.stop([...instances, ...groups], grace)
  }

  #hearTransition(instance: Instance, { to, reason, priority, peer }: TransitionEvent): void {
    instance.priority = priority
    instance.running = to !== 'initialize'
    if (reason !== 'fault') instance.faults.clear()
    const cause = { reason, ...(peer !== undefined && { peer: peer.address }) }
    if (to === 'active') this.#tellState(instance, 'MASTER', cause)
    else if (to === 'backup') this.#tellState(instance, 'BACKUP', cause)
    else if (reason === 'fault') this.#tellState(instance, 'FAULT', cause)
    // Stopped, at the end or for a new configuration: the one is told by `stop`, the other by how it starts again.
  }

  #tellState(instance: Instance, state: NotifyState, cause: Pick<Notification, 'reason' | 'peer'>): void {
    if (instance.told === state) return
    const faults = [...instance.faults.values()].map(describeFault)
    const notification = { ...about(instance), state, ...cause, ...this.#previous(instance) }
    instance.told = state
    this.#tell(state === 'FAULT' ? { ...notification, faults } : notification)
    const group = instance.group === undefined ? undefined : this.#groups.get(instance.group)
    if (group !== undefined) this.#tellGroup(group, state, cause)
  }

  /** A group is where all its members are. */
  #tellGroup(group: Group, state: NotifyState, cause: Pick<Notification, 'reason' | 'peer'>): void {
    if (group.told === state || group.members.some(name => this.#instances.get(name)?.told !== state)) return
    const notification = { ...aboutGroup(group), state, ...cause, ...previousOf(group) }
    const first = this.#pending.findIndex(({ group: name }) => name === group.name)
    // keepalived notifies a group before its members when it starts as backup or faulty, and only then.
    const ahead = group.told === undefined && state !== 'MASTER' && first !== -1
    group.told = state
    if (ahead) this.#pending.splice(first, 0, notification)
    else this.#tell(notification)
  }

  #tell(notification: Notification): void {
    this.#pending.push(notification)
    if (this.#pending.length === 1) queueMicrotask(() => this.#flush())
  }

  /** What an instance was for an instant while it started (backup, until its group knew of a fault) is no news. */
  #previous(instance: Instance): ReturnType<typeof previousOf> {
    const { name } = instance.specification
    const passing = this.#pending.findIndex(({ subject, previous }) => {
      return previous === 'INIT' && subject.type === 'INSTANCE' && subject.name === name
    })
    if (passing === -1) return previousOf(instance)
    this.#pending.splice(passing, 1)
    return { previous: 'INIT' }
  }

  #flush(): void {
    const pending = this.#pending
    this.#pending = []
    for (const notification of pending) this.#notifier.tell(notification)
  }
}

/** The instance that goes on under this specification, which may give it another name; or else the one that had its name. */
function predecessorOf(
  specification: InstanceSpecification,
  instances: ReadonlyMap<string, Instance>,
): Instance | undefined {
  const goesOn = (each: Instance) => sameIdentity(each.specification, specification)
  const namesake = instances.get(specification.name)
  return namesake !== undefined && goesOn(namesake) ? namesake : ([...instances.values()].find(goesOn) ?? namesake)
}

/** What every notification of an instance says. */
function about({ specification, group, priority }: Instance) {
  const { name, interface: device, addresses, excludedAddresses } = specification
  return {
    subject: { type: 'INSTANCE', name },
    priority,
    interface: device,
    addresses: [...addresses, ...excludedAddresses].map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    ...(group !== undefined && { group }),
  } as const
}

function aboutGroup({ name }: Group) {
  return { subject: { type: 'GROUP', name }, priority: 0 } as const
}

function previousOf({ told }: Pick<Instance, 'told'>): { readonly previous: NotifyState | 'INIT' } {
  return { previous: told ?? 'INIT' }
}
